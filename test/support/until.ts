// Waiting for what no event tells: another thread's state, above all that it waits.
import { setTimeout as delay } from 'node:timers/promises';

/** The longest that {@link until} waits: beyond what anything takes, below the watchdog. */
const LIMIT_MS = 45_000;

/** Between two looks; the processors are for those that are waited for. */
const POLL_MS = 1;

/** Looks now and then until the test holds; fails after a long while. */
export async function until(test: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!test()) {
    if (performance.now() > endMs) throw new Error(`Cannot go on as ${what} did not come about`);
    await delay(POLL_MS);
  }
}

/** Lets the event loop turn once: what was posted before has arrived. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

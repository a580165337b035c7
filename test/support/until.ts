// Waiting for what no event tells: another thread's state, above all that it waits.

/** The longest that {@link until} waits: beyond what anything takes, below the watchdog. */
const LIMIT_MS = 15_000;

/** Looks at each turn of the event loop until the test holds; fails after a long while. */
export async function until(test: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!test()) {
    if (performance.now() > endMs) throw new Error(`Cannot go on as ${what} did not come about`);
    await turn();
  }
}

/** Lets the event loop turn once: what was posted before has arrived. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

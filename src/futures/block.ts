// Waiting for futures, whosever they are: blocking, and awaiting until a deadline.
import { nowMs } from '../kernel/index.ts';
import type { Mailbox } from '../pool/index.ts';
import { inside } from './future.ts';
import type { Future } from './future.ts';

// Threads and processes have their outcomes arrive in different mailboxes, and nobody can sleep at
// two: who waits for both sleeps at each in turn, for so long.
const TURN_MS = 5;

/** The mailboxes in which outcomes of these arrive. */
export function mailboxesOf(futures: Iterable<Future<unknown>>): Mailbox[] {
  const found = new Set<Mailbox>();
  for (const future of futures) found.add(inside.mailboxOf(future));
  return [...found];
}

/** Blocks until the test holds; false when the deadline passed. */
export function blockUntil(
  mailboxes: readonly Mailbox[],
  test: () => boolean,
  deadlineMs: number,
): boolean {
  const [first, ...others] = mailboxes;
  if (first === undefined) return test();
  if (others.length === 0) return first.wait(test, deadlineMs);
  for (;;) {
    for (const mailbox of mailboxes) {
      const turnMs = Math.min(deadlineMs, nowMs() + TURN_MS);
      if (mailbox.wait(test, turnMs)) return true;
    }
    if (nowMs() >= deadlineMs) return test();
  }
}

// A timer cannot be set for longer.
const LONGEST_MS = 2 ** 31 - 1;

/** Awaits a promise; false when the deadline passed before. An error of the promise is thrown. */
export async function within(promise: PromiseLike<unknown>, deadlineMs: number): Promise<boolean> {
  if (deadlineMs === Infinity) {
    await promise;
    return true;
  }
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    const set = (): void => {
      const leftMs = deadlineMs - nowMs();
      if (leftMs <= 0) resolve(false);
      else timer = setTimeout(set, Math.min(leftMs, LONGEST_MS));
    };
    set();
  });
  try {
    return await Promise.race([Promise.resolve(promise).then(() => true), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

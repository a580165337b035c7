// sleep() and sleepAsync(): time passes.
import { arena, sleepUntil, toMs, toPatience, nowMs } from '../kernel/index.ts';
import type { Duration } from '../kernel/index.ts';

/**
 * Blocks this thread for a length of time; other threads go on.
 *
 * The main thread's event loop stands still meanwhile; on a thread that serves events prefer {@link
 * sleepAsync}.
 *
 * @param duration seconds, or a string with a unit
 * @throws {TypeError} if it is not a duration
 * @throws {RangeError} if it is negative or above 2^31 s
 *
 * @example
 * ```ts
 * import { sleep } from 'heddle';
 * sleep(0.01);
 * sleep('10ms');
 * ```
 */
export function sleep(duration: Duration): void {
  sleepUntil(arena, nowMs() + toMs(duration, 'duration'));
}

// The longest delay of a timer.
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Resolves after a length of time, without blocking the thread; never early.
 *
 * @param duration seconds, or a string with a unit
 * @param options.signal ends the wait: the promise is rejected with its reason
 * @throws {TypeError} if it is not a duration
 * @throws {RangeError} if it is negative or above 2^31 s
 *
 * @example
 * ```ts
 * import { sleepAsync } from 'heddle';
 * await sleepAsync('10ms');
 * ```
 */
export async function sleepAsync(
  duration: Duration,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const deadlineMs = nowMs() + toMs(duration, 'duration');
  const { signal } = toPatience(options);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let timer: NodeJS.Timeout;
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const wind = (): void => {
      const ms = Math.ceil(deadlineMs - nowMs());
      timer = setTimeout(onTimer, Math.min(Math.max(ms, 0), TIMER_MS_MAX));
    };
    // A timer of Node's may fire up to a millisecond early.
    const onTimer = (): void => {
      if (nowMs() < deadlineMs) return wind();
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    wind();
  });
}

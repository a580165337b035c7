// How long an asynchronous call waits, and until whose word: as the user gives it, checked before
// anything is queued.
import { inspect } from 'node:util';
import { toDeadline } from './deadline.ts';
import type { Duration } from './deadline.ts';
import type { Patience } from './waiting/async-wait.ts';

/**
 * What the options of an `…Async` call mean.
 *
 * @param isLenient whether a negative time-out is up at once (deadline.ts)
 * @throws {TypeError} if they are no object, the time-out no duration, or the signal no AbortSignal
 * @throws {RangeError} if the time-out is negative, or above 2^31 s
 */
export function toPatience(
  options: {
    readonly timeout?: Duration | undefined;
    readonly signal?: AbortSignal | undefined;
  },
  isLenient = false,
): Patience {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot wait with ${String(options)} as an object of options is wanted\n` +
        "Write { timeout: '250ms' } or { signal }",
    );
  }
  const { timeout, signal } = options;
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError(
      `Cannot wait with ${inspect(signal)} as the signal as it is not an AbortSignal\n` +
        'Give the signal of an AbortController, or AbortSignal.timeout(1000)',
    );
  }
  return { deadlineMs: toDeadline(timeout, isLenient), signal };
}

// Not by its class: a signal may come from another context, such as a test runner's.
function isSignal(signal: unknown): boolean {
  if (typeof signal !== 'object' || signal === null) return false;
  const { aborted, addEventListener } = signal as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

// Durations become moments, once; every wait under way then looks at the moment.

/**
 * A length of time. A bare number is SECONDS, as in Python; a string carries its unit.
 * `2`, `0.25`, `'250ms'`, `'5s'`, `'2m'`, `'1h'`. NaN and unparsable strings: TypeError. Above 2^31
 * s: RangeError.
 */
export type Duration = number | `${number}ms` | `${number}s` | `${number}m` | `${number}h`;

/** Longest finite duration, in seconds. */
const SECONDS_MAX = 2 ** 31;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration.
 *
 * @param duration seconds, or a string with a unit; Infinity is for ever
 * @param what the parameter's name, for errors
 * @throws {TypeError} if it is not a duration
 * @throws {RangeError} if it is negative, or finite and above 2^31 s
 */
export function toMs(duration: Duration, what: string): number {
  const ms = typeof duration === 'number' ? duration * 1000 : parseMs(duration, what);
  if (Number.isNaN(ms))
    throw new TypeError(`Cannot use NaN as ${what}: it is not a number of seconds`);
  if (ms < 0) {
    throw new RangeError(`Cannot use ${show(duration)} as ${what} as it is negative`);
  }
  if (ms > SECONDS_MAX * 1000 && duration !== Infinity) {
    throw new RangeError(
      `Cannot use ${show(duration)} as ${what} as it is above 2^31 seconds\n` +
        'Leave it out, or use Infinity, to wait for ever',
    );
  }
  return ms;
}

/**
 * The moment, on the clock of {@link nowMs}, at which a time-out is up; Infinity without one.
 *
 * @param timeout as the user gave it
 * @param isLenient whether one that is negative is up at once, as in Python's multiprocessing
 */
export function toDeadline(timeout: Duration | undefined, isLenient = false): number {
  if (timeout === undefined) return Infinity;
  if (isLenient && isNegative(timeout)) return 0;
  const ms = toMs(timeout, 'timeout');
  return ms === 0 ? 0 : nowMs() + ms;
}

/**
 * Whether a call may wait at all.
 *
 * @param blocking as the user gave it; without it, it may
 * @throws {TypeError} if it is neither true nor false: another type is mostly a time-out that has
 *   come to the wrong place
 */
export function mayBlock(blocking: unknown = true): boolean {
  if (typeof blocking === 'boolean') return blocking;
  throw new TypeError(
    `Cannot use ${show(blocking)} as blocking as it is neither true nor false\n` +
      "Write { blocking: false }, or { timeout: '250ms' }",
  );
}

/**
 * Milliseconds since some moment, the same in every thread and process of the machine.
 *
 * Not performance.now(), which takes a worker 2 ms to load, and begins anew in each.
 */
export function nowMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

function isNegative(duration: Duration): boolean {
  if (typeof duration === 'number') return duration < 0;
  return typeof duration === 'string' && parseMs(duration, 'timeout') < 0;
}

function parseMs(duration: unknown, what: string): number {
  const match =
    typeof duration === 'string' ? /^(-?\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration) : null;
  if (match === null) {
    throw new TypeError(
      `Cannot use ${show(duration)} as ${what} as it is not a duration\n` +
        "Give seconds as a number, or a string with a unit: '250ms', '5s', '2m', '1h'",
    );
  }
  return Number(match[1]) * (UNIT_MS[match[2] as string] as number);
}

function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

// One clock for all threads, in microseconds. performance.now() starts anew in each thread, so it
// cannot say how long a waiter of another thread has waited.
//
// Found when it is first asked for, as `performance` alone takes a millisecond to load.
let offsetUs = NaN;

/** Microseconds since some moment, the same in every thread; wraps at 2^31. */
export function nowUs(): number {
  if (Number.isNaN(offsetUs)) {
    offsetUs = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;
  }
  return (performance.now() * 1000 + offsetUs) | 0;
}

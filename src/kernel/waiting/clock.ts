// The clock by which waiters know how long others have waited, in whichever thread.

/** Microseconds since some moment, the same in every thread; wraps at 2^31. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds * 1e6 + nanoseconds / 1000) | 0;
}

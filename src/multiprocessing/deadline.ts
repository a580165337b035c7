// Time-outs as Python's multiprocessing has them: one that is negative is up at once.
import { toDeadline } from '../kernel/index.ts';
import type { Duration } from './types.ts';

/** The moment at which a time-out is up; Infinity without one. */
export function deadlineOf(timeout: Duration | undefined): number {
  const isNegative = typeof timeout === 'number' ? timeout < 0 : timeout?.startsWith('-') === true;
  return isNegative ? 0 : toDeadline(timeout);
}

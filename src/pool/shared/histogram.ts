// How long things took, of all of them and without keeping any: counts of logarithmic buckets in
// shared memory, eight to each doubling, so a percentile is right to an eighth.
import { arena, atomics } from '../../kernel/index.ts';
import { HISTOGRAM } from './layout.ts';

/** What half, nine tenths, and 99 of 100 needed at most, and the longest; in seconds. */
export interface Percentiles {
  /** Half needed no more. */
  readonly p50: number;
  /** Nine of ten needed no more. */
  readonly p90: number;
  /** 99 of 100 needed no more. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

const STEPS = 8;
const LARGEST_US = 2 ** 31 - 1;

/** Notes how long something took, or each of several things. */
export function note(histogram: number, ms: number, times = 1): void {
  const { cells } = arena;
  const us = Math.max(0, Math.min(LARGEST_US, Math.round(ms * 1000)));
  atomics.add(cells, histogram + HISTOGRAM.BUCKETS + bucketOf(us), times);
  for (;;) {
    const max = atomics.load(cells, histogram + HISTOGRAM.MAX);
    if (us <= max) return;
    if (atomics.compareExchange(cells, histogram + HISTOGRAM.MAX, max, us) === max) return;
  }
}

/** The percentiles of what was noted; all 0 before anything was. */
export function percentilesOf(histogram: number): Percentiles {
  const counts = Array.from({ length: HISTOGRAM.COUNT }, (_, bucket) =>
    atomics.load(arena.cells, histogram + HISTOGRAM.BUCKETS + bucket),
  );
  const max = atomics.load(arena.cells, histogram + HISTOGRAM.MAX);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const at = (share: number): number => {
    let left = share * total;
    const bucket = counts.findIndex((count) => (left -= count) <= 0);
    return Math.min(bucket < 0 ? max : upperEdge(bucket), max) / 1e6;
  };
  if (total === 0) return { p50: 0, p90: 0, p99: 0, max: 0 };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: max / 1e6 };
}

function bucketOf(us: number): number {
  if (us < STEPS) return us;
  const doublings = 31 - Math.clz32(us) - 3;
  return (doublings + 1) * STEPS + ((us >> doublings) & (STEPS - 1));
}

function upperEdge(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const doublings = Math.floor(bucket / STEPS) - 1;
  return (STEPS + (bucket % STEPS) + 1) * 2 ** doublings;
}

// The clock of the examples. HEDDLE_EXAMPLE_SCALE=0.2 makes each of their seconds a fifth of one.
//
// Only the tour sets it (tour/runner.ts). In a program of yours, write sleep(5).
const scale = Number(process.env['HEDDLE_EXAMPLE_SCALE'] ?? 1);
if (!(scale > 0)) {
  const given = process.env['HEDDLE_EXAMPLE_SCALE'];
  throw new RangeError(`Cannot scale seconds by HEDDLE_EXAMPLE_SCALE=${given}: it is not above 0`);
}

/** So many seconds of the example's clock, in real ones. */
export function seconds(count: number): number {
  return count * scale;
}

/** The time of the example's clock, in its seconds; all threads read the same. */
export function now(): number {
  return Date.now() / 1000 / scale;
}

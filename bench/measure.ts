// Measuring, side by side in one run: the machine is noisy and small, so only ratios within a run
// mean anything.
//
// Contestants take turns in short repetitions, so that what disturbs one disturbs all; the fastest
// repetition of each counts, as noise only ever adds time.

/** One who is measured: runs its operation so many times. */
export type Contestant = (times: number) => void | Promise<void>;

/** Nanoseconds an operation, by name. */
export type Times = Readonly<Record<string, number>>;

/** Measures the contestants in turns. */
export async function race(
  contestants: Readonly<Record<string, Contestant>>,
  options: { readonly times: number; readonly rounds: number },
): Promise<Times> {
  const best: Record<string, number> = {};
  for (let round = 0; round < options.rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const begin = process.hrtime.bigint();
      await run(options.times);
      const ns = Number(process.hrtime.bigint() - begin) / options.times;
      best[name] = Math.min(best[name] ?? Infinity, ns);
    }
  }
  return best;
}

/** A row of a report. */
export interface Row {
  readonly what: string;
  readonly ns: number;
  /**
   * What it is compared with, and how many times as long it may take; or how many times as fast it
   * has to be.
   */
  readonly than: string;
  readonly ratio: number;
  readonly target: string;
  readonly met: boolean;
}

/** A time against another, with a bound from above. */
export function atMost(times: Times, what: string, than: string, bound: number): Row {
  const ratio = (times[what] as number) / (times[than] as number);
  const ns = times[what] as number;
  return { what, ns, than, ratio, target: `at most ${bound}`, met: ratio <= bound };
}

/** How many times as fast as another, with a bound from below. */
export function atLeast(times: Times, what: string, than: string, bound: number): Row {
  const ratio = (times[than] as number) / (times[what] as number);
  const ns = times[what] as number;
  return { what, ns, than, ratio, target: `at least ${bound} times as fast`, met: ratio >= bound };
}

/** Prints rows as a table in Markdown. */
export function report(title: string, rows: readonly Row[]): void {
  console.log(`\n### ${title} (Node ${process.versions.node})\n`);
  console.log('| what | time | compared with | ratio | target | met |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const row of rows) {
    const cells = [row.what, show(row.ns), row.than, row.ratio.toFixed(2), row.target];
    console.log(`| ${cells.join(' | ')} | ${row.met ? 'yes' : 'NO'} |`);
  }
}

function show(ns: number): string {
  if (ns < 1000) return `${ns.toFixed(1)} ns`;
  return ns < 1e6 ? `${(ns / 1000).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

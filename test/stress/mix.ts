// Runs programs/all-mix.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));

interface Outcome {
  readonly pairs: Readonly<Record<string, readonly [number, number]>>;
  readonly mostSeated: number;
  readonly done: number;
}

/** The test, so many seconds long. */
export function everythingMixed(seconds: string): void {
  test('Thread: eight use every primitive at once, and all accounts agree', async () => {
    const program = new URL('programs/all-mix.ts', import.meta.url);
    const limitMs = (Number(seconds) + 60) * 1000;
    const ran = await runProgram(program, { args: [seed, seconds], limitMs });
    const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
    assert.equal(ran.code, 0, told);
    const { pairs, mostSeated, done } = JSON.parse(ran.stdout) as Outcome;
    for (const [what, [one, other]] of Object.entries(pairs)) {
      assert.equal(one, other, `${what}: ${told}`);
    }
    assert.ok(mostSeated <= 2 && done > 0, told);
  });
}

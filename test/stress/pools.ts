// Runs programs/pool-mix.ts and programs/executor-mix.ts, for threads and for processes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));

/** The tests, so many seconds each. */
export function poolMix(seconds: string): void {
  const run = async (name: string, kind: string): Promise<void> => {
    const program = new URL(`programs/${name}.ts`, import.meta.url);
    const limitMs = (Number(seconds) + 90) * 1000;
    const ran = await runProgram(program, { args: [kind, seed, seconds], limitMs });
    const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
    assert.deepEqual([ran.code, ran.stderr, ran.timedOut], [0, '', false], told);
    const counted = JSON.parse(ran.stdout) as Record<string, number>;
    assert.deepEqual([counted['twice'], counted['wrong'], counted['stalls']], [0, 0, 0], told);
    assert.ok((counted['tasks'] ?? 0) > 0, told);
  };
  describe('Pool under fire:', () => {
    for (const kind of ['threads', 'processes']) {
      test(`${kind} settle each task once, whatever becomes of them`, () => run('pool-mix', kind));
    }
  });
  describe('Executor under fire:', () => {
    for (const kind of ['threads', 'processes']) {
      test(`${kind} settle each future once, broken or not`, () => run('executor-mix', kind));
    }
  });
}

// Runs programs/lock-kill.ts, for both kinds of locks side by side.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));

interface Outcome {
  readonly kills: number;
  readonly had: number;
  readonly broken: number;
  readonly told: number;
  readonly stalls: number;
}

/** The tests, so many seconds each. */
export function lockKill(seconds: string): void {
  describe('Lock under fire:', { concurrency: true }, () => {
    for (const kind of ['lock', 'rlock']) {
      test(`${kind} survives those who hold it and wait for it`, async () => {
        const program = new URL('programs/lock-kill.ts', import.meta.url);
        const limitMs = (Number(seconds) + 40) * 1000;
        const ran = await runProgram(program, { args: [kind, seed, seconds], limitMs });
        const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
        assert.equal(ran.code, 0, told);
        const outcome = JSON.parse(ran.stdout) as Outcome;
        assert.deepEqual([outcome.broken, outcome.stalls], [0, 0], told);
        assert.ok(outcome.kills > 0 && outcome.had > 0 && outcome.told <= outcome.kills, told);
      });
    }
  });
}

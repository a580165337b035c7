// Long, random runs of a SharedDict whose users are killed, and one in which they are killed before
// every single step. HEDDLE_STRESS_SEED repeats a random one as far as time allows,
// HEDDLE_STRESS_SECONDS sets its length.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
const seconds = process.env['HEDDLE_STRESS_SECONDS'] ?? '10';

test('SharedDict is whole whenever a thread is killed in it', async () => {
  const program = new URL('programs/dict-kill.ts', import.meta.url);
  const limitMs = (Number(seconds) + 30) * 1000;
  const ran = await runProgram(program, { args: [seed, seconds], limitMs });
  const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
  assert.equal(ran.code, 0, told);
  const { kills, operations } = JSON.parse(ran.stdout) as { kills: number; operations: number };
  assert.ok(kills > 0 && operations > 0, told);
  console.log(told);
});

const EVERY_STEP_MS = 10 * 60_000;
const skip = Number(seconds) < 60 && 'it takes five minutes: set HEDDLE_STRESS_SECONDS=60 or more';

test(
  'SharedDict is whole before which step ever a thread is killed',
  { timeout: EVERY_STEP_MS, skip },
  async () => {
    const program = new URL('programs/dict-steps.ts', import.meta.url);
    const hook = new URL('../support/steps-hook.ts', import.meta.url).href;
    const ran = await runProgram(program, {
      flags: ['--conditions=heddle:source', '--import', hook],
      limitMs: EVERY_STEP_MS,
    });
    assert.equal(ran.code, 0, `${ran.stdout}${ran.stderr}`);
    console.log(ran.stdout);
  },
);

// Long, random runs of a SharedList whose users are killed. HEDDLE_STRESS_SEED repeats one as far
// as time allows, HEDDLE_STRESS_SECONDS sets its length.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
const seconds = process.env['HEDDLE_STRESS_SECONDS'] ?? '10';

test('SharedList is whole whenever a thread is killed in it', async () => {
  const program = new URL('programs/list-kill.ts', import.meta.url);
  const limitMs = (Number(seconds) + 30) * 1000;
  const ran = await runProgram(program, { args: [seed, seconds], limitMs });
  const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
  assert.equal(ran.code, 0, told);
  const { kills, operations } = JSON.parse(ran.stdout) as { kills: number; operations: number };
  assert.ok(kills > 0 && operations > 0, told);
  console.log(told);
});

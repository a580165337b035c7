// Long, random runs of locks. HEDDLE_STRESS_SEED repeats one, HEDDLE_STRESS_SECONDS sets its
// length.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
const seconds = process.env['HEDDLE_STRESS_SECONDS'] ?? '10';

for (const [name, kind] of [
  ['Lock', 'lock'],
  ['RLock', 'rlock'],
] as const) {
  test(`${name} excludes threads that take it in every way at once`, async () => {
    const program = new URL('programs/lock-mix.ts', import.meta.url);
    const limitMs = (Number(seconds) + 30) * 1000;
    const ran = await runProgram(program, { args: [kind, seed, seconds], limitMs });
    const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
    assert.equal(ran.code, 0, told);
    const { counted, had } = JSON.parse(ran.stdout) as { counted: number; had: number };
    assert.equal(counted, had, told);
    assert.ok(had > 0, told);
  });
}

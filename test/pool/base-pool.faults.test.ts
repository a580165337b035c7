// Random tasks under random faults, for a moment; for longer in test/stress/faults.stress.ts.
// HEDDLE_STRESS_SEED repeats a run.
import './faults/hook.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { liveThrough } = await import('./faults/random-tasks.ts');

const seed = Number(process.env['HEDDLE_STRESS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test('BasePool settles each task once, whatever goes wrong', async () => {
  const { tasks, wrongs } = await liveThrough(seed, 60, 0.001);
  assert.deepEqual([tasks, wrongs], [60, []], `seed ${seed}`);
});

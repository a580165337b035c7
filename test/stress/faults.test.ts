// The short form of faults.stress.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putDoubles } from '../pool/faults/hook.ts';

putDoubles();

const { liveThrough } = await import('./random-tasks.ts');

const seed = Number(process.env['HEDDLE_STRESS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test('BasePool settles each task once, whatever goes wrong', async () => {
  const { tasks, wrongs } = await liveThrough(seed, 60, 0.001);
  assert.deepEqual([tasks, wrongs], [60, []], `seed ${seed}`);
});

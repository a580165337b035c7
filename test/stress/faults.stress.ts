// Pools whose workers die at every step there is, and random tasks in pools in which everything
// goes wrong. HEDDLE_STRESS_SEED repeats a run as far as time allows, HEDDLE_STRESS_SECONDS sets
// its length.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putDoubles } from '../pool/faults/hook.ts';

putDoubles();

const { ACTS, breaks, dies, isTerminated } = await import('../pool/faults/chosen-steps.ts');
const { STEPS } = await import('../pool/faults/plan.ts');
const { liveThrough } = await import('./random-tasks.ts');

const first = Number(process.env['HEDDLE_STRESS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const seconds = Number(process.env['HEDDLE_STRESS_SECONDS'] ?? '20');

for (const step of STEPS) {
  for (const act of ACTS) for (const retries of [0, 1]) dies(step, act, retries);
  isTerminated(step);
  breaks(step);
}

test('BasePool settles each task once, pool after pool, whatever goes wrong', async () => {
  const endMs = performance.now() + seconds * 1000;
  let [tasks, deaths, pools] = [0, 0, 0];
  for (; performance.now() < endMs; pools++) {
    const counted = await liveThrough(first + pools, 200, 0.005);
    assert.deepEqual(counted.wrongs, [], `seed ${first + pools}`);
    tasks += counted.tasks;
    deaths += counted.deaths;
  }
  console.log(`seed ${first}: ${pools} pools, ${tasks} tasks, ${deaths} workers died`);
});

// What becomes of tasks whose worker dies at a chosen step: each step once. All steps of all acts
// are in test/stress/faults.stress.ts.
import { putDoubles } from './faults/hook.ts';

putDoubles();

const { ACTS, breaks, dies, isTerminated } = await import('./faults/chosen-steps.ts');
const { STEPS } = await import('./faults/plan.ts');

for (const [i, step] of STEPS.entries()) dies(step, ACTS[i % ACTS.length] ?? 'apply', (i >> 2) & 1);
isTerminated('claimed');
breaks('pushed');

// What becomes of tasks whose worker dies at a chosen step: where that makes a difference. All
// steps of all acts are in test/stress/faults.stress.ts.
import { putDoubles } from './faults/hook.ts';

putDoubles();

const { dies, isTerminated } = await import('./faults/chosen-steps.ts');

dies('claimed', 'imap', 0);
dies('taken', 'apply', 0);
dies('ran', 'map', 1);
dies('stored', 'imap', 0);
dies('done', 'map', 0);
dies('pushed', 'map', 0);
isTerminated('claimed');

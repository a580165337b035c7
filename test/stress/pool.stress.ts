// Pools and executors whose workers die, and pools in a flood of tasks. HEDDLE_STRESS_SEED repeats
// a run as far as time allows, HEDDLE_STRESS_SECONDS sets the length of each but the floods.
import { poolFlood } from './floods.ts';
import { poolMix } from './pools.ts';

poolMix(process.env['HEDDLE_STRESS_SECONDS'] ?? '20');
for (const kind of ['threads', 'processes'] as const) poolFlood(kind, 1_000_000, 100_000);

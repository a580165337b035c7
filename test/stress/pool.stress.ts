// Pools and executors whose workers die. HEDDLE_STRESS_SEED repeats a run as far as time allows,
// HEDDLE_STRESS_SECONDS sets its length.
import { poolMix } from './pools.ts';

poolMix(process.env['HEDDLE_STRESS_SECONDS'] ?? '20');

// Locks whose holders and waiters are killed. HEDDLE_STRESS_SEED repeats one as far as time allows,
// HEDDLE_STRESS_SECONDS sets its length.
import { lockKill } from './kills.ts';

lockKill(process.env['HEDDLE_STRESS_SECONDS'] ?? '20');

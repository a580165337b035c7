// Queues whose users are killed. HEDDLE_STRESS_SEED repeats one as far as time allows,
// HEDDLE_STRESS_SECONDS sets its length.
import { queueKill } from './queues.ts';

queueKill(process.env['HEDDLE_STRESS_SECONDS'] ?? '20');

// A thousand kills. HEDDLE_STRESS_SEED repeats one as far as time allows.
import { chaos } from './chaos.ts';

chaos(Number(process.env['HEDDLE_STRESS_KILLS'] ?? 1000), 3_600_000);

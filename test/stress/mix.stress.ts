// Every primitive at once. HEDDLE_STRESS_SECONDS sets the length; ten minutes is the long form.
import { everythingMixed } from './mix.ts';

everythingMixed(process.env['HEDDLE_STRESS_SECONDS'] ?? '600');

// The short form of pool.stress.ts.
import { poolMix } from './pools.ts';

poolMix('3');

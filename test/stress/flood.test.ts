// The short form of what pool.stress.ts does with a million tasks.
import { poolFlood } from './floods.ts';

poolFlood('threads', 50_000, 20_000);

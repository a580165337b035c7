// The short form of chaos.long.ts.
import { chaos } from './chaos.ts';

chaos(8, 200_000);

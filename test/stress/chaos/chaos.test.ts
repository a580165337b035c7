// The short form of chaos.long.ts.
import { chaos } from './chaos.ts';

chaos(6, 200_000);

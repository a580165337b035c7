// The short form of kill.stress.ts.
import { lockKill } from './kills.ts';

lockKill('5');

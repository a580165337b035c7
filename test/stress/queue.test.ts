// The short form of queue.stress.ts.
import { queueKill } from './queues.ts';

queueKill('3');

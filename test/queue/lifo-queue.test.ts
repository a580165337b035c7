import { LifoQueue } from 'heddle/queue';
import { queueContract } from '../contracts/queue.contract.ts';
import { threads } from '../contracts/world.ts';

queueContract({
  name: 'LifoQueue',
  make: (maxsize, options) => new LifoQueue(maxsize, options),
  order: [2, 3, 1],
  world: threads,
});

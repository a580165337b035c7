import { LifoQueue, PriorityQueue, Queue } from 'heddle/multiprocessing';
import { queueContract } from '../contracts/queue.contract.ts';
import { processes } from '../contracts/process-world.ts';

queueContract({
  name: 'Queue',
  make: (maxsize, options) => new Queue(maxsize, options),
  order: [1, 3, 2],
  world: processes,
});
queueContract({
  name: 'LifoQueue',
  make: (maxsize, options) => new LifoQueue(maxsize, options),
  order: [2, 3, 1],
  world: processes,
});
queueContract({
  name: 'PriorityQueue',
  make: (maxsize, options) => new PriorityQueue(maxsize, options),
  order: [1, 2, 3],
  world: processes,
});

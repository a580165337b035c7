// What is promised of queues holds where no memory is shared, too.
import { PriorityQueue } from 'heddle/multiprocessing';
import { distant } from '../contracts/distant-world.ts';
import { queueContract } from '../contracts/queue.contract.ts';

queueContract({
  name: 'PriorityQueue',
  make: (maxsize, options) => new PriorityQueue(maxsize, options),
  order: [1, 2, 3],
  world: distant,
});

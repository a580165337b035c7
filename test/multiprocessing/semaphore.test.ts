import { BoundedSemaphore, Semaphore } from 'heddle/multiprocessing';
import { semaphoreContract } from '../contracts/semaphore.contract.ts';
import { processes } from '../contracts/process-world.ts';

semaphoreContract({
  name: 'Semaphore',
  make: (...args) => new Semaphore(...args),
  world: processes,
});
semaphoreContract({
  name: 'BoundedSemaphore',
  make: (...args) => new BoundedSemaphore(...args),
  world: processes,
});

// Queues between threads: Python's `queue`.

// oxlint-disable-next-line import/no-unassigned-import -- what travels in a queue needs its keeper
import '../threading/index.ts';
export type { Duration } from '../kernel/index.ts';
export {
  Empty,
  Full,
  HeddleError,
  ShutDown,
  TimeoutError,
  TransferError,
} from '../errors/index.ts';
export type { AsyncOptions, BlockingOptions } from '../threading/index.ts';
export type { QueueOptions } from './birth.ts';
export { LifoQueue } from './lifo-queue.ts';
export { PriorityQueue } from './priority-queue.ts';
export { Queue } from './queue.ts';
export { SimpleQueue } from './simple-queue.ts';

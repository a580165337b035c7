// Processes, and what they share: Python's `multiprocessing`.
export {
  AbandonedLockError,
  BrokenBarrierError,
  DeadlockError,
  EOFError,
  Empty,
  Full,
  HeddleError,
  RuntimeError,
  ShutDown,
  TimeoutError,
  TransferError,
  WorkerDiedError,
} from '../errors/index.ts';
export { cpuCount } from '../system/index.ts';
export { activeChildren, currentProcess, parentProcess } from './current.ts';
export { ShareableList } from './memory/shareable-list.ts';
export type { Shareable } from './memory/shareable-list.ts';
export { SharedMemory } from './memory/shared-memory.ts';
export { Connection } from './pipe/connection.ts';
export { Pipe } from './pipe/pipe.ts';
export { wait } from './pipe/wait.ts';
export { ThreadPool } from './pool/thread-pool.ts';
export { Pool } from './pool/pool.ts';
export { AsyncResult, PoolIterator, currentTask } from '../pool/index.ts';
export type {
  CurrentTask,
  LazyOptions,
  MapOptions,
  Percentiles,
  PoolOptions,
  PoolStats,
  TaskOptions,
} from '../pool/index.ts';
export { Process } from './process.ts';
export type { ProcessOptions } from './process-options.ts';
export { SharedArray as Array } from './shared/array.ts';
export {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  RWLock,
  Semaphore,
} from './shared/locks.ts';
export { Manager, SyncManager } from './shared/manager.ts';
export { LifoQueue, PriorityQueue, Queue, SimpleQueue } from './shared/queues.ts';
export { Queue as JoinableQueue } from './shared/queues.ts';
export { Value } from './shared/value.ts';
export type { AsyncOptions, BlockingOptions, Callable, Duration, State } from './types.ts';

// Futures, and the executors that make them: Python's `concurrent.futures`.
export {
  BrokenExecutor,
  CancelledError,
  HeddleError,
  InvalidStateError,
  RuntimeError,
  TimeoutError,
  TransferError,
  WorkerDiedError,
} from '../errors/index.ts';
export type { Duration } from '../kernel/index.ts';
export type { Callable } from '../threading/index.ts';
export { asCompleted } from './as-completed.ts';
export { Executor } from './executor.ts';
export type { ExecutorMapOptions, ShutdownOptions } from './executor.ts';
export { Future } from './future.ts';
export type { ExecutorOptions } from './options.ts';
export { ProcessPoolExecutor } from './process-pool-executor.ts';
export { ThreadPoolExecutor } from './thread-pool-executor.ts';
export { wait } from './wait.ts';
export type { ReturnWhen, WaitOptions, Waited } from './wait.ts';

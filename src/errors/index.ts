// The room of errors: every class that heddle throws and a caller may want to catch.
export {
  AbandonedLockError,
  BrokenBarrierError,
  DeadlockError,
  HeddleError,
  RuntimeError,
  TimeoutError,
  TransferError,
  WorkerDiedError,
} from './base.ts';
export type { RemoteError } from './base.ts';
export { BrokenExecutor, CancelledError, InvalidStateError } from './futures.ts';
export { EOFError, Empty, Full, ShutDown } from './queue.ts';

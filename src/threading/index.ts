// Threads, and what they lock and signal with: Python's `threading`.
export type { Duration } from '../kernel/index.ts';
export {
  AbandonedLockError,
  BrokenBarrierError,
  DeadlockError,
  HeddleError,
  RuntimeError,
  TimeoutError,
  TransferError,
  WorkerDiedError,
} from '../errors/index.ts';
export {
  activeCount,
  currentThread,
  enumerate,
  getIdent,
  getNativeId,
  mainThread,
} from './current.ts';
export { gil } from './view/gil.ts';
export type { Gil } from './view/gil.ts';
export { dump } from './view/dump.ts';
export { setExceptHook } from './life/hook.ts';
export type { ExceptHookArgs } from './life/hook.ts';
export { Barrier } from './locks/barrier.ts';
export type { BarrierOptions } from './locks/barrier.ts';
export { Condition } from './locks/condition.ts';
export { Event } from './locks/event.ts';
export type { Guard, LockLike } from './locks/guard.ts';
export { Lock } from './locks/lock.ts';
export { Timer } from './life/timer.ts';
export { Local } from './local.ts';
export { RLock } from './locks/rlock.ts';
export { RWLock } from './locks/rwlock.ts';
export type { LockSide } from './locks/rwlock.ts';
export { BoundedSemaphore, Semaphore } from './locks/semaphore.ts';
export type { State } from './view/states.ts';
export { Thread } from './thread.ts';
export type { ThreadLimits, ThreadOptions } from './thread-options.ts';
export type { AsyncOptions, BlockingOptions, Callable, NamedOptions } from './types.ts';

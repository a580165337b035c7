// The front door: everything, by room; and what belongs to no room.
export * as futures from './futures/index.ts';
export * as multiprocessing from './multiprocessing/index.ts';
export * as queue from './queue/index.ts';
export * as shared from './shared/index.ts';
export * as threading from './threading/index.ts';
export {
  AbandonedLockError,
  BrokenBarrierError,
  DeadlockError,
  HeddleError,
  RuntimeError,
  TimeoutError,
  TransferError,
  WorkerDiedError,
} from './errors/index.ts';
export type { RemoteError } from './errors/index.ts';
export type { Duration } from './kernel/index.ts';
export { cpuCount, input, isMain, print, sleep, sleepAsync } from './system/index.ts';
export type { AsyncOptions, BlockingOptions, Callable } from './threading/index.ts';
export { fromModule, registerTransfer } from './wire/index.ts';

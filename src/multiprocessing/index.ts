// Processes, and what they share: Python's `multiprocessing`.
export {
  AbandonedLockError,
  DeadlockError,
  HeddleError,
  RuntimeError,
  TimeoutError,
  TransferError,
} from '../errors/index.ts';
export { cpuCount } from '../system/index.ts';
export { activeChildren, currentProcess, parentProcess } from './current.ts';
export { ShareableList } from './memory/shareable-list.ts';
export type { Shareable } from './memory/shareable-list.ts';
export { SharedMemory } from './memory/shared-memory.ts';
export { Process } from './process.ts';
export type { ProcessOptions } from './process-options.ts';
export type { AsyncOptions, BlockingOptions, Callable, Duration, State } from './types.ts';

// What the user gives to a pool and to its methods.
import type { Duration } from '../kernel/index.ts';
import type { Callable } from '../threading/index.ts';

/** Options of a pool. */
export interface PoolOptions {
  /**
   * Runs in each worker before its first task. One that fails breaks the pool with its error.
   */
  readonly initializer?: Callable | undefined;
  /** Its arguments. */
  readonly initargs?: readonly unknown[] | undefined;
  /** A worker is replaced after so many tasks; a chunk of items is one. */
  readonly maxtasksperchild?: number | undefined;
  /**
   * A worker is replaced when its memory passes so many bytes, between tasks: a process's resident
   * memory, a thread's heap.
   */
  readonly maxMemoryPerChild?: number | undefined;
  /** Tasks that may wait before apply*() and map*() wait for room. Default: no bound. */
  readonly maxQueue?: number | undefined;
  /** Items whose worker died are run again so often. Default 0. */
  readonly retries?: number | undefined;
  /** Workers are called by it: NAME-1, NAME-2 and so on. */
  readonly name?: string | undefined;
}

/** Options of one task. */
export interface TaskOptions<R> {
  /**
   * Called in the creating thread with the result, before get() returns. An error that it throws
   * goes to the except hook.
   */
  readonly callback?: ((result: R) => void) | undefined;
  /** The same with the error. */
  readonly errorCallback?: ((error: unknown) => void) | undefined;
  /**
   * From the start of the run, not of the waiting. Then its worker is stopped and replaced, and the
   * task fails with a TimeoutError.
   */
  readonly timeout?: Duration | undefined;
  /** Withdraws a waiting task. A running one sees it as `currentTask().signal`. */
  readonly signal?: AbortSignal | undefined;
  /** Time that an aborted task has before its worker is stopped and replaced; default 1 s. */
  readonly grace?: Duration | undefined;
  /** Higher first. Default 0. */
  readonly priority?: number | undefined;
  /**
   * ArrayBuffers that go to the worker for good: once all is sent they are detached here, and their
   * memory is given back. What the worker gets is a copy. Threads only.
   */
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/** Options of many tasks with one function. */
export interface MapOptions<R> extends TaskOptions<R[]> {
  /**
   * Items in a message. Default: chosen from the number of items and workers, and from how long
   * items take.
   */
  readonly chunksize?: number | undefined;
  /**
   * Called as items finish; `total` is null where it is not known. `true` draws a bar, where
   * standard error is a terminal.
   */
  readonly progress?: boolean | ((done: number, total: number | null) => void) | undefined;
}

/** Options of lazy maps. */
export interface LazyOptions<R> extends MapOptions<R> {
  /**
   * Items that are read ahead of the results taken. Default: twice the workers, times a chunk; of
   * large items some 64 MiB, or a chunk for each worker where that is more.
   */
  readonly buffersize?: number | undefined;
}

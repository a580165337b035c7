// What executors of threads and of processes have in common, which is nearly all.
//
// An executor is a pool (src/pool) whose workers are started as they are needed, and that breaks as
// one of them dies. The object is a view of a block that refers to the pool's state, as that of a
// pool is; it travels to other threads, and to other processes if its workers are such. Futures
// stay where they were made.
import { SharedObject, homeOf, toDeadline } from '../kernel/index.ts';
import type { Duration } from '../kernel/index.ts';
import type { Callable } from '../threading/index.ts';
import { store } from '../wire/index.ts';
import {
  FATE,
  FORM,
  VIEW_BYTES,
  awaitEnd,
  awaitEndAsync,
  cancelWaiting,
  checkOptions,
  checkSize,
  fillView,
  mailboxIn,
  openPool,
  requireCallable,
  setFate,
  stateOf,
  termsOf,
} from '../pool/index.ts';
import type { Backend, Order } from '../pool/index.ts';
import { asBroken, requireOpen, requireOutside } from './broken.ts';
import type { Future } from './future.ts';
import { CallJob, ChunkJob } from './jobs.ts';
import { Results } from './map.ts';
import { atLeastOne, requireIterables, requireOptions } from './options.ts';
import type { ExecutorOptions } from './options.ts';

/** What executors differ in. */
export interface ExecutorSort {
  readonly kind: number;
  readonly name: string;
  readonly mostWorkers: number;
  /** Called when one is made. */
  readonly backend: () => Backend;
}

/** How a map is to go. */
export interface ExecutorMapOptions {
  /** How long all of it may take, from the call on; without it, waits for ever. */
  timeout?: Duration | undefined;
  /** Calls in a message. Default 1. */
  chunksize?: number | undefined;
  /** Messages sent ahead of the results taken. Default: all are sent by the call. */
  buffersize?: number | undefined;
}

/** Whether to wait for the workers, and what to do with tasks that have not begun. */
export interface ShutdownOptions {
  /** false: does not wait. Default true. */
  wait?: boolean | undefined;
  /** true: cancels the futures of tasks that have not begun, in all threads. Default false. */
  cancelFutures?: boolean | undefined;
}

let lastNumber = -1;

const SHUT_DOWN = [
  'shut an executor down',
  'Write shutdown({ wait: false }), or shutdown() to wait',
] as const;

/**
 * Runs functions in workers and gives futures of what they return: what
 * {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} have in common.
 *
 * Workers start as they are needed. One that dies breaks the executor: every pending future fails
 * with a BrokenExecutor, and so does submit(). `using` an executor waits for its tasks at the end.
 *
 * @example
 * ```ts
 * import { print } from 'heddle';
 * import { ThreadPoolExecutor } from 'heddle/futures';
 * import type { Executor } from 'heddle/futures';
 * const squares = (executor: Executor) => [...executor.map((n: number) => n * n, [[1, 2, 3]])];
 * const executor = new ThreadPoolExecutor();
 * print(squares(executor)); // [ 1, 4, 9 ]
 * executor.shutdown();
 * ```
 */
export abstract class Executor extends SharedObject implements Disposable, AsyncDisposable {
  readonly #state: number;

  /**
   * Opens it; no worker starts before the first task.
   *
   * @param sort which kind it is
   * @param options what it is told
   */
  protected constructor(sort: ExecutorSort, options: ExecutorOptions) {
    super({
      kind: sort.kind,
      byteLength: VIEW_BYTES,
      given: options,
      init: (handle) => {
        fillView(handle, open(sort, options).handle);
      },
    });
    this.#state = stateOf(SharedObject.handleOf(this) as number);
  }

  /**
   * Has a worker call a function. Does not block.
   *
   * @param fn the function: exported by a module, or any with what it captures
   * @param args its arguments
   * @returns the future of what it returns
   * @throws {TransferError} if the function or an argument cannot travel
   * @throws {BrokenExecutor} if a worker has died
   * @throws {RuntimeError} after shutdown(), or when the program ends
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
   * const future = executor.submit((x: number, y: number) => x ** y, 2, 8);
   * if (future.result() !== 256) throw new Error('wrong');
   * executor.shutdown();
   * ```
   */
  submit<A extends readonly unknown[], R>(fn: Callable<A, R>, ...args: A): Future<Awaited<R>> {
    requireCallable(fn, args);
    const order = this.#order(fn);
    return this.#send(() => new CallJob<Awaited<R>>(order, args).future);
  }

  /**
   * Has workers call a function for the first items of all iterables, for the second, and so on to
   * the end of the shortest.
   *
   * All are submitted by this call, unless `buffersize` says how far ahead of the results. With
   * `for … of` and next() it blocks; with `for await` it does not. The first error ends it. What
   * has not begun is cancelled when it ends early.
   *
   * @param fn the function
   * @param iterables one for each of its arguments
   * @param options.timeout how long all of it may take, from now on
   * @param options.chunksize calls in a message, 1 or more: more are faster where calls are short
   * @param options.buffersize messages sent ahead of the results taken, 1 or more
   * @returns the results, in the order of the items
   * @throws {TypeError} if `iterables` is not an array of iterables
   * @throws {TransferError} if the function or an item cannot travel
   * @throws {TimeoutError} within the loop, if the time is up
   * @throws {BrokenExecutor} if a worker has died
   * @throws {RuntimeError} after shutdown(), or when the program ends
   *
   * @example
   * ```ts
   * import { print } from 'heddle';
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
   * const powers = executor.map((x: number, y: number) => x ** y, [[2, 3], [5, 2]]);
   * print([...powers]); // [ 32, 9 ]
   * executor.shutdown();
   * ```
   */
  map<A extends readonly unknown[], R>(
    fn: Callable<A, R>,
    iterables: { [I in keyof A]: Iterable<A[I]> },
    options: ExecutorMapOptions = {},
  ): IterableIterator<Awaited<R>> & AsyncIterable<Awaited<R>> {
    requireCallable(fn, []);
    requireIterables(iterables);
    requireOptions(options, 'map', "Write map(fn, [items], { timeout: '5s' })");
    const { timeout, chunksize = 1, buffersize } = options;
    const terms = {
      deadlineMs: toDeadline(timeout, true),
      chunksize: atLeastOne(chunksize, 'chunksize'),
      buffersize: buffersize === undefined ? Infinity : atLeastOne(buffersize, 'buffersize'),
    };
    const order = this.#order(fn);
    // A chunk whose size is left open would be shared among workers.
    const sized = { ...order, terms: { ...order.terms, chunksize: terms.chunksize } };
    return new Results<Awaited<R>>(
      (calls) => this.#send(() => new ChunkJob<Awaited<R>>(sized, calls).future),
      iterables,
      terms,
    );
  }

  /**
   * Takes no more tasks. Those that were submitted are run, unless they are cancelled, and the
   * workers end.
   *
   * Blocks until that is so, unless `wait` is false; and even then the program does not end before.
   * May be called again.
   *
   * @param options.wait false: does not block; default true
   * @param options.cancelFutures true: cancels what has not begun, whichever thread submitted it;
   *   default false
   * @throws {RuntimeError} in a task of its own, which it would wait for, unless `wait` is false;
   *   nothing is changed then
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const future = executor.submit(() => 42);
   * executor.shutdown();
   * if (!future.done()) throw new Error('not done');
   * ```
   */
  shutdown(options: ShutdownOptions = {}): void {
    requireOptions(options, ...SHUT_DOWN);
    const { wait = true, cancelFutures = false } = options;
    if (wait) requireOutside(this.#state);
    this.#close(cancelFutures);
    if (!wait) return;
    const state = this.#state;
    awaitEnd(state);
    mailboxIn(homeOf(state)).collect();
  }

  /**
   * {@link shutdown} without blocking.
   *
   * @param options.cancelFutures true: cancels what has not begun, whichever thread submitted it;
   *   default false
   * @returns settles when the workers have ended
   * @throws {RuntimeError} in a task of its own, which it would wait for; nothing is changed then
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const future = executor.submit(() => 42);
   * await executor.shutdownAsync();
   * if (!future.done()) throw new Error('not done');
   * ```
   */
  async shutdownAsync(options: { cancelFutures?: boolean | undefined } = {}): Promise<void> {
    requireOptions(options, ...SHUT_DOWN);
    requireOutside(this.#state);
    this.#close(options.cancelFutures ?? false);
    const state = this.#state;
    await awaitEndAsync(state);
    // This object, and so the state, is there until then.
    mailboxIn(homeOf(this.#state)).collect();
  }

  [Symbol.dispose](): void {
    this.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdownAsync();
  }

  #close(cancelFutures: boolean): void {
    setFate(this.#state, FATE.CLOSED);
    if (!cancelFutures) return;
    cancelWaiting(this.#state);
    mailboxIn(homeOf(this.#state)).collect();
  }

  #order(func: (...args: never[]) => unknown): Order {
    requireOpen(this.#state);
    return { state: this.#state, pool: this, func, form: FORM.APPLY, terms: termsOf(undefined) };
  }

  #send<R>(submit: () => Future<R>): Future<R> {
    requireOpen(this.#state);
    try {
      return submit();
    } catch (error) {
      throw asBroken(this.#state, error); // it broke a moment ago
    }
  }
}

function open(sort: ExecutorSort, options: ExecutorOptions): { readonly handle: number } {
  requireOptions(options, 'make an executor', 'Write { maxWorkers: 4 }');
  const { initializer, initargs, name } = checkOptions(options);
  const { maxWorkers, maxTasksPerChild, threadNamePrefix } = options;
  const size = checkSize(maxWorkers === undefined ? sort.mostWorkers : maxWorkers);
  const mostTasks =
    maxTasksPerChild === undefined ? 0 : atLeastOne(maxTasksPerChild, 'maxTasksPerChild');
  const { home, start } = sort.backend();
  const own = name ?? `${sort.name}-${(lastNumber += 1)}`;
  const parts = ['initializer', 'initargs'];
  return openPool(
    {
      home,
      name: own,
      prefix: `${threadNamePrefix ?? own}_`,
      firstNumber: 0,
      size,
      initializer: initializer === undefined ? 0 : store([initializer, initargs], parts, home),
      mostTasks,
      mostKib: 0,
      mostWaiting: 0,
      retries: 0,
      isFragile: true,
    },
    start,
  );
}

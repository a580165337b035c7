// What pools of threads and pools of processes have in common, which is nearly all.
//
// The object is a view of a block that refers to the pool's state. It travels to other threads, and
// to other processes if its workers are such. When nobody has it any more, the pool ends.
import { SharedObject } from '../kernel/index.ts';
import type { Callable } from '../threading/index.ts';
import { requireCallable, termsOf } from './caller/arguments.ts';
import type { AsyncResult } from './result/async-result.ts';
import { ApplyJob } from './caller/job.ts';
import type { Order } from './caller/sender.ts';
import { mapLater, mapNow } from './caller/map-job.ts';
import { PoolIterator } from './caller/pool-iterator.ts';
import { VIEW_BYTES, fillView, newPool, stateOf, transferToProcess } from './caller/new-pool.ts';
import type { PoolSort } from './caller/new-pool.ts';
import { drainFinite, drainInputs, keepInputs } from './caller/inputs.ts';
import { calledBackLazily, joinedInside, joinedOpen, requireOpen } from './caller/refusals.ts';
import { statsOf } from './shared/stats.ts';
import type { PoolStats } from './shared/stats.ts';
import { awaitEnd, awaitEndAsync } from './caller/end.ts';
import { FATE, FORM, POOL } from './shared/layout.ts';
import { poolField, setFate } from './shared/state.ts';
import { isInTaskOf } from './worker/current-task.ts';
import type { LazyOptions, MapOptions, PoolOptions, TaskOptions } from './types.ts';

/** A pool of workers that run functions: Python's `Pool`. Its classes are Pool and ThreadPool. */
export abstract class BasePool extends SharedObject implements Disposable, AsyncDisposable {
  readonly #state: number;
  readonly #isLocal: boolean;

  protected constructor(sort: PoolSort, processes: number | undefined, options: PoolOptions) {
    super({
      kind: sort.kind,
      byteLength: VIEW_BYTES,
      given: processes,
      init: (handle) => {
        fillView(handle, newPool(sort, processes, options).handle);
      },
    });
    this.#state = stateOf(SharedObject.handleOf(this) as number);
    this.#isLocal = sort.isLocal;
  }

  /**
   * Runs a function in a worker, and blocks until it has returned.
   *
   * The function may be any, a closure too; it and its arguments are copied, save heddle's own
   * objects (docs/values.md). A promise that it returns is awaited there.
   *
   * @param func what to run
   * @param args its arguments
   * @param options see {@link TaskOptions}
   * @returns what it returned
   * @throws {RuntimeError} if the pool is closed or terminated
   * @throws {TransferError} if the function, an argument or the result cannot travel
   * @throws {WorkerDiedError} if its worker died
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * if (pool.apply((a: number, b: number) => a + b, [1, 2]) !== 3) throw new Error('wrong');
   * pool.terminate();
   * ```
   */
  apply<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    args?: A,
    options?: TaskOptions<Awaited<R>>,
  ): Awaited<R> {
    return this.applyAsync(func, args, options).get();
  }

  /**
   * Has a worker run a function. Does not block, unless the pool was given a `maxQueue`, and so
   * many tasks wait: then until there is room.
   *
   * @param func what to run
   * @param args its arguments
   * @param options see {@link TaskOptions}
   * @returns its result to be, for `await` or get()
   * @throws {RuntimeError} if the pool is closed or terminated
   * @throws {TransferError} if the function or an argument cannot travel
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * const results = [1, 2, 3].map((n) => pool.applyAsync((x: number) => x * x, [n]));
   * console.log(await Promise.all(results)); // [ 1, 4, 9 ]
   * pool.terminate();
   * ```
   */
  applyAsync<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    args?: A,
    options?: TaskOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>> {
    const order = this.#order(func, args ?? [], FORM.APPLY, options);
    return new ApplyJob<Awaited<R>>(order, args ?? []).result;
  }

  /**
   * Runs a function for each item, and blocks until all are done. Items go to the workers in
   * chunks.
   *
   * All items are run, whatever becomes of some; then the error of the first that failed is thrown.
   *
   * @param func what to run
   * @param iterable the items; read at once
   * @param options see {@link MapOptions}
   * @returns what the function returned, in the order of the items
   * @throws {RuntimeError} if the pool is closed or terminated
   * @throws {TransferError} if the function, an item or a result cannot travel
   * @throws {WorkerDiedError} if a worker died
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * console.log(pool.map((n: number) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]
   * pool.terminate();
   * ```
   */
  map<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T>,
    options?: MapOptions<Awaited<R>>,
  ): Awaited<R>[] {
    return mapNow<Awaited<R>>(this.#order(func, [], FORM.MAP, options), iterable).get();
  }

  /**
   * Has workers run a function for each item, as map() does. Does not block. Items may come
   * asynchronously; then get() on the result is a RuntimeError until they are all there.
   *
   * @param func what to run
   * @param iterable the items
   * @param options see {@link MapOptions}
   * @returns the results to be
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * console.log(await pool.mapAsync((n: number) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]
   * pool.terminate();
   * ```
   */
  mapAsync<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: MapOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    return mapLater<Awaited<R>>(this.#order(func, [], FORM.MAP, options), iterable);
  }

  /**
   * Runs a function for each item, which is an array of its arguments; else as map(). Blocks.
   *
   * @param func what to run
   * @param iterable arrays of arguments
   * @param options see {@link MapOptions}
   * @returns what the function returned, in the order of the items
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * console.log(pool.starmap((a: number, b: number) => a * b, [[1, 2], [3, 4]])); // [ 2, 12 ]
   * pool.terminate();
   * ```
   */
  starmap<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    iterable: Iterable<A>,
    options?: MapOptions<Awaited<R>>,
  ): Awaited<R>[] {
    return mapNow<Awaited<R>>(this.#order(func, [], FORM.STARMAP, options), iterable).get();
  }

  /**
   * Has workers run a function for each item, which is an array of its arguments; else as
   * mapAsync(). Does not block.
   *
   * @param func what to run
   * @param iterable arrays of arguments
   * @param options see {@link MapOptions}
   * @returns the results to be
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * console.log(await pool.starmapAsync((a: number, b: number) => a * b, [[1, 2]])); // [ 2 ]
   * pool.terminate();
   * ```
   */
  starmapAsync<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    iterable: Iterable<A>,
    options?: MapOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    return mapLater<Awaited<R>>(this.#order(func, [], FORM.STARMAP, options), iterable);
  }

  /**
   * Runs a function for each item, and gives the results one by one, in the order of the items.
   * Lazy: items are read only `buffersize` ahead, so there may be any number. Does not block; the
   * iterator does.
   *
   * @param func what to run
   * @param iterable the items, which may come asynchronously
   * @param options see {@link LazyOptions}
   * @returns the results, for `for … of` or `for await`
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * function* numbers() { for (let n = 0; ; n++) yield n; }
   * for (const square of pool.imap((n: number) => n * n, numbers())) if (square > 100) break;
   * pool.terminate();
   * ```
   */
  imap<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: LazyOptions<Awaited<R>>,
  ): PoolIterator<Awaited<R>> {
    return new PoolIterator(this.#lazyOrder(func, options), iterable, true);
  }

  /**
   * Runs a function for each item, and gives each result as soon as it is there; else as imap().
   *
   * @param func what to run
   * @param iterable the items, which may come asynchronously
   * @param options see {@link LazyOptions}
   * @returns the results, for `for … of` or `for await`
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * let sum = 0;
   * for await (const n of pool.imapUnordered((n: number) => n + 1, [1, 2, 3])) sum += n;
   * if (sum !== 9) throw new Error('wrong');
   * pool.terminate();
   * ```
   */
  imapUnordered<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: LazyOptions<Awaited<R>>,
  ): PoolIterator<Awaited<R>> {
    return new PoolIterator(this.#lazyOrder(func, options), iterable, false);
  }

  /**
   * Takes no more tasks: from now on they are a RuntimeError. Those that it has are finished, the
   * items too that lazy maps of this thread have not read yet, unless another thread waits for the
   * end; then the workers end. Does not block.
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * pool.close();
   * pool.join();
   * ```
   */
  close(): void {
    keepInputs(this.#state);
    setFate(this.#state, FATE.CLOSED);
  }

  /**
   * Stops all workers where they are. What is outstanding fails with a RuntimeError. Does not
   * block.
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * pool.applyAsync(() => { for (;;); }, [], { errorCallback: () => {} });
   * pool.terminate();
   * pool.join();
   * ```
   */
  terminate(): void {
    setFate(this.#state, FATE.TERMINATED);
  }

  /**
   * Blocks until the workers have ended. Lazy maps of this thread first read all of their items.
   *
   * @throws {RuntimeError} if the pool was neither closed nor terminated; in one of its own tasks;
   *   or if such items come from an asynchronous iterable, which can give none while this thread
   *   blocks
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * pool.close();
   * pool.join();
   * ```
   */
  join(): void {
    const state = this.#joinable();
    drainInputs(state, true);
    awaitEnd(state);
  }

  /**
   * Resolves when the workers have ended. Does not block. Lazy maps of this thread first read all
   * of their items.
   *
   * @throws {RuntimeError} if the pool was neither closed nor terminated; in one of its own tasks
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * pool.close();
   * await pool.joinAsync();
   * ```
   */
  async joinAsync(): Promise<void> {
    drainInputs(this.#joinable(), false);
    await this.#awaitEnd();
  }

  /** What it does, and has done. */
  get stats(): PoolStats {
    return statsOf(this.#state);
  }

  /** As Python's `with`: terminate(). */
  [Symbol.dispose](): void {
    this.terminate();
  }

  /**
   * Finishes what it has: close() and joinAsync(); lazy maps over what may have no end read no
   * more.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    drainFinite(this.#joinable());
    await this.#awaitEnd();
  }

  async #awaitEnd(): Promise<void> {
    await awaitEndAsync(this.#state);
    // This object, and so the state, is there until then.
    this.#joinable();
  }

  #order(
    func: (...args: never[]) => unknown,
    args: readonly unknown[],
    form: number,
    options: TaskOptions<never> | undefined,
  ): Order {
    requireCallable(func, args);
    const terms = termsOf(options);
    if (terms.transfer.length > 0 && !this.#isLocal) throw transferToProcess();
    requireOpen(this.#state);
    return { state: this.#state, pool: this, func, form, terms };
  }

  // All results together, or one error, are nothing that a lazy map ever has.
  #lazyOrder(func: (...args: never[]) => unknown, options: LazyOptions<never> | undefined): Order {
    const order = this.#order(func, [], FORM.MAP, options);
    const { callback, errorCallback } = order.terms;
    if (callback !== undefined || errorCallback !== undefined) throw calledBackLazily();
    return order;
  }

  #joinable(): number {
    if (isInTaskOf(this.#state)) throw joinedInside(this.#state);
    if (poolField(this.#state, POOL.FATE) === FATE.OPEN) throw joinedOpen(this.#state);
    return this.#state;
  }
}

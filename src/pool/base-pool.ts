// What pools of threads and pools of processes have in common, which is nearly all.
//
// The object is a view of a block that refers to the pool's state. It travels to other threads of
// the process. When nobody has it any more, the pool ends.
import {
  SharedObject,
  arena,
  atomics,
  homeOf,
  release,
  retain,
  waitEventAsync,
  waitEventBlocking,
} from '../kernel/index.ts';
import type { Arena, KindOptions } from '../kernel/index.ts';
import { cpuCount } from '../system/index.ts';
import type { Callable } from '../threading/index.ts';
import { store } from '../wire/index.ts';
import type { StartWorker } from './backend.ts';
import { checkOptions, checkSize, requireCallable, termsOf } from './caller/arguments.ts';
import type { AsyncResult } from './caller/async-result.ts';
import { ApplyJob } from './caller/job.ts';
import type { Order } from './caller/sender.ts';
import { MapJob, isAsyncIterable, itemsOf } from './caller/map-job.ts';
import { PoolIterator } from './caller/pool-iterator.ts';
import { joinedOpen } from './caller/refusals.ts';
import { statsOf } from './caller/stats.ts';
import type { PoolStats } from './caller/stats.ts';
import { FATE, FORM, POOL } from './shared/layout.ts';
import { failureOf, poolField, setFate } from './shared/state.ts';
import type { PoolState } from './shared/state.ts';
import { openPool } from './supervisor/open.ts';
import type { LazyOptions, MapOptions, PoolOptions, TaskOptions } from './types.ts';

/** What pools differ in. */
export interface PoolSort {
  readonly kind: number;
  readonly name: string;
  /** Where workers and callers meet. */
  readonly home: () => Arena;
  readonly start: StartWorker;
  /** Whether its workers are in this process, so that memory can be moved to them. */
  readonly isLocal: boolean;
  /** How workers are called, where not after the pool: this, and a number from the first on. */
  readonly labels?: { readonly prefix: string; readonly firstNumber: number };
  /** Whether the death of a worker breaks the pool: everything fails with the WorkerDiedError. */
  readonly isFragile?: boolean;
}

/** Cells of the block of a pool. */
const STATE = 0;
const nothing = (): void => {};

/** What can be done with the block of a pool, save showing it as an object. */
export const poolKind: KindOptions = {
  destroy: (handle) => {
    const state = atomics.peek(arena.cells, handle + STATE);
    setFate(state, FATE.TERMINATED);
    release(state);
  },
};

/** A pool of workers that run functions. Its methods are those of Python's `Pool`. */
export abstract class BasePool extends SharedObject implements Disposable, AsyncDisposable {
  readonly #state: number;
  readonly #isLocal: boolean;

  protected constructor(sort: PoolSort, processes: number | undefined, options: PoolOptions) {
    super({
      kind: sort.kind,
      byteLength: 4,
      given: processes,
      init: (handle) => {
        const { handle: state } = open(sort, processes, options);
        retain(state);
        atomics.poke(arena.cells, handle + STATE, state);
      },
    });
    this.#state = atomics.peek(arena.cells, (SharedObject.handleOf(this) as number) + STATE);
    this.#isLocal = sort.isLocal;
  }

  /**
   * Sends a call; gives all that can be known of it.
   *
   * @internal
   */
  static submit<R>(
    pool: BasePool,
    func: Callable,
    args: readonly unknown[],
    options?: TaskOptions<R>,
  ): ApplyJob<R> {
    return new ApplyJob<R>(pool.#order(func, args, FORM.APPLY, options), args);
  }

  /**
   * The error that broke a pool, a new copy; undefined when none did.
   *
   * @internal
   */
  static failureOf(pool: BasePool): unknown {
    return failureOf(pool.#state);
  }

  /** Runs a function in a worker, and blocks until it has returned. */
  apply<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    args?: A,
    options?: TaskOptions<Awaited<R>>,
  ): Awaited<R> {
    return this.applyAsync(func, args, options).get();
  }

  /** Has a worker run a function. */
  applyAsync<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    args?: A,
    options?: TaskOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>> {
    const order = this.#order(func, args ?? [], FORM.APPLY, options);
    return new ApplyJob<Awaited<R>>(order, args ?? []).result;
  }

  /** Runs a function for each item, and blocks until all are done. */
  map<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T>,
    options?: MapOptions<Awaited<R>>,
  ): Awaited<R>[] {
    return this.#mapNow<R>(func, iterable, FORM.MAP, options).get();
  }

  /** Has workers run a function for each item. */
  mapAsync<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: MapOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#mapLater<R>(func, iterable, FORM.MAP, options);
  }

  /** As map(), where each item is an array of arguments. */
  starmap<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    iterable: Iterable<A>,
    options?: MapOptions<Awaited<R>>,
  ): Awaited<R>[] {
    return this.#mapNow<R>(func, iterable, FORM.STARMAP, options).get();
  }

  /** As mapAsync(), where each item is an array of arguments. */
  starmapAsync<A extends readonly unknown[], R>(
    func: Callable<A, R>,
    iterable: Iterable<A>,
    options?: MapOptions<Awaited<R>>,
  ): AsyncResult<Awaited<R>[]> {
    return this.#mapLater<R>(func, iterable, FORM.STARMAP, options);
  }

  /** Runs a function for each item, and gives results in the order of the items. */
  imap<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: LazyOptions<Awaited<R>>,
  ): PoolIterator<Awaited<R>> {
    return new PoolIterator(this.#order(func, [], FORM.MAP, options), iterable, true);
  }

  /** Runs a function for each item, and gives results as they are there. */
  imapUnordered<T, R>(
    func: (item: T) => R,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: LazyOptions<Awaited<R>>,
  ): PoolIterator<Awaited<R>> {
    return new PoolIterator(this.#order(func, [], FORM.MAP, options), iterable, false);
  }

  /** Takes no more tasks. */
  close(): void {
    setFate(this.#state, FATE.CLOSED);
  }

  /** Stops all workers. */
  terminate(): void {
    setFate(this.#state, FATE.TERMINATED);
  }

  /** Blocks until the workers have ended. */
  join(): void {
    const state = this.#joinable();
    waitEventBlocking(homeOf(state), state + POOL.ENDED, Infinity, state, nothing);
  }

  /** Resolves when the workers have ended. */
  async joinAsync(): Promise<void> {
    const state = this.#joinable();
    await waitEventAsync(homeOf(state), state + POOL.ENDED, { deadlineMs: Infinity }, nothing);
    // This object, and so the state, is there until then.
    this.#joinable();
  }

  /** What it does, and has done. */
  get stats(): PoolStats {
    return statsOf(this.#state);
  }

  [Symbol.dispose](): void {
    this.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.joinAsync();
  }

  #mapNow<R>(
    func: (...args: never[]) => unknown,
    iterable: unknown,
    form: number,
    options: MapOptions<Awaited<R>> | undefined,
  ): AsyncResult<Awaited<R>[]> {
    const order = this.#order(func, [], form, options);
    return new MapJob<Awaited<R>>(order).begin(itemsOf(iterable)).result;
  }

  #mapLater<R>(
    func: (...args: never[]) => unknown,
    iterable: unknown,
    form: number,
    options: MapOptions<Awaited<R>> | undefined,
  ): AsyncResult<Awaited<R>[]> {
    if (!isAsyncIterable(iterable)) return this.#mapNow<R>(func, iterable, form, options);
    const job = new MapJob<Awaited<R>>(this.#order(func, [], form, options));
    void job.beginAsync(iterable);
    return job.result;
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
    return { state: this.#state, pool: this, func, form, terms };
  }

  #joinable(): number {
    if (poolField(this.#state, POOL.FATE) === FATE.OPEN) throw joinedOpen(this.#state);
    return this.#state;
  }
}

function open(sort: PoolSort, processes: number | undefined, options: PoolOptions): PoolState {
  const size = checkSize(processes ?? cpuCount());
  const checked = checkOptions(options);
  const home = sort.home();
  const { initializer, initargs, mostTasks, mostKib, mostWaiting, retries } = checked;
  const name = checked.name ?? sort.name;
  return openPool(
    {
      home,
      name,
      prefix: checked.name === undefined ? `${name}Worker-` : `${name}-`,
      firstNumber: 1,
      ...sort.labels,
      isFragile: sort.isFragile ?? false,
      size,
      initializer:
        initializer === undefined
          ? 0
          : store([initializer, initargs], ['initializer', 'initargs'], home),
      mostTasks,
      mostKib,
      mostWaiting,
      retries,
    },
    sort.start,
  );
}

function transferToProcess(): TypeError {
  return new TypeError(
    'Cannot transfer memory to a worker that is a process as it has memory of its own\n' +
      'Leave transfer out, use a ThreadPool, or SharedMemory',
  );
}

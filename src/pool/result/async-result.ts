// The result of a task that may not be there yet.
import { RuntimeError, TimeoutError } from '../../errors/index.ts';
import { reportUncaught, toDeadline } from '../../kernel/index.ts';
import type { Duration } from '../../kernel/index.ts';
import { claim, leaveUnclaimed } from './unclaimed.ts';
import type { Unclaimed } from './unclaimed.ts';

/** Who brings a result about. */
export interface ResultSource {
  /** Blocks until the test holds, or the deadline passed. May refuse, by an error. */
  readonly wait: (test: () => boolean, deadlineMs: number) => void;
  /** Withdraws what has not begun; false when all has. */
  readonly cancel: () => boolean;
}

/** What is called with a result when it is there. */
export interface Callbacks {
  readonly callback: ((result: never) => void) | undefined;
  readonly errorCallback: ((error: unknown) => void) | undefined;
}

const STATE = { PENDING: 0, VALUE: 1, ERROR: 2 } as const;
const NO_CALLBACKS: Callbacks = { callback: undefined, errorCallback: undefined };

/**
 * The result of a task, which may not be there yet: `await` it, or get() it.
 *
 * An error that nobody has taken by the time that the result is dropped, or the program ends, is an
 * unhandled rejection.
 *
 * @example
 * ```ts
 * import { ThreadPool } from 'heddle/multiprocessing';
 * const pool = new ThreadPool(2);
 * const square = (n: number) => n * n;
 * const [four, nine] = [pool.applyAsync(square, [2]), pool.applyAsync(square, [3])];
 * if (four.get() + (await nine) !== 13) throw new Error('wrong');
 * pool.terminate();
 * ```
 */
export class AsyncResult<R> implements PromiseLike<R> {
  readonly #source: ResultSource;
  readonly #callbacks: Callbacks;
  #state: number = STATE.PENDING;
  #outcome: unknown;
  #isTaken = false;
  #unclaimed: Unclaimed | null = null;
  #deferred: PromiseWithResolvers<unknown> | null = null;
  #listeners: (() => void)[] | null = null;

  /**
   * Made by the methods of a pool.
   *
   * @param source who brings it about
   * @param callbacks what to call with it
   */
  constructor(source: ResultSource, callbacks: Callbacks = NO_CALLBACKS) {
    this.#source = source;
    this.#callbacks = callbacks;
  }

  /**
   * Gives a result its value or its error. The first one counts.
   *
   * @internal
   */
  static settle<R>(result: AsyncResult<R>, isValue: boolean, outcome: unknown): void {
    result.#settle(isValue, outcome);
  }

  /**
   * Has something called once a result is there; at once if it is.
   *
   * @internal
   */
  static whenSettled<R>(result: AsyncResult<R>, listener: () => void): void {
    if (result.#state !== STATE.PENDING) listener();
    else (result.#listeners ??= []).push(listener);
  }

  /**
   * Blocks until the task is done, and gives its value or throws its error.
   *
   * Each call gives the same value, or throws the same error.
   *
   * @param timeout longest wait; 0 or less looks once; without it, waits for ever
   * @returns what the function returned, awaited
   * @throws {TimeoutError} if the time is up; the task goes on
   * @throws {WorkerDiedError} if the worker died that ran it
   * @throws {RuntimeError} if the pool was terminated, or the task cancelled; or if the items come
   *   from an asynchronous iterable, which can give none while this thread blocks
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(1);
   * const result = pool.applyAsync((a: number, b: number) => a + b, [1, 2]);
   * if (result.get('30s') !== 3) throw new Error('wrong');
   * pool.terminate();
   * ```
   */
  get(timeout?: Duration): R {
    if (!this.#awaitBlocking(timeout)) {
      throw new TimeoutError(
        `Cannot give the result of the task as it was not done within ${String(timeout)}\n` +
          'The task goes on: ask again, or wait()',
      );
    }
    this.#take();
    if (this.#state === STATE.ERROR) throw this.#outcome;
    return this.#outcome as R;
  }

  /**
   * Blocks until the task is done, or the time is up.
   *
   * @param timeout longest wait; 0 or less looks once; without it, waits for ever
   * @returns true when it is done, with a value or an error
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(1);
   * while (!pool.applyAsync(() => 'done').wait('50ms')) console.log('still at it');
   * pool.terminate();
   * ```
   */
  wait(timeout?: Duration): boolean {
    return this.#awaitBlocking(timeout);
  }

  /**
   * Tells whether the task is done, with a value or an error. Does not block.
   *
   * @returns true once it is
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(1);
   * const result = pool.applyAsync(() => 1);
   * result.wait();
   * if (!result.ready()) throw new Error('not done');
   * pool.terminate();
   * ```
   */
  ready(): boolean {
    if (this.#state === STATE.PENDING) this.#look();
    return this.#state !== STATE.PENDING;
  }

  /**
   * Tells whether the task returned rather than ended in an error. Does not block.
   *
   * @returns true if it returned
   * @throws {RangeError} if it is not done
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(1);
   * const result = pool.applyAsync(() => 1);
   * result.wait();
   * if (!result.successful()) throw new Error('failed');
   * pool.terminate();
   * ```
   */
  successful(): boolean {
    if (!this.ready()) {
      throw new RangeError(
        'Cannot tell whether the task succeeded as it is not done\nCall wait() before, or ready()',
      );
    }
    return this.#state === STATE.VALUE;
  }

  /**
   * Withdraws the task if it has not begun: then it never runs, and its result is a RuntimeError
   * with the code `ERR_HEDDLE_CANCELLED`. A map, if a part of it has not begun, or one of its
   * chunks was given in parts: then no item runs that does not run yet. Does not block.
   *
   * @returns false when it has begun, or is done
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(1);
   * pool.apply(() => 1);
   * if (pool.applyAsync(() => 1).cancel()) console.log('it had not begun');
   * pool.terminate();
   * ```
   */
  cancel(): boolean {
    if (this.ready() || !this.#source.cancel()) return false;
    // Who cancels it knows.
    this.#isTaken = true;
    this.#settle(
      false,
      new RuntimeError('Cannot give the result of the task as it was cancelled', {
        code: 'ERR_HEDDLE_CANCELLED',
      }),
    );
    return true;
  }

  /**
   * Makes the result something to `await`.
   *
   * @param onfulfilled called with the value
   * @param onrejected called with the error
   * @returns a promise of what these give
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(1);
   * if ((await pool.applyAsync(() => 42)) !== 42) throw new Error('wrong');
   * pool.terminate();
   * ```
   */
  // oxlint-disable-next-line unicorn/no-thenable -- it is one, so that it can be awaited
  then<V = R, E = never>(
    onfulfilled?: ((value: R) => V | PromiseLike<V>) | null,
    onrejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<V | E> {
    this.#take();
    if (this.#deferred === null) {
      this.#deferred = Promise.withResolvers<unknown>();
      if (this.#state !== STATE.PENDING) this.#settlePromise(this.#deferred);
    }
    return (this.#deferred.promise as Promise<R>).then(onfulfilled, onrejected);
  }

  #settlePromise({ resolve, reject }: PromiseWithResolvers<unknown>): void {
    if (this.#state === STATE.ERROR) reject(this.#outcome);
    else resolve(this.#outcome);
  }

  #look(): void {
    try {
      this.#source.wait(() => true, 0);
    } catch {
      // What cannot be waited for may be there all the same.
    }
  }

  #awaitBlocking(timeout: Duration | undefined): boolean {
    const deadlineMs = toDeadline(timeout, true);
    const isReady = (): boolean => this.#state !== STATE.PENDING;
    if (!isReady()) this.#source.wait(isReady, deadlineMs);
    return isReady();
  }

  #take(): void {
    this.#isTaken = true;
    if (this.#unclaimed !== null) claim(this.#unclaimed);
    this.#unclaimed = null;
  }

  #settle(isValue: boolean, outcome: unknown): void {
    if (this.#state !== STATE.PENDING) return;
    this.#state = isValue ? STATE.VALUE : STATE.ERROR;
    this.#outcome = outcome;
    const { callback, errorCallback } = this.#callbacks;
    if (isValue) call(callback as ((result: unknown) => void) | undefined, outcome);
    else if (errorCallback !== undefined) call(errorCallback, outcome);
    if (this.#deferred !== null) this.#settlePromise(this.#deferred);
    const listeners = this.#listeners;
    this.#listeners = null;
    for (const listener of listeners ?? []) call(listener, undefined);
    if (!isValue && !this.#isTaken && errorCallback === undefined) {
      this.#unclaimed = leaveUnclaimed(this, outcome);
    }
  }
}

function call(callback: ((value: unknown) => void) | undefined, value: unknown): void {
  try {
    callback?.(value);
  } catch (error) {
    reportUncaught(error);
  }
}

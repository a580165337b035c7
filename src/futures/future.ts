// What will have come of a task that was submitted to an executor.
import { CancelledError, TimeoutError } from '../errors/index.ts';
import { reportUncaught, toDeadline } from '../kernel/index.ts';
import type { Duration } from '../kernel/index.ts';
import type { Mailbox } from '../pool/index.ts';

/** Who brings about what a future comes to. */
export interface FutureSource {
  /** Where that arrives. */
  readonly mailbox: Mailbox;
  /** Withdraws the task if it has not begun. */
  cancel(): boolean;
  isRunning(): boolean;
}

const STATE = { PENDING: 0, CANCELLED: 1, VALUE: 2, ERROR: 3 } as const;

/** What this room does with a future, and nobody else can. */
interface Inside {
  settle(future: Future<unknown>, isValue: boolean, outcome: unknown): void;
  cancel(future: Future<unknown>): void;
  listen(future: Future<unknown>, listener: () => void): void;
  unlisten(future: Future<unknown>, listener: () => void): void;
  isSettled(future: Future<unknown>): boolean;
  isFailed(future: Future<unknown>): boolean;
  mailboxOf(future: Future<unknown>): Mailbox;
}

export const inside = {} as Inside;

/**
 * What will have come of a task that was submitted to an executor: `await` it, or ask for its
 * result().
 *
 * It is pending until a worker begins with its task, then running, then done; or it is cancelled
 * before a worker has begun, and done. It stays in the thread that submitted the task.
 *
 * @example
 * ```ts
 * import { print } from 'heddle';
 * import { ThreadPoolExecutor } from 'heddle/futures';
 * const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const [four, nine] = [2, 3].map((n) => executor.submit((x: number) => x * x, n));
 * print(four?.result(), await nine); // 4 9
 * executor.shutdown();
 * ```
 */
export class Future<R> implements PromiseLike<R> {
  readonly #source: FutureSource;
  #state: number = STATE.PENDING;
  #outcome: unknown;
  // Of this future; a Future<string> is a Future<unknown> all the same.
  #callbacks: ((future: never) => void)[] | null = null;
  #listeners: Set<() => void> | null = null;
  #deferred: PromiseWithResolvers<unknown> | null = null;

  static {
    inside.settle = (future, isValue, outcome) =>
      future.#settle(isValue ? STATE.VALUE : STATE.ERROR, outcome);
    inside.cancel = (future) => future.#settleCancelled();
    inside.listen = (future, listener) => (future.#listeners ??= new Set()).add(listener);
    inside.unlisten = (future, listener) => future.#listeners?.delete(listener);
    inside.isSettled = (future) => future.#state !== STATE.PENDING;
    inside.isFailed = (future) => future.#state === STATE.ERROR;
    inside.mailboxOf = (future) => future.#source.mailbox;
  }

  /**
   * Made by `submit()` of an executor.
   *
   * @param source who brings it about
   * @throws {TypeError} if it is made in another way
   */
  constructor(source: FutureSource) {
    if (source?.mailbox === undefined) {
      throw new TypeError('Cannot make a future by itself\nSubmit a task to an executor');
    }
    this.#source = source;
  }

  /**
   * Blocks until the task is done, and gives what its function returned or throws what it threw:
   * the same each time.
   *
   * @param timeout longest wait; 0 or less looks once; without it, waits for ever
   * @returns what the function returned, awaited
   * @throws {TimeoutError} if the time is up; the task goes on
   * @throws {CancelledError} if it was cancelled
   * @throws {BrokenExecutor} if a worker of the executor has died
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * if (executor.submit(Math.max, 2, 7).result('10s') !== 7) throw new Error('wrong');
   * executor.shutdown();
   * ```
   */
  result(timeout?: Duration): R {
    this.#block(timeout, 'result');
    if (this.#state !== STATE.VALUE) throw this.#outcome;
    return this.#outcome as R;
  }

  /**
   * Blocks until the task is done, and gives what its function threw, or null when it returned.
   *
   * @param timeout longest wait; 0 or less looks once; without it, waits for ever
   * @returns the error: the same object each time
   * @throws {TimeoutError} if the time is up; the task goes on
   * @throws {CancelledError} if it was cancelled
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const failed = executor.submit(() => JSON.parse('{'));
   * if (!(failed.exception() instanceof SyntaxError)) throw new Error('it parsed');
   * executor.shutdown();
   * ```
   */
  exception(timeout?: Duration): unknown {
    this.#block(timeout, 'exception');
    if (this.#state === STATE.CANCELLED) throw this.#outcome;
    return this.#state === STATE.ERROR ? this.#outcome : null;
  }

  /**
   * Cancels the task if no worker has begun with it: then it never runs, who waits for the result
   * gets a CancelledError, and the callbacks are called before this returns. Does not block.
   *
   * @returns true if it is cancelled, now or before; false if it runs or is done
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const futures = [1, 2, 3].map((n) => executor.submit((x: number) => x, n));
   * for (const future of futures) if (!future.cancel()) future.result();
   * executor.shutdown();
   * ```
   */
  cancel(): boolean {
    this.#look();
    if (this.#state !== STATE.PENDING) return this.#state === STATE.CANCELLED;
    if (!this.#source.cancel()) return false;
    this.#settleCancelled();
    return true;
  }

  /**
   * Tells whether it was cancelled. Does not block.
   *
   * @returns true once {@link cancel} has succeeded, or shutdown() has cancelled it
   */
  cancelled(): boolean {
    return this.#state === STATE.CANCELLED;
  }

  /**
   * Tells whether a worker runs the task now, so that it cannot be cancelled. Does not block.
   *
   * @returns false before and after that
   */
  running(): boolean {
    this.#look();
    return this.#state === STATE.PENDING && this.#source.isRunning();
  }

  /**
   * Tells whether the task returned, threw, or was cancelled. Does not block.
   *
   * @returns true if result() would not block
   */
  done(): boolean {
    this.#look();
    return this.#state !== STATE.PENDING;
  }

  /**
   * Has a function called with this future once it is done or cancelled; at once if it is already.
   *
   * Called in this thread, in the order of adding: as its event loop turns, or while it blocks for
   * a future. An error that it throws goes to the except hook, and the others are called all the
   * same.
   *
   * @param fn what is called
   * @throws {TypeError} if that is not a function
   *
   * @example
   * ```ts
   * import { print } from 'heddle';
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * const future = executor.submit(() => 42);
   * future.addDoneCallback((done) => print(done.result())); // 42
   * executor.shutdown();
   * ```
   */
  addDoneCallback(fn: (future: Future<R>) => void): void {
    if (typeof fn !== 'function') {
      throw new TypeError('Cannot call back when the future is done as no function was given');
    }
    if (this.#state === STATE.PENDING) (this.#callbacks ??= []).push(fn);
    else this.#call(fn);
  }

  /**
   * Makes the future something to `await`. Does not block.
   *
   * @param onfulfilled called with what the function returned
   * @param onrejected called with what it threw, or a CancelledError
   * @returns a promise of what these give
   *
   * @example
   * ```ts
   * import { ThreadPoolExecutor } from 'heddle/futures';
   * await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
   * if ((await executor.submit(() => 42)) !== 42) throw new Error('wrong');
   * ```
   */
  // oxlint-disable-next-line unicorn/no-thenable -- it is one, so that it can be awaited
  then<V = R, E = never>(
    onfulfilled?: ((value: R) => V | PromiseLike<V>) | null,
    onrejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<V | E> {
    if (this.#deferred === null) {
      this.#deferred = Promise.withResolvers<unknown>();
      if (this.#state !== STATE.PENDING) this.#settlePromise(this.#deferred);
    }
    return (this.#deferred.promise as Promise<R>).then(onfulfilled, onrejected);
  }

  #settlePromise({ resolve, reject }: PromiseWithResolvers<unknown>): void {
    if (this.#state === STATE.VALUE) resolve(this.#outcome);
    else reject(this.#outcome);
  }

  #block(timeout: Duration | undefined, what: string): void {
    if (this.#state !== STATE.PENDING) return;
    const deadlineMs = toDeadline(timeout, true);
    const isDone = (): boolean => this.#state !== STATE.PENDING;
    if (this.#source.mailbox.wait(isDone, deadlineMs)) return;
    throw new TimeoutError(`Cannot give the ${what} of the task as it is not done in time`);
  }

  #look(): void {
    if (this.#state === STATE.PENDING) this.#source.mailbox.collect();
  }

  #settleCancelled(): void {
    const error = new CancelledError('Cannot give the result of the task as it was cancelled');
    this.#settle(STATE.CANCELLED, error);
  }

  #settle(state: number, outcome: unknown): void {
    if (this.#state !== STATE.PENDING) return;
    this.#state = state;
    this.#outcome = outcome;
    if (this.#deferred !== null) this.#settlePromise(this.#deferred);
    const listeners = this.#listeners;
    this.#listeners = null;
    for (const listener of listeners ?? []) listener();
    const callbacks = this.#callbacks;
    this.#callbacks = null;
    for (const callback of callbacks ?? []) this.#call(callback);
  }

  #call(callback: (future: never) => void): void {
    try {
      callback(this as never);
    } catch (error) {
      reportUncaught(error);
    }
  }
}

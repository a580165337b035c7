// asCompleted(): futures in the order in which they are done.
import { TimeoutError } from '../errors/index.ts';
import { toDeadline } from '../kernel/index.ts';
import type { Duration } from '../kernel/index.ts';
import { blockUntil, mailboxesOf, within } from './block.ts';
import { inside } from './future.ts';
import type { Future } from './future.ts';
import { requireOptions } from './options.ts';
import { futuresOf } from './wait.ts';

/**
 * Gives futures as they are done, each once: those that are done already, then the others.
 *
 * With `for … of` it blocks. With `for await` it does not, and the loop variable is the Future
 * itself all the same. They may be of several executors.
 *
 * @param futures each counts once
 * @param options.timeout how long all of it may take, from now on; without it, waits for ever
 * @returns an iterator of both kinds, for one loop
 * @throws {TypeError} if one is not a Future, or `options` no object
 * @throws {TimeoutError} within the loop, if the time is up; the tasks go on
 *
 * @example
 * ```ts
 * import { print, sleep } from 'heddle';
 * import { asCompleted, ThreadPoolExecutor } from 'heddle/futures';
 * const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const nap = (ms: number) => {
 *   sleep(`${ms}ms`);
 *   return ms;
 * };
 * const futures = [200, 1].map((ms) => executor.submit(nap, ms));
 * for (const future of asCompleted(futures)) print(future.result()); // 1, then 200
 * executor.shutdown();
 * ```
 */
export function asCompleted<R>(
  futures: Iterable<Future<R>>,
  options: { timeout?: Duration | undefined } = {},
): IterableIterator<Future<R>> & AsyncIterable<Future<R>> {
  requireOptions(options, 'wait', "Write asCompleted(futures, { timeout: '5s' })");
  return new Completed(futuresOf(futures), toDeadline(options.timeout, true));
}

class Completed<R> implements IterableIterator<Future<R>>, AsyncIterable<Future<R>> {
  readonly #deadlineMs: number;
  readonly #total: number;
  /** Those that are not done, with what tells us when they are. */
  readonly #pending = new Map<Future<R>, () => void>();
  #ended: Future<R>[] = [];
  #wake: () => void = () => {};

  constructor(futures: ReadonlySet<Future<R>>, deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
    this.#total = futures.size;
    for (const mailbox of mailboxesOf(futures)) mailbox.collect();
    for (const future of futures) {
      if (inside.isSettled(future)) this.#ended.push(future);
      else this.#await(future);
    }
  }

  next(): IteratorResult<Future<R>, undefined> {
    if (this.#ended.length === 0 && this.#pending.size > 0) {
      const mailboxes = mailboxesOf(this.#pending.keys());
      if (!blockUntil(mailboxes, () => this.#ended.length > 0, this.#deadlineMs)) this.#giveUp();
    }
    return this.#take();
  }

  return(): IteratorResult<Future<R>, undefined> {
    for (const [future, listener] of this.#pending) inside.unlisten(future, listener);
    this.#pending.clear();
    this.#ended = [];
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.asyncIterator](): AsyncIterator<Future<R>, undefined> {
    return {
      next: async () => {
        while (this.#ended.length === 0 && this.#pending.size > 0) {
          const woken = new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          if (!(await within(woken, this.#deadlineMs)) && this.#ended.length === 0) this.#giveUp();
        }
        return this.#take();
      },
      return: async () => this.return(),
    };
  }

  #await(future: Future<R>): void {
    const listener = (): void => {
      this.#pending.delete(future);
      this.#ended.push(future);
      this.#wake();
    };
    this.#pending.set(future, listener);
    inside.listen(future, listener);
  }

  #take(): IteratorResult<Future<R>, undefined> {
    const value = this.#ended.shift();
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  #giveUp(): never {
    const left = this.#pending.size;
    this.return();
    throw new TimeoutError(
      `Cannot give the next future as ${left} of ${this.#total} are not done in time`,
    );
  }
}

// The results of a lazy map: items are read only as far ahead as the buffer goes, and results are
// handed out one by one.
import { RuntimeError, TimeoutError } from '../../errors/index.ts';
import { reportUncaught, toDeadline } from '../../kernel/index.ts';
import type { Duration } from '../../kernel/index.ts';
import { OUTCOME } from '../shared/layout.ts';
import { endInput, openInput, takesInputs } from './inputs.ts';
import type { Entry, Input } from './inputs.ts';
import { ReadAhead } from '../result/read-ahead.ts';
import { BaseJob } from './job.ts';
import type { Order } from './sender.ts';
import type { Part } from './mailbox.ts';
import { isAsyncIterable, spread } from './map-job.ts';
import { blockedOnAsync } from './refusals.ts';

type Settled = { readonly isValue: boolean; readonly outcome: unknown };

/** What a lazy map reads from, of either colour. */
type Source = Iterator<unknown> | AsyncIterator<unknown>;

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/**
 * The results of imap() and imapUnordered(). With `for … of` and next() it blocks; with
 * `for await` it does not.
 *
 * An error of one item is thrown where its result would be, and the next call goes on behind it.
 *
 * @example
 * ```ts
 * import { ThreadPool } from 'heddle/multiprocessing';
 * const pool = new ThreadPool(2);
 * let sum = 0;
 * for (const square of pool.imap((n: number) => n * n, [1, 2, 3])) sum += square;
 * if (sum !== 14) throw new Error('wrong');
 * pool.terminate();
 * ```
 */
export class PoolIterator<R> implements IterableIterator<R, undefined>, AsyncIterable<R> {
  readonly #job: LazyJob;

  /**
   * Made by imap() and imapUnordered().
   *
   * @param order what is to be run
   * @param iterable the items
   * @param isOrdered whether results come in the order of the items
   */
  constructor(order: Order, iterable: unknown, isOrdered: boolean) {
    this.#job = new LazyJob(order, iterable, isOrdered);
    this.#job.begin();
  }

  /**
   * Blocks until the next result is there, and gives it.
   *
   * @param timeout longest wait; 0 or less looks once; without it, waits for ever
   * @returns the result, or `done` behind the last one
   * @throws {TimeoutError} if the time is up; nothing is lost, and next() may be called again
   * @throws {RuntimeError} if the items come from an asynchronous iterable
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * const results = pool.imap((n: number) => n + 1, [41]);
   * if (results.next('30s').value !== 42) throw new Error('wrong');
   * pool.terminate();
   * ```
   */
  next(timeout?: Duration): IteratorResult<R, undefined> {
    const deadlineMs = toDeadline(timeout, true);
    if (this.#job.isAsync) throw blockedOnAsync();
    this.#job.fill();
    if (!this.#job.hasNext()) this.#job.wait(() => this.#job.hasNext(), deadlineMs);
    if (!this.#job.hasNext()) {
      throw new TimeoutError(
        `Cannot give the next result as it was not there within ${String(timeout)}\n` +
          'Nothing is lost: call next() again',
      );
    }
    return this.#job.take() as IteratorResult<R, undefined>;
  }

  /**
   * Ends the map early, as leaving a loop does: what has not begun is withdrawn, and the iterator
   * of the items is told. An item that runs is not stopped. Does not block.
   *
   * An error of the iterator of the items is thrown; one that comes later goes to the except hook.
   *
   * @returns that it is done
   *
   * @example
   * ```ts
   * import { ThreadPool } from 'heddle/multiprocessing';
   * const pool = new ThreadPool(2);
   * for (const n of pool.imap((n: number) => n, [1, 2, 3])) if (n === 2) break;
   * pool.terminate();
   * ```
   */
  return(): IteratorResult<R, undefined> {
    const ended = this.#job.end();
    if (ended instanceof Promise) ended.catch(reportUncaught);
    return DONE;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<R, undefined> {
    const job = this.#job;
    return {
      next: async () => (await job.nextAsync()) as IteratorResult<R, undefined>,
      return: async () => {
        await job.end();
        return DONE;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

class LazyJob extends BaseJob implements Input {
  readonly isAsync: boolean;
  readonly #entry: Entry;
  #isDraining = false;
  readonly #source: Source;
  readonly #isOrdered: boolean;
  readonly #total: number | null;
  /** Results that are there, by place; where order does not matter, those to be given next. */
  readonly #there = new Map<number, Settled>();
  readonly #queue: Settled[] = [];
  #taken = 0;
  #sent = 0;
  #finished = 0;
  /** Items read, and not yet sent. */
  #pending: unknown[] = [];
  /** No more items come: what the reading of them ended with. */
  #end: { readonly error?: { readonly value: unknown } } | null = null;
  #isReading = false;
  #isOver = false;
  readonly #ahead: ReadAhead;
  #waiters: (() => void)[] = [];
  /** Places whose outcome has come: all below one, and some above. */
  #allBelow = 0;
  readonly #arrived = new Set<number>();

  constructor(order: Order, iterable: unknown, isOrdered: boolean) {
    super(order);
    this.#isOrdered = isOrdered;
    this.isAsync = isAsyncIterable(iterable) && !isSync(iterable);
    this.#source = this.isAsync
      ? (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : iteratorOf(iterable);
    this.#total = Array.isArray(iterable) ? iterable.length : null;
    this.#ahead = new ReadAhead({ ...this.terms, workers: this.sender.workers });
    this.#entry = openInput(this.pool, this);
    this.terms.progress?.begin(this.#total);
  }

  get isFinite(): boolean {
    return this.#total !== null;
  }

  begin(): void {
    const { signal } = this.terms;
    if (signal?.aborted !== true) {
      // What it is to read may come late.
      this.heed();
      return this.fill();
    }
    this.fail(signal.reason);
    this.leave();
  }

  drain(): void {
    this.#isDraining = true;
    this.fill();
  }

  awaitDrained(): void {
    this.wait(() => this.#end !== null || !takesInputs(this.pool), Infinity);
  }

  /** Reads items as far as the buffer goes, and sends them. */
  fill(): void {
    if (this.isAsync) return void this.#fillAsync();
    for (;;) {
      // Whether there is room or not: since these were read, chunks may have become so small that
      // they alone fill the buffer.
      if (this.#end === null && this.#pending.length >= this.#ahead.chunk) this.#send();
      if (!this.#hasRoom()) break;
      this.#read();
      if (this.#end !== null) this.#send();
    }
    // The end may be read after the last result has come.
    this.#leaveIfDone();
  }

  hasNext(): boolean {
    if (this.#isOrdered ? this.#there.has(this.#taken) : this.#queue.length > 0) return true;
    return this.#isOver || (this.#end !== null && this.#taken === this.#sent);
  }

  /** The next result: throws if it is an error. There is one. */
  take(): IteratorResult<unknown, undefined> {
    const settled = this.#isOrdered ? this.#there.get(this.#taken) : this.#queue.shift();
    if (settled === undefined) return this.#takeEnd();
    this.#there.delete(this.#taken);
    this.#taken += 1;
    this.fill();
    if (!settled.isValue) throw settled.outcome;
    return { done: false, value: settled.outcome };
  }

  async nextAsync(): Promise<IteratorResult<unknown, undefined>> {
    this.fill();
    while (!this.hasNext()) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
    return this.take();
  }

  /** Ends it early; gives what the end of the iterator of the items gives. */
  end(): unknown {
    if (this.#isOver) return undefined;
    this.#isOver = true;
    const isRead = this.#end !== null;
    this.#end = {};
    this.#there.clear();
    this.#queue.length = 0;
    this.sender.stop();
    this.leave();
    endInput(this.pool, this.#entry);
    this.#wake();
    return isRead ? undefined : this.#source.return?.();
  }

  receive({ base, place, count, outcome, value, spentMs }: Part): boolean {
    const before = this.#finished;
    const [values, errors] = spread(outcome, value);
    const failed = new Map(errors);
    for (let i = 0; i < count; i++) {
      const isValue = outcome !== OUTCOME.THREW && !failed.has(i);
      const error = failed.has(i) ? failed.get(i) : value;
      const own = isValue ? values?.[i] : error;
      this.#settle(place + i, { isValue, outcome: own });
    }
    // Not of what comes twice.
    this.sender.forget(base, this.#finished - before);
    this.#ahead.adapt(count, spentMs);
    this.terms.progress?.tell(this.#finished, this.#total);
    this.#wake();
    if (this.#isDraining) this.fill();
    return this.#leaveIfDone();
  }

  protected get sent(): number {
    return this.#sent;
  }

  protected fail(error: unknown): void {
    this.#there.clear();
    this.#queue.length = 0;
    this.#taken = this.#sent;
    this.#end = { error: { value: error } };
    endInput(this.pool, this.#entry);
    this.#wake();
    void this.#returnSource();
  }

  async #returnSource(): Promise<void> {
    try {
      await this.#source.return?.();
    } catch (error) {
      reportUncaught(error);
    }
  }

  #settle(place: number, settled: Settled): void {
    // A part may come twice.
    if (place < this.#allBelow || this.#arrived.has(place)) return;
    this.#arrived.add(place);
    while (this.#arrived.delete(this.#allBelow)) this.#allBelow += 1;
    this.#finished += 1;
    if (this.#isOrdered) this.#there.set(place, settled);
    else this.#queue.push(settled);
  }

  #hasRoom(): boolean {
    if (this.#end !== null || this.#isOver) return false;
    const isDraining = this.#isDraining && takesInputs(this.pool);
    const read = this.#sent + this.#pending.length;
    return this.#ahead.hasRoom(read, isDraining ? this.#finished : this.#taken);
  }

  #read(): void {
    try {
      const read = (this.#source as Iterator<unknown>).next();
      if (read.done === true) this.#end = {};
      else this.#pending.push(read.value);
    } catch (error) {
      this.#end = { error: { value: error } };
    }
  }

  async #fillAsync(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#hasRoom()) {
      try {
        const read = await (this.#source as AsyncIterator<unknown>).next();
        if (read.done === true) this.#end ??= {};
        else if (this.#end === null) this.#pending.push(read.value);
      } catch (error) {
        this.#end ??= { error: { value: error } };
      }
      // What is there goes out at once: nobody knows when the next item comes.
      if (!this.#isOver) this.#send();
    }
    this.#isReading = false;
    this.#leaveIfDone();
    this.#wake();
  }

  #send(): void {
    const items = this.#pending;
    if (items.length === 0) return;
    this.#pending = [];
    const place = this.#sent;
    this.#sent += items.length;
    this.#sendAt(place, items);
  }

  #sendAt(place: number, items: readonly unknown[]): void {
    try {
      const bytes = this.sender.send(this.address(), place, items, items.length);
      this.#ahead.add(items.length, bytes);
    } catch (error) {
      // One that cannot travel fails alone. Of a pool that takes no more all do.
      if (items.length > 1 && !(error instanceof RuntimeError)) {
        const half = items.length >> 1;
        this.#sendAt(place, items.slice(0, half));
        return this.#sendAt(place + half, items.slice(half));
      }
      this.#ahead.add(items.length, 0);
      // It is thrown where the results would be.
      for (let i = 0; i < items.length; i++) {
        this.#settle(place + i, { isValue: false, outcome: error });
      }
      this.#wake();
    }
  }

  #takeEnd(): IteratorResult<unknown, undefined> {
    const error = this.#end?.error;
    this.#end = {};
    if (error !== undefined && !this.#isOver) throw error.value;
    return DONE;
  }

  #leaveIfDone(): boolean {
    if (this.#end !== null && this.#pending.length === 0) {
      if (this.#sent > 0) this.sender.detach();
      endInput(this.pool, this.#entry);
    }
    if (this.#finished < this.#sent) return false;
    // One that nobody goes on with must not keep the program alive.
    if (this.#end === null || this.#pending.length > 0) this.pause();
    else this.leave();
    return true;
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

function isSync(iterable: unknown): boolean {
  return typeof iterable === 'object' && iterable !== null && Symbol.iterator in iterable;
}

function iteratorOf(iterable: unknown): Iterator<unknown> {
  const make = (iterable as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator];
  if (typeof make === 'function') return make.call(iterable);
  throw new TypeError(`Cannot map over ${String(iterable)} as it is not iterable`);
}

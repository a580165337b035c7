// Queue: items from any thread to any thread, in the order in which they were put.
//
// The block, its locks and lines are kernel/primitives/queue; LifoQueue and PriorityQueue are the
// same but for the order.
import { ShutDown, TimeoutError } from '../errors/index.ts';
import { Attachment, ORDER, SharedObject, defineKind, queues, homeOf } from '../kernel/index.ts';
import type { AsyncOptions, BlockingOptions } from '../threading/index.ts';
import { boundOf, deadlineOf, patienceOf } from './arguments.ts';
import { birthOf, destroy, setSort, sortOf } from './birth.ts';
import type { QueueOptions } from './birth.ts';
import * as items from './operations.ts';
import { describe } from './refusals.ts';

const QUEUE: number = defineKind('Queue', import.meta.url, {
  attach: (handle) => new Queue(new Attachment(handle) as never),
  destroy,
});

/**
 * A queue between threads: first in, first out. The same queue in every thread that it reaches.
 *
 * An item may be any value that can travel, functions and heddle's own objects included. It is
 * copied in and out, but for heddle's own objects. Who waits is served in the order of arrival; a
 * thread that asks just then may be faster. A thread that is killed in an operation loses nothing
 * that is in the queue.
 *
 * @example Two threads share the work
 * ```ts
 * import { Queue } from 'heddle/queue';
 * import { Thread } from 'heddle/threading';
 * const tasks = new Queue<number>();
 * const squares = new Queue<number>();
 * const target = () => { for (const n of tasks) squares.put(n * n); };
 * const threads = [1, 2].map(() => new Thread({ target }).start());
 * for (const n of [1, 2, 3]) tasks.put(n);
 * tasks.shutdown();
 * for (const thread of threads) thread.join();
 * console.log(squares.qsize()); // 3
 * ```
 */
export class Queue<T> extends SharedObject implements AsyncIterable<T>, Iterable<T> {
  readonly #queue: number;

  static {
    setSort(this, { kind: QUEUE, order: ORDER.FIFO });
  }

  /**
   * Makes a queue.
   *
   * @param maxsize as many items as there may be before put() waits; 0 or less for no bound but
   *   memory
   * @param options.name shown in errors and dumps
   * @throws {TypeError} if `maxsize` is not a number
   * @throws {RangeError} if `maxsize` is not a whole number, or 2^31 or more
   */
  constructor(maxsize = 0, options: QueueOptions = {}) {
    const isAttached = (maxsize as unknown) instanceof Attachment;
    const bound = isAttached ? 0 : boundOf(maxsize);
    super(birthOf(sortOf(new.target), bound, maxsize, options));
    this.#queue = SharedObject.handleOf(this) as number;
  }

  /**
   * As many items as there may be before put() waits; 0 or less for no bound. It may be set while
   * the queue is in use: what is in there stays, and who can put now does.
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * const queue = new Queue(3);
   * queue.maxsize = 1;
   * console.log(queue.maxsize); // 1
   * ```
   */
  get maxsize(): number {
    return queues.maxOf(homeOf(this.#queue), this.#queue);
  }

  set maxsize(maxsize: number) {
    queues.setMax(homeOf(this.#queue), this.#queue, boundOf(maxsize));
  }

  /** Whether shutdown() was called: put() fails, and so does get() once the queue is empty. */
  get isShutdown(): boolean {
    return queues.isShut(homeOf(this.#queue), this.#queue);
  }

  /** How many items were put and not marked as done: what join() waits for. */
  get unfinishedTasks(): number {
    return queues.unfinishedOf(homeOf(this.#queue), this.#queue);
  }

  /**
   * Puts an item, sleeping while the queue is full.
   *
   * Blocks this thread, the main thread too. If it throws, the queue is as it was.
   *
   * @param item what to put
   * @param options.timeout longest wait; 0 tries once; without it, waits for ever
   * @param options.blocking false: do not wait at all, whatever the time-out
   * @throws {Full} if the time was up; it has the `item`
   * @throws {ShutDown} if the queue is shut down, or is while this waits
   * @throws {TransferError} if the item cannot travel
   * @throws {RangeError} if the time-out is negative
   * @throws {HeddleError} if no shared memory is left: `ERR_HEDDLE_OUT_OF_MEMORY`
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * const queue = new Queue<string>(1);
   * queue.put('first');
   * try {
   *   queue.put('second', { timeout: '10ms' });
   * } catch (error) {
   *   console.log(String(error)); // Full: Cannot put into Queue as it is full: it has 1 item
   * }
   * ```
   */
  put(item: T, options?: BlockingOptions): void {
    items.putItem(this.#queue, item, deadlineOf(options, this.#queue));
  }

  /**
   * Puts an item if there is room now. Does not block.
   *
   * @param item what to put
   * @throws {Full} if there is none
   * @throws {ShutDown} if the queue is shut down
   * @throws {TransferError} if the item cannot travel
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * new Queue(1).putNowait('only');
   * ```
   */
  putNowait(item: T): void {
    items.putItem(this.#queue, item, 0);
  }

  /**
   * Puts an item without blocking the thread: its event loop turns while the queue is full. The
   * item is read at once, so it may be changed afterwards.
   *
   * @param item what to put
   * @param options.timeout longest wait; 0 tries once
   * @param options.signal ends the wait: the promise is rejected with its reason, and the item is
   *   not put
   * @throws {Full} if the time was up
   * @throws {ShutDown} if the queue is shut down, or is while this waits
   * @throws {TransferError} if the item cannot travel
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * const queue = new Queue<number>(1);
   * const puts = [1, 2].map((n) => queue.putAsync(n));
   * console.log(await queue.getAsync(), await queue.getAsync()); // 1 2
   * await Promise.all(puts);
   * ```
   */
  async putAsync(item: T, options?: AsyncOptions): Promise<void> {
    await items.putItemAsync(this.#queue, item, patienceOf(options, this.#queue));
  }

  /**
   * Takes an item, sleeping while there is none.
   *
   * Blocks this thread, the main thread too; on a thread that serves events prefer {@link
   * getAsync}.
   *
   * @param options.timeout longest wait; 0 tries once; without it, waits for ever
   * @param options.blocking false: do not wait at all, whatever the time-out
   * @returns the item
   * @throws {Empty} if the time was up
   * @throws {ShutDown} if the queue is shut down and empty
   * @throws {TransferError} if the item cannot be read in this thread; it is put back
   * @throws {RangeError} if the time-out is negative
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * import { Thread } from 'heddle/threading';
   * const queue = new Queue<string>();
   * new Thread({ target: () => queue.put('from a thread') }).start();
   * console.log(queue.get()); // from a thread
   * ```
   */
  get(options?: BlockingOptions): T {
    return items.getItem(this.#queue, deadlineOf(options, this.#queue)) as T;
  }

  /**
   * Takes an item if there is one now. Does not block.
   *
   * @returns the item
   * @throws {Empty} if there is none
   * @throws {ShutDown} if the queue is shut down and empty
   * @throws {TransferError} if the item cannot be read in this thread; it is put back
   *
   * @example
   * ```ts
   * import { Empty, Queue } from 'heddle/queue';
   * try {
   *   new Queue().getNowait();
   * } catch (error) {
   *   console.log(error instanceof Empty); // true
   * }
   * ```
   */
  getNowait(): T {
    return items.getItem(this.#queue, 0) as T;
  }

  /**
   * Takes an item without blocking the thread: its event loop turns while there is none.
   *
   * @param options.timeout longest wait; 0 tries once
   * @param options.signal ends the wait: the promise is rejected with its reason, and no item is
   *   taken
   * @returns the item
   * @throws {Empty} if the time was up
   * @throws {ShutDown} if the queue is shut down and empty
   * @throws {TransferError} if the item cannot be read in this thread; it is put back
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * const queue = new Queue<number>();
   * setImmediate(() => queue.put(42));
   * console.log(await queue.getAsync({ timeout: 5 })); // 42
   * ```
   */
  async getAsync(options?: AsyncOptions): Promise<T> {
    return (await items.getItemAsync(this.#queue, patienceOf(options, this.#queue))) as T;
  }

  /**
   * Counts the items now; there may be more or fewer a moment later. Does not block.
   *
   * @returns how many there are
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * console.log(new Queue().qsize()); // 0
   * ```
   */
  qsize(): number {
    return queues.sizeOf(homeOf(this.#queue), this.#queue);
  }

  /**
   * Tells whether there is no item now. Does not block.
   *
   * @returns true when qsize() is 0
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * console.log(new Queue().empty()); // true
   * ```
   */
  empty(): boolean {
    return queues.sizeOf(homeOf(this.#queue), this.#queue) === 0;
  }

  /**
   * Tells whether there is no room now. Does not block.
   *
   * @returns true when there are `maxsize` items; false when there is no bound
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * console.log(new Queue(1).full()); // false
   * ```
   */
  full(): boolean {
    return queues.isFull(homeOf(this.#queue), this.#queue);
  }

  /**
   * Says that an item that was taken is done; with the last, join() returns. Does not block.
   *
   * @throws {RangeError} if it was called more often than items were put; nothing changes
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * const queue = new Queue();
   * queue.put('task');
   * queue.get();
   * queue.taskDone();
   * console.log(queue.unfinishedTasks); // 0
   * ```
   */
  taskDone(): void {
    if (queues.markDone(homeOf(this.#queue), this.#queue)) return;
    throw new RangeError(
      `Cannot mark a task of ${describe(this.#queue)} as done as all that were put are\n` +
        'Call taskDone() once for each item that get() gave',
    );
  }

  /**
   * Blocks until every item that was put was marked as done, or dropped by `shutdown(true)`.
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * import { Thread } from 'heddle/threading';
   * const queue = new Queue<number>();
   * for (const n of [1, 2, 3]) queue.put(n);
   * const target = () => { while (!queue.empty()) { queue.get(); queue.taskDone(); } };
   * new Thread({ target }).start();
   * queue.join();
   * ```
   */
  join(): void {
    items.joinQueue(this.#queue);
  }

  /**
   * Resolves when every item that was put was marked as done. Does not block.
   *
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason
   * @throws {TimeoutError} if the time was up
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * await new Queue().joinAsync({ timeout: '1s' });
   * ```
   */
  async joinAsync(options?: AsyncOptions): Promise<void> {
    if (await items.joinQueueAsync(this.#queue, patienceOf(options, this.#queue))) return;
    throw new TimeoutError(
      `Cannot join ${describe(this.#queue)} in time as ${this.unfinishedTasks} tasks are not done`,
    );
  }

  /**
   * Shuts the queue down, for ever: put() fails from now on, get() when the queue is empty. Wakes
   * all who wait. Does not block.
   *
   * @param immediate true: what is in the queue is dropped, and counts as done
   *
   * @example
   * ```ts
   * import { Queue } from 'heddle/queue';
   * const queue = new Queue<number>();
   * queue.put(1);
   * queue.shutdown();
   * console.log([...queue]); // [ 1 ]
   * ```
   */
  shutdown(immediate = false): void {
    items.shutDown(this.#queue, immediate);
  }

  /**
   * Takes items, blocking as get() does, until the queue is shut down and empty.
   *
   * @yields the items
   */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = this.get();
      } catch (error) {
        if (error instanceof ShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  /**
   * Takes items, without blocking, until the queue is shut down and empty.
   *
   * @yields the items
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.getAsync();
      } catch (error) {
        if (error instanceof ShutDown) return;
        throw error;
      }
      yield item;
    }
  }
}

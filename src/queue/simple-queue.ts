// SimpleQueue: a Queue without a bound, and without anything to keep account of.
import { Attachment, ORDER, SharedObject, defineKind, queues, homeOf } from '../kernel/index.ts';
import type { AsyncOptions, BlockingOptions } from '../threading/index.ts';
import { deadlineOf, patienceOf } from './arguments.ts';
import { birthOf, destroy } from './birth.ts';
import type { QueueOptions } from './birth.ts';
import * as items from './operations.ts';

const SIMPLE_QUEUE: number = defineKind('SimpleQueue', import.meta.url, {
  attach: (handle) => new SimpleQueue(new Attachment(handle) as never),
  destroy,
});

/**
 * A queue between threads, first in, first out, without a bound and without tasks to be done.
 *
 * @example
 * ```ts
 * import { SimpleQueue } from 'heddle/queue';
 * import { Thread } from 'heddle/threading';
 * const queue = new SimpleQueue<string>();
 * new Thread({ target: () => queue.put('hello') }).start();
 * console.log(queue.get()); // hello
 * ```
 */
export class SimpleQueue<T> extends SharedObject {
  readonly #queue: number;

  /**
   * Makes a queue.
   *
   * @param options.name shown in errors and dumps
   */
  constructor(options: QueueOptions = {}) {
    super(birthOf({ kind: SIMPLE_QUEUE, order: ORDER.FIFO }, 0, options, options));
    this.#queue = SharedObject.handleOf(this) as number;
  }

  /**
   * Puts an item. Never blocks. If it throws, the queue is as it was.
   *
   * @param item what to put
   * @throws {TransferError} if the item cannot travel
   * @throws {HeddleError} if no shared memory is left: `ERR_HEDDLE_OUT_OF_MEMORY`
   *
   * @example
   * ```ts
   * import { SimpleQueue } from 'heddle/queue';
   * new SimpleQueue<number>().put(1);
   * ```
   */
  put(item: T): void {
    items.putItem(this.#queue, item, 0);
  }

  /**
   * Puts an item, as {@link put} does.
   *
   * @param item what to put
   * @throws {TransferError} if the item cannot travel
   *
   * @example
   * ```ts
   * import { SimpleQueue } from 'heddle/queue';
   * new SimpleQueue<number>().putNowait(1);
   * ```
   */
  putNowait(item: T): void {
    items.putItem(this.#queue, item, 0);
  }

  /**
   * Takes an item, sleeping while there is none. Blocks this thread, the main thread too.
   *
   * @param options.timeout longest wait; 0 tries once; without it, waits for ever
   * @param options.blocking false: do not wait at all, whatever the time-out
   * @returns the item
   * @throws {Empty} if the time was up
   * @throws {TransferError} if the item cannot be read in this thread; it is put back
   * @throws {RangeError} if the time-out is negative
   *
   * @example
   * ```ts
   * import { SimpleQueue } from 'heddle/queue';
   * const queue = new SimpleQueue<number>();
   * queue.put(1);
   * console.log(queue.get()); // 1
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
   * @throws {TransferError} if the item cannot be read in this thread; it is put back
   *
   * @example
   * ```ts
   * import { Empty, SimpleQueue } from 'heddle/queue';
   * try {
   *   new SimpleQueue().getNowait();
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
   * @throws {TransferError} if the item cannot be read in this thread; it is put back
   *
   * @example
   * ```ts
   * import { SimpleQueue } from 'heddle/queue';
   * const queue = new SimpleQueue<number>();
   * setImmediate(() => queue.put(42));
   * console.log(await queue.getAsync()); // 42
   * ```
   */
  async getAsync(options?: AsyncOptions): Promise<T> {
    return (await items.getItemAsync(this.#queue, patienceOf(options, this.#queue))) as T;
  }

  /**
   * Counts the items now. Does not block.
   *
   * @returns how many there are
   *
   * @example
   * ```ts
   * import { SimpleQueue } from 'heddle/queue';
   * console.log(new SimpleQueue().qsize()); // 0
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
   * import { SimpleQueue } from 'heddle/queue';
   * console.log(new SimpleQueue().empty()); // true
   * ```
   */
  empty(): boolean {
    return queues.sizeOf(homeOf(this.#queue), this.#queue) === 0;
  }
}

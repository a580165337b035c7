// Queues between the threads of several processes: the classes of heddle/queue, born in the memory
// that the family of processes has.
import * as queue from '../../queue/index.ts';
import { shareClass } from './share-class.ts';

/**
 * A queue between processes, first in, first out: a Queue as in heddle/queue, the same one in every
 * process that it reaches.
 *
 * There is no feeder thread: what put() has taken is in the queue, and stays there when the process
 * ends. An item that cannot travel is a TransferError in put().
 *
 * A time-out that is negative is up at once.
 *
 * @example
 * ```ts
 * import { Process, Queue } from 'heddle/multiprocessing';
 * const squares = new Queue<number>();
 * const target = (n: number) => squares.put(n * n);
 * const child = new Process({ target, args: [7] }).start();
 * console.log(squares.get()); // 49
 * child.join();
 * ```
 */
export class Queue<T> extends queue.Queue<T> {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A queue between processes without a bound, and without account of its tasks.
 *
 * @example
 * ```ts
 * import { Process, SimpleQueue } from 'heddle/multiprocessing';
 * const words = new SimpleQueue<string>();
 * const child = new Process({ target: () => words.put('hello') }).start();
 * console.log(words.get()); // hello
 * child.join();
 * ```
 */
export class SimpleQueue<T> extends queue.SimpleQueue<T> {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A queue between processes from which the item that was put last leaves first.
 *
 * @example
 * ```ts
 * import { LifoQueue } from 'heddle/multiprocessing';
 * const stack = new LifoQueue<number>();
 * for (const n of [1, 2, 3]) stack.put(n);
 * console.log(stack.get()); // 3
 * ```
 */
export class LifoQueue<T> extends queue.LifoQueue<T> {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A queue between processes from which the item with the smallest priority leaves first.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from 'heddle/multiprocessing';
 * const tasks = new PriorityQueue<[number, string]>();
 * tasks.put([2, 'later']);
 * tasks.put([1, 'now']);
 * console.log(tasks.get()[1]); // now
 * ```
 */
export class PriorityQueue<T> extends queue.PriorityQueue<T> {
  static {
    shareClass(this, import.meta.url);
  }
}

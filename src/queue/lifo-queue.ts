// LifoQueue: the item that was put last leaves first.
import { Attachment, ORDER, defineKind } from '../kernel/index.ts';
import { destroy, setSort } from './birth.ts';
import { Queue } from './queue.ts';

const LIFO_QUEUE: number = defineKind('LifoQueue', import.meta.url, {
  attach: (handle) => new LifoQueue(new Attachment(handle) as never),
  destroy,
});

/**
 * A queue from which the item that was put last leaves first.
 *
 * @example
 * ```ts
 * import { LifoQueue } from 'heddle/queue';
 * const stack = new LifoQueue<number>();
 * for (const n of [1, 2, 3]) stack.put(n);
 * console.log(stack.get(), stack.get()); // 3 2
 * ```
 */
export class LifoQueue<T> extends Queue<T> {
  static {
    setSort(this, { kind: LIFO_QUEUE, order: ORDER.LIFO });
  }
}

// PriorityQueue: the item with the smallest priority leaves first.
import { Attachment, ORDER, defineKind } from '../kernel/index.ts';
import { destroy, setSort } from './birth.ts';
import { Queue } from './queue.ts';

const PRIORITY_QUEUE: number = defineKind('PriorityQueue', import.meta.url, {
  attach: (handle) => new PriorityQueue(new Attachment(handle) as never),
  destroy,
});

/**
 * A queue from which the item with the smallest priority leaves first; of equal ones, the one that
 * came first.
 *
 * Items are pairs `[priority, value]`, objects with a `priority`, or numbers or strings themselves.
 * A priority is a number or a string; strings are in the order of `<`. put() throws a TypeError for
 * an item without one, and for a number among strings or a string among numbers.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from 'heddle/queue';
 * const queue = new PriorityQueue<[number, string]>();
 * queue.put([2, 'later']);
 * queue.put([1, 'now']);
 * console.log(queue.get()[1]); // now
 * ```
 */
export class PriorityQueue<T> extends Queue<T> {
  static {
    setSort(this, { kind: PRIORITY_QUEUE, order: ORDER.PRIORITY });
  }
}

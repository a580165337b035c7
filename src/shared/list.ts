// SharedList: a growing list that all threads see.
//
// Its block holds a lock (hold.ts) and the handle of a data block with a slot for each item. How an
// item becomes a slot is items/slots.ts; how the slots lie and change, list/block.ts; what is done
// under the lock, and what is better done before or after, the other files of list/.
import { Attachment, SharedObject, defineKind } from '../kernel/index.ts';
import { requireIndex, requireIterable } from './arguments.ts';
import { Container } from './container.ts';
import { enter } from './hold.ts';
import { readAll } from './items/read-all.ts';
import { showAs } from './items/show.ts';
import { birthOf, destroyList } from './list/birth.ts';
import * as items from './list/operations.ts';
import { indexesOf, removeEqual, snapshot } from './list/search.ts';
import { absent, outOfRange } from './list/refusals.ts';
import { sortList } from './list/sort.ts';

const SHARED_LIST: number = defineKind('SharedList', import.meta.url, {
  attach: (handle) => new SharedList(new Attachment(handle) as never),
  destroy: destroyList,
});

/**
 * A list that is the same in every thread. Each operation is atomic; {@link transaction}
 * makes one of several.
 *
 * Items are copied in and out: changing an object that was put in, or that was got out, changes
 * nothing in the list. Only heddle's own objects, such as a lock or another list, stay what they
 * are. An operation blocks while another thread is in one, which is short, or in a transaction.
 * Indexes count from 0, or from the end when they are negative.
 *
 * @example Three threads fill one list
 * ```ts
 * import { SharedList } from 'heddle/shared';
 * import { Thread } from 'heddle/threading';
 * const list = new SharedList<number>();
 * const target = (i: number) => list.append(i);
 * const threads = [0, 1, 2].map((i) => new Thread({ target, args: [i] }).start());
 * for (const thread of threads) thread.join();
 * console.log(list.sort()); // [ 0, 1, 2 ]
 * ```
 */
export class SharedList<T> extends Container implements Iterable<T> {
  readonly #list: number;

  static {
    showAs(this.prototype, (list) => list.toArray());
  }

  /**
   * Makes a list.
   *
   * @param values its first items
   * @throws {TransferError} if an item cannot travel
   * @throws {TypeError} if `values` cannot be iterated
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList('abc').length); // 3
   * ```
   */
  constructor(values: Iterable<T> = []) {
    super(birthOf(SHARED_LIST, values), enter);
    this.#list = SharedObject.handleOf(this) as number;
  }

  /** How many items there are now. */
  get length(): number {
    return items.countItems(this.#list);
  }

  /**
   * Adds items at the end, all at once.
   *
   * @param values the items
   * @returns the length after it
   * @throws {TransferError} if an item cannot travel; the list is left as it was
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([1]).push(2, 3)); // 3
   * ```
   */
  push(...values: T[]): number {
    if (values.length === 1) return items.pushItem(this.#list, values[0]);
    return items.pushItems(this.#list, values);
  }

  /**
   * Takes an item out.
   *
   * @param index which one; the last when left out
   * @returns the item, or undefined when there is none
   * @throws {TransferError} if it cannot be read in this thread; it is put back
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([1, 2, 3]);
   * console.log(list.pop(), list.pop(0), list.pop(7)); // 3 1 undefined
   * ```
   */
  pop(index = -1): T | undefined {
    return items.takeAt(this.#list, requireIndex(index, 'pop')) as T | undefined;
  }

  /**
   * Takes the first item out.
   *
   * @returns the item, or undefined when there is none
   * @throws {TransferError} as pop() does
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList(['first', 'second']).shift()); // first
   * ```
   */
  shift(): T | undefined {
    return items.takeAt(this.#list, 0) as T | undefined;
  }

  /**
   * Adds an item before another one; with an index beyond the ends, as the first or the last.
   *
   * @param index of the item that it comes before: -1 is before the last
   * @param item the item
   * @throws {TransferError} if the item cannot travel; the list is left as it was
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([1, 3]);
   * list.insert(-1, 2);
   * console.log(list); // [ 1, 2, 3 ]
   * ```
   */
  insert(index: number, item: T): void {
    items.insertItem(this.#list, requireIndex(index, 'insert before'), item);
  }

  /**
   * Reads one item.
   *
   * @param index which one
   * @returns the item, or undefined when there is none
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList(['first', 'last']).at(-1)); // last
   * ```
   */
  at(index: number): T | undefined {
    return items.readAt(this.#list, requireIndex(index, 'read')) as T | undefined;
  }

  /**
   * Replaces one item.
   *
   * @param index which one
   * @param item what takes its place
   * @throws {RangeError} if there is no item at that index
   * @throws {TransferError} if the item cannot travel; the list is left as it was
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([1, 2]);
   * list.set(-1, 3);
   * console.log(list); // [ 1, 3 ]
   * ```
   */
  set(index: number, item: T): void {
    if (items.replaceItem(this.#list, requireIndex(index, 'set'), item)) return;
    throw outOfRange('set', index, this.length);
  }

  /**
   * Removes one item.
   *
   * @param index which one
   * @throws {RangeError} if there is no item at that index
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([1, 2]);
   * list.delete(0);
   * console.log(list); // [ 2 ]
   * ```
   */
  delete(index: number): void {
    if (items.deleteAt(this.#list, requireIndex(index, 'delete'))) return;
    throw outOfRange('delete', index, this.length);
  }

  /**
   * Finds the first item that is equal to a value: plain data by what is in it, as Python's `==`
   * does; heddle's own objects, and functions, by being the same.
   *
   * @param item the value
   * @returns its index, or -1
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([{ id: 1 }, { id: 2 }]).indexOf({ id: 2 })); // 1
   * ```
   */
  indexOf(item: T): number {
    return indexesOf(this.#list, item, 1)[0] ?? -1;
  }

  /**
   * Tells whether an item is equal to a value, as indexOf() has it.
   *
   * @param item the value
   * @returns true if there is one
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([1, Number.NaN]).includes(Number.NaN)); // true
   * ```
   */
  includes(item: T): boolean {
    return this.indexOf(item) >= 0;
  }

  /**
   * Sorts the list in place, as an array is sorted: by the items as strings, without a function.
   * Holds the list meanwhile.
   *
   * @param compare negative when the first of two items comes first, positive when the second does
   * @returns this list
   * @throws {RuntimeError} if `compare` changes the list; it is not sorted then, nor when `compare`
   *   throws
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([10, 9, 1]).sort((a, b) => a - b)); // [ 1, 9, 10 ]
   * ```
   */
  sort(compare?: (a: T, b: T) => number): this {
    sortList(this.#list, compare);
    return this;
  }

  /**
   * Turns the order round, in place.
   *
   * @returns this list
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([1, 2]).reverse()); // [ 2, 1 ]
   * ```
   */
  reverse(): this {
    items.reverseItems(this.#list);
    return this;
  }

  /**
   * Removes all items.
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([1, 2]);
   * list.clear();
   * console.log(list.length); // 0
   * ```
   */
  clear(): void {
    items.clearItems(this.#list);
  }

  /**
   * Copies a part of the list, as an array's slice() does.
   *
   * @param start index of the first item
   * @param end index of the item after the last
   * @returns a new array
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([1, 2, 3]).slice(-2)); // [ 2, 3 ]
   * ```
   */
  slice(start?: number, end?: number): T[] {
    return readAll(snapshot(this.#list, start, end)) as T[];
  }

  /** Copies the list into a new array. */
  toArray(): T[] {
    return this.slice();
  }

  /** What JSON.stringify() writes: an array. */
  toJSON(): T[] {
    return this.slice();
  }

  /** Iterates over the items that there are now; what is changed meanwhile does not show. */
  [Symbol.iterator](): ArrayIterator<T> {
    return this.slice().values();
  }

  /**
   * Adds an item at the end.
   *
   * @param item the item
   * @throws {TransferError} if it cannot travel; the list is left as it was
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * new SharedList<string>().append('last');
   * ```
   */
  append(item: T): void {
    items.pushItem(this.#list, item);
  }

  /**
   * Adds the items of anything that can be iterated at the end, all at once.
   *
   * @param values the items
   * @throws {TransferError} if an item cannot travel; the list is left as it was
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * new SharedList<string>().extend(new Set(['a', 'b']));
   * ```
   */
  extend(values: Iterable<T>): void {
    items.pushItems(this.#list, requireIterable(values, 'extend a SharedList by'));
  }

  /**
   * Removes the first item that is equal to a value, as indexOf() has it. Holds the list meanwhile.
   *
   * @param item the value
   * @throws {RangeError} if there is none
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([[1], [2]]);
   * list.remove([1]);
   * console.log(list); // [ [ 2 ] ]
   * ```
   */
  remove(item: T): void {
    if (!removeEqual(this.#list, item)) throw absent('remove', item);
  }

  /**
   * Finds the first item that is equal to a value, as indexOf() does.
   *
   * @param item the value
   * @returns its index
   * @throws {RangeError} if there is none
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList(['a', 'b']).index('b')); // 1
   * ```
   */
  index(item: T): number {
    const index = this.indexOf(item);
    if (index < 0) throw absent('find', item);
    return index;
  }

  /**
   * Counts the items that are equal to a value, as indexOf() has it.
   *
   * @param item the value
   * @returns how many there are
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * console.log(new SharedList([1, 2, 1]).count(1)); // 2
   * ```
   */
  count(item: T): number {
    return indexesOf(this.#list, item, Infinity).length;
  }
}

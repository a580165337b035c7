// SharedDict: a growing hash map that all threads see.
//
// Its block holds a lock (hold.ts) and the handle of a data block with the entries and an index of
// them. How a key is kept is dict/keys.ts, how a value is, items/slots.ts; how the entries lie and
// change, dict/table.ts; what is done under the lock, and what is better done before or after, the
// other files of dict/.
import { Attachment, SharedObject, defineKind } from '../kernel/index.ts';
import { requireFunction } from './arguments.ts';
import { Container } from './container.ts';
import { birthOf, destroyDict } from './dict/birth.ts';
import type { Key } from './dict/keys.ts';
import { enter } from './dict/lock.ts';
import * as entries from './dict/operations.ts';
import { allEntries, allKeys, allValues } from './dict/snapshot.ts';
import { showAs } from './items/show.ts';

const SHARED_DICT: number = defineKind('SharedDict', import.meta.url, {
  attach: (handle) => new SharedDict(new Attachment(handle) as never),
  destroy: destroyDict,
});

/**
 * A map that is the same in every thread, with a Map's methods and Python's. Each operation is
 * atomic; {@link transaction} makes one of several.
 *
 * Keys are strings, numbers, bigints, booleans and null, told apart as a Map does it: 1, '1', 1n
 * and true are four keys. They keep the order in which they were added. Values are copied in and
 * out: changing an object that was put in, or that was got out, changes nothing in the dict. Only
 * heddle's own objects, such as a lock or another dict, stay what they are. An operation blocks
 * while another thread is in one, which is short, or in a transaction or update.
 *
 * @example Three threads count words
 * ```ts
 * import { SharedDict } from 'heddle/shared';
 * import { Thread } from 'heddle/threading';
 * const counts = new SharedDict<string, number>();
 * const target = (text: string) => {
 *   for (const word of text.split(' ')) counts.update(word, (count = 0) => count + 1);
 * };
 * const texts = ['to be or', 'not to be', 'to be'];
 * const threads = texts.map((text) => new Thread({ target, args: [text] }).start());
 * for (const thread of threads) thread.join();
 * console.log(counts.get('to'), counts.get('or'), counts.size); // 3 1 4
 * ```
 */
export class SharedDict<K extends Key, V> extends Container implements Iterable<[K, V]> {
  readonly #dict: number;

  static {
    showAs(this.prototype, (dict) => dict.toMap());
  }

  /**
   * Makes a dict.
   *
   * @param source its first entries: a Map, another dict, pairs of key and value, or a plain object
   * @throws {TransferError} if a value cannot travel
   * @throws {TypeError} if there is something else than a pair among the entries, or a key that
   *   cannot be one
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * console.log(new SharedDict({ a: 1 })); // Map(1) { 'a' => 1 }
   * console.log(new SharedDict([[1, 'one'], [2, 'two']]).get(2)); // two
   * ```
   */
  constructor(source: Iterable<readonly [K, V]> | Record<string, V> = []) {
    super(birthOf(SHARED_DICT, source, 'make a SharedDict from'), enter);
    this.#dict = SharedObject.handleOf(this) as number;
  }

  /** How many keys there are now. */
  get size(): number {
    return entries.countKeys(this.#dict);
  }

  /**
   * Reads the value of a key.
   *
   * @param key the key
   * @returns its value, or undefined when there is no such key
   * @throws {TypeError} if it cannot be a key; so do all that take one
   * @throws {TransferError} if a module that the value needs does not load in this thread
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const dict = new SharedDict({ a: 1 });
   * console.log(dict.get('a'), dict.get('b'), dict.get('b', 0)); // 1 undefined 0
   * ```
   */
  get(key: K): V | undefined;
  /**
   * Reads the value of a key, or gives another value when there is no such key.
   *
   * @param key the key
   * @param fallback what is given back then; a stored undefined is a value
   * @returns one of them
   */
  get<D>(key: K, fallback: D): V | D;
  get(key: K, fallback?: unknown): unknown {
    return entries.readEntry(this.#dict, key, fallback);
  }

  /**
   * Gives a key a value. A key that is there keeps its place, another one becomes the last.
   *
   * @param key the key
   * @param value the value
   * @returns this dict
   * @throws {TransferError} if the value cannot travel; the dict is left as it was
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const dict = new SharedDict<string | number, string>().set('1', 'text').set(1, 'number');
   * console.log(dict); // Map(2) { '1' => 'text', 1 => 'number' }
   * ```
   */
  set(key: K, value: V): this {
    entries.setEntry(this.#dict, key, value);
    return this;
  }

  /**
   * Tells whether there is such a key.
   *
   * @param key the key
   * @returns true if there is
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * console.log(new SharedDict({ a: undefined }).has('a')); // true
   * ```
   */
  has(key: K): boolean {
    return entries.hasEntry(this.#dict, key);
  }

  /**
   * Removes a key and its value.
   *
   * @param key the key
   * @returns false if there was none
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const dict = new SharedDict({ a: 1 });
   * console.log(dict.delete('a'), dict.delete('a')); // true false
   * ```
   */
  delete(key: K): boolean {
    return entries.deleteEntry(this.#dict, key);
  }

  /** Removes all keys. */
  clear(): void {
    entries.clearEntries(this.#dict);
  }

  /** Iterates over the keys that there are now; what is changed meanwhile does not show. */
  keys(): ArrayIterator<K> {
    return (allKeys(this.#dict) as K[]).values();
  }

  /** Iterates over the values that there are now, in the order of their keys. */
  values(): ArrayIterator<V> {
    return (allValues(this.#dict) as V[]).values();
  }

  /**
   * Iterates over pairs of the keys that there are now and their values.
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const ages = new SharedDict({ Ada: 36 });
   * for (const [name, age] of ages.items()) console.log(name, age); // Ada 36
   * ```
   */
  items(): ArrayIterator<[K, V]> {
    return (allEntries(this.#dict) as [K, V][]).values();
  }

  /** The same as items(), by a Map's name. */
  entries(): ArrayIterator<[K, V]> {
    return this.items();
  }

  /** The same as items(). */
  [Symbol.iterator](): ArrayIterator<[K, V]> {
    return this.items();
  }

  /**
   * Calls a function for each of the keys that there are now. It may change the dict.
   *
   * @param fn is given value and key
   */
  forEach(fn: (value: V, key: K) => void): void {
    requireFunction(fn, 'call for each key');
    for (const [key, value] of this.items()) fn(value, key);
  }

  /**
   * Gives a key a value if it has none.
   *
   * @param key the key
   * @param value what it gets
   * @returns the value that it has then
   * @throws {TransferError} if the key has none and the value cannot travel; nothing is changed
   *
   * @example
   * ```ts
   * import { SharedDict, SharedList } from 'heddle/shared';
   * const groups = new SharedDict<string, SharedList<number>>();
   * for (const n of [1, 2, 3]) groups.setdefault(n % 2 ? 'odd' : 'even', new SharedList()).push(n);
   * console.log(groups); // Map(2) { 'odd' => [ 1, 3 ], 'even' => [ 2 ] }
   * ```
   */
  setdefault(key: K, value: V): V {
    return entries.setDefault(this.#dict, key, value) as V;
  }

  /**
   * Takes a key out.
   *
   * @param key the key
   * @returns its value, or undefined when there is no such key
   * @throws {TransferError} if the value cannot be read in this thread; it is put back, at the end
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const dict = new SharedDict({ a: 1 });
   * console.log(dict.pop('a'), dict.pop('a'), dict.size); // 1 undefined 0
   * ```
   */
  pop(key: K): V | undefined {
    return entries.takeEntry(this.#dict, key) as V | undefined;
  }

  /**
   * Takes out the key that was added last.
   *
   * @returns the key with its value, or undefined when the dict is empty
   * @throws {TransferError} as pop() does
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * console.log(new SharedDict({ a: 1, b: 2 }).popitem()); // [ 'b', 2 ]
   * ```
   */
  popitem(): [K, V] | undefined {
    return entries.takeLast(this.#dict) as [K, V] | undefined;
  }

  /**
   * Replaces the value of a key by what a function makes of it. No other thread can read or change
   * the dict meanwhile, so the function should not take long, nor wait for another thread. It may
   * use the dict itself.
   *
   * @param key the key
   * @param fn gives the new value for the current one, which is undefined when there is none
   * @returns the new value
   * @throws {TransferError} if the new value cannot travel; then, and when `fn` throws, the key is
   *   left as it is
   * @throws {TypeError} if `fn` is asynchronous
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const hits = new SharedDict<string, number>();
   * hits.update('/index', (count = 0) => count + 1);
   * console.log(hits.update('/index', (count = 0) => count + 1)); // 2
   * ```
   */
  update(key: K, fn: (current: V | undefined) => V): V {
    return entries.updateEntry(this.#dict, key, fn as (current: unknown) => unknown) as V;
  }

  /**
   * Sets many keys at once: other threads see all of it or nothing.
   *
   * @param source a Map, another dict, pairs of key and value, or a plain object
   * @throws {TransferError} if a value cannot travel; the dict is left as it was
   * @throws {TypeError} as the constructor does; the dict is left as it was
   *
   * @example
   * ```ts
   * import { SharedDict } from 'heddle/shared';
   * const dict = new SharedDict({ a: 1, b: 2 });
   * dict.merge({ b: 3, c: 4 });
   * console.log(dict); // Map(3) { 'a' => 1, 'b' => 3, 'c' => 4 }
   * ```
   */
  merge(source: Iterable<readonly [K, V]> | Record<string, V>): void {
    entries.mergeEntries(this.#dict, source, 'merge');
  }

  /** Copies the dict into a plain object; of keys that are alike as text, the last one counts. */
  toObject(): Record<string, V> {
    return Object.fromEntries(this.items()) as Record<string, V>;
  }

  /** Copies the dict into a Map. */
  toMap(): Map<K, V> {
    return new Map(this.items());
  }

  /** What JSON.stringify() writes: an object. */
  toJSON(): Record<string, V> {
    return this.toObject();
  }
}

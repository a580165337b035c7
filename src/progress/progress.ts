// progress(): a loop that shows how far it has come.
import { inspect } from 'node:util';
import { ProgressBar } from './bar.ts';
import { settingsOf } from './options.ts';
import type { ProgressOptions } from './options.ts';

/**
 * Hands on the items of an iterable, blocking or asynchronous, and shows on the terminal how far
 * the loop has come: Python's `tqdm`.
 *
 * An item counts when its turn of the loop is over. The bar begins with the loop, once for each,
 * and ends with it, whatever way that ends: its last state stays as a line, and nothing else does.
 * Where standard error is no terminal, a line is written at each tenth of the way. Items that are
 * promises, or can be awaited, are handed on as they are by a loop with `for await` over an
 * asynchronous iterable.
 *
 * @param items what the loop walks through
 * @param options what the bar shows, and where
 * @returns the same items
 * @throws {TypeError} if `items` cannot be iterated, or an option has the wrong type
 * @throws {RangeError} if `total` is negative
 *
 * @example
 * ```ts
 * import { print, sleep } from 'heddle';
 * import { progress } from 'heddle/progress';
 * let sum = 0;
 * for (const n of progress([1, 2, 3], { label: 'add' })) {
 *   sleep('1ms');
 *   sum += n;
 * }
 * print(sum); // 6
 * ```
 */
export function progress<T>(
  items: Iterable<T> & AsyncIterable<T>,
  options?: ProgressOptions,
): Iterable<T> & AsyncIterable<T>;
export function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
export function progress<T>(items: Iterable<T>, options?: ProgressOptions): Iterable<T>;
export function progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Iterable<T> | AsyncIterable<T> {
  const isBlocking = isIterable(items, Symbol.iterator);
  const isAsync = isIterable(items, Symbol.asyncIterator);
  if (!isBlocking && !isAsync) {
    throw new TypeError(`Cannot show the progress of ${inspect(items)} as it cannot be iterated`);
  }
  settingsOf(options); // what is wrong with them is told now, not when the loop begins
  const makeBar = (): ProgressBar => new ProgressBar({ total: sizeOf(items), ...options });
  const blocking = { [Symbol.iterator]: () => watched(items as Iterable<T>, makeBar) };
  const later = { [Symbol.asyncIterator]: () => watchedAsync(items as AsyncIterable<T>, makeBar) };
  return isBlocking && isAsync ? Object.assign(blocking, later) : isBlocking ? blocking : later;
}

function* watched<T>(
  items: Iterable<T>,
  makeBar: () => ProgressBar,
): Generator<T, void, undefined> {
  const bar = makeBar();
  try {
    for (const item of items) {
      yield item;
      bar.update();
    }
  } finally {
    bar.close();
  }
}

// Not a generator: that would await each item, and hand on what a Future comes to, not the Future.
function watchedAsync<T>(items: AsyncIterable<T>, makeBar: () => ProgressBar): AsyncIterator<T> {
  const source = items[Symbol.asyncIterator]();
  let bar: ProgressBar | null = null;
  return {
    async next() {
      if (bar === null) bar = makeBar();
      else bar.update();
      try {
        const result = await source.next();
        if (result.done === true) bar.close();
        return result;
      } catch (error) {
        bar.close();
        throw error;
      }
    },
    async return(value: unknown) {
      bar?.close();
      await source.return?.(value);
      return { done: true, value };
    },
  };
}

function isIterable(items: unknown, way: symbol): boolean {
  if (items === null || items === undefined) return false;
  return typeof (items as Record<symbol, unknown>)[way] === 'function';
}

// Of an array, a map, a set, one of heddle's lists; of a string, where it counts the wrong things,
// nobody wants to know.
function sizeOf(items: unknown): number | null {
  if (typeof items !== 'object') return null;
  const { length, size } = items as { length?: unknown; size?: unknown };
  if (typeof length === 'number') return length;
  return typeof size === 'number' ? size : null;
}

// Entries from outside: what a dict is made from, and what is merged into it.
import { describeValue } from '../arguments.ts';

/**
 * The entries of a Map, a dict, anything else that gives pairs, or a plain object. Of a key that is
 * there twice the first place and the last value count, as in a Map.
 */
export function entriesFrom(source: unknown, action: string): ReadonlyMap<unknown, unknown> {
  const entries = new Map<unknown, unknown>();
  const { [Symbol.iterator]: iterator } = Object(source) as Partial<Iterable<unknown>>;
  if (typeof iterator === 'function') {
    let index = 0;
    for (const pair of source as Iterable<unknown>) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new TypeError(
          `Cannot ${action} entries as entry ${index} is ${describeValue(pair)} ` +
            'and a pair of key and value is wanted',
        );
      }
      entries.set(pair[0], pair[1]);
      index += 1;
    }
    return entries;
  }
  if (!isPlain(source)) {
    throw new TypeError(
      `Cannot ${action} ${describeValue(source)} as entries or a plain object are wanted`,
    );
  }
  for (const [key, value] of Object.entries(source)) entries.set(key, value);
  return entries;
}

/** Whether an object is nothing but its properties. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  // The one above all, perhaps of another realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

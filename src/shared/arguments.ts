// Arguments that are wrong: each is told at once, with what was given and what is wanted.
import { inspect } from 'node:util';

/** A value as it stands within a sentence, with its type: "'5', a string,". */
export function describeValue(value: unknown): string {
  const type = value === null ? 'null' : typeof value;
  const shown = inspect(value, { depth: 0, maxStringLength: 40, breakLength: Infinity });
  return shown === type ? shown : `${shown}, ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type},`;
}

/** Refuses what is not a function. */
export function requireFunction(value: unknown, action: string): void {
  if (typeof value === 'function') return;
  throw new TypeError(`Cannot ${action} ${describeValue(value)} as a function is wanted`);
}

/** Gives back an index that is a whole number. */
export function requireIndex(index: number, action: string): number {
  if (Number.isInteger(index)) return index;
  const cannot = `Cannot ${action} index ${describeValue(index)}`;
  if (typeof index === 'number') throw new RangeError(`${cannot} as an index is a whole number`);
  throw new TypeError(`${cannot} as an index is a number`);
}

/** The elements of something that can be iterated. */
export function requireIterable<T>(values: Iterable<T>, action: string): T[] {
  const { [Symbol.iterator]: iterator } = Object(values) as Partial<Iterable<T>>;
  if (typeof iterator === 'function') return [...values];
  throw new TypeError(`Cannot ${action} ${describeValue(values)} as it cannot be iterated`);
}

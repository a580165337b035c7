// Questions about arrays: have they more than elements, and have they those?
import { inspect } from 'node:util';

/** Arrays up to this length are asked for all their keys. */
const SHORT_ARRAY = 32;
/** Arrays from this length on are asked whether they are mostly holes, by so many samples. */
const SPARSE_LENGTH = 4096;
const SAMPLES = 64;

// util.inspect tells properties besides the elements without listing the elements, which
// Object.keys would.
const ONLY_OTHERS = { maxArrayLength: 0, depth: 0, maxStringLength: 0, customInspect: false };

/** Whether an array has properties besides its elements. */
export function hasMoreThanElements(value: readonly unknown[]): boolean {
  const { length } = value;
  if (length > SHORT_ARRAY) {
    return inspect(value, ONLY_OTHERS) !== `[ ... ${length} more items ]`;
  }
  const keys = Object.keys(value);
  return keys.length > 0 && Number.isNaN(Number(keys.at(-1)));
}

/** Whether a long array is mostly holes, judged by some of its elements. */
export function isSparse(value: readonly unknown[]): boolean {
  if (value.length < SPARSE_LENGTH) return false;
  const step = Math.floor(value.length / SAMPLES);
  for (let i = 0; i < value.length; i += step) if (i in value) return false;
  return true;
}

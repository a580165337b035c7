// Questions about plain objects and arrays: are they as plain as they look, and how are they
// written best?
import { inspect } from 'node:util';
import { DOUBLE_ARRAY, INT32_ARRAY } from '../format.ts';
import type { Encoder } from './encoder.ts';

/** A plain object. */
export type Plain = Readonly<Record<string, unknown>>;

/** Arrays up to this length are asked for all their keys. */
const SHORT_ARRAY = 32;
/** Arrays from this length on are written as raw numbers when they hold nothing else. */
const PACKED_LENGTH = 16;
/** Arrays from this length on are asked whether they are mostly holes, by so many samples. */
const SPARSE_LENGTH = 4096;
const SAMPLES = 64;

/** Whether a plain object is more than its enumerable keys, or may be a module. */
export function isUnusual(value: Plain, keys: readonly string[]): boolean {
  const [first] = keys;
  if (first !== undefined && typeof value[first] === 'function') return true;
  return Object.getOwnPropertySymbols(value).length > 0 || Object.hasOwn(value, '__proto__');
}

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

/**
 * Writes an array of nothing but numbers as raw numbers; false for any other, and for short ones.
 */
export function writePacked(encoder: Encoder, value: readonly unknown[]): boolean {
  const kind = packedKind(value);
  if (kind === 0) return false;
  encoder.number(value);
  encoder.out.byte(kind);
  encoder.out.uint32(value.length);
  const list = value as number[];
  const packed = kind === INT32_ARRAY ? new Int32Array(list) : new Float64Array(list);
  encoder.out.aligned(new Uint8Array(packed.buffer));
  return true;
}

/** The tag for an array that holds only integers, or only numbers; 0 for any other. */
function packedKind(value: readonly unknown[]): number {
  if (value.length < PACKED_LENGTH) return 0;
  let kind: number = INT32_ARRAY;
  for (let i = 0; i < value.length; i++) {
    const element = value[i];
    if (typeof element !== 'number') return 0;
    if ((element | 0) !== element || (element === 0 && 1 / element < 0)) kind = DOUBLE_ARRAY;
  }
  return kind;
}

/** Keys of the own properties that travel. */
export function enumerableKeys(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
}

// Questions about plain objects, and arrays of numbers: are they as plain as they look, and how are
// they written best?
import { DOUBLE_ARRAY, INT32_ARRAY } from '../format.ts';
import type { Encoder } from './encoder.ts';

/** A plain object. */
export type Plain = Readonly<Record<string, unknown>>;

/** Arrays from this length on are written as raw numbers when they hold nothing else. */
const PACKED_LENGTH = 16;

/** Whether a plain object is more than its enumerable keys, or may be a module. */
export function isUnusual(value: Plain, keys: readonly string[]): boolean {
  const [first] = keys;
  if (first !== undefined && typeof value[first] === 'function') return true;
  return Object.getOwnPropertySymbols(value).length > 0 || Object.hasOwn(value, '__proto__');
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

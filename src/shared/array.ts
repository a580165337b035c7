// SharedArray: a typed array over shared memory of its own.
//
// It is the platform's own class, at the platform's own speed, and belongs to the user: heddle
// keeps nothing of it, and its memory is outside the arena. The memory travels as a parcel, so each
// thread has its own view of the one memory. The memory of one that processes share is the family's
// (kernel/family/bytes.ts), and travels as a handle.
//
// A module that several threads import makes its array once: as with the other shared objects, what
// is made at a place of the module is recorded there (kernel/memory/sites.ts), and the same call in
// another thread looks into the memory that it finds.
import { inspect } from 'node:util';
import { HeddleError } from '../errors/index.ts';
import {
  attach,
  createParcel,
  family,
  findSite,
  handleOf,
  isFamily,
  keepForSite,
  newFamilyBytes,
  openParcel,
  recordSite,
  release,
  retain,
  siteOf,
  takeBirthplace,
} from '../kernel/index.ts';
import { requireIterable, describeValue } from './arguments.ts';
import { FORMS, cureFor } from './kinds.ts';
import type { Form, ValueKind, ValueOf } from './kinds.ts';

/** The class of array that a kind gives. */
export type TypedArrayOf<K extends Exclude<ValueKind, 'bool'>> = {
  i8: Int8Array<SharedArrayBuffer>;
  u8: Uint8Array<SharedArrayBuffer>;
  i16: Int16Array<SharedArrayBuffer>;
  u16: Uint16Array<SharedArrayBuffer>;
  i32: Int32Array<SharedArrayBuffer>;
  u32: Uint32Array<SharedArrayBuffer>;
  i64: BigInt64Array<SharedArrayBuffer>;
  u64: BigUint64Array<SharedArrayBuffer>;
  f32: Float32Array<SharedArrayBuffer>;
  f64: Float64Array<SharedArrayBuffer>;
}[K];

type AnyArray = TypedArrayOf<Exclude<ValueKind, 'bool'>>;

interface ViewClass {
  new (memory: SharedArrayBuffer, byteOffset: number, length: number): AnyArray;
  readonly BYTES_PER_ELEMENT: number;
}

const CLASSES: Readonly<Record<string, ViewClass>> = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/**
 * Makes a typed array over shared memory: in each thread that it reaches, a view of the same
 * memory.
 *
 * Nothing is copied, and nothing is locked: two threads that write the same element at once need a
 * lock, or the platform's `Atomics`. A module-level array of a module that several threads import
 * is the same memory in all of them.
 *
 * @param kind what the elements are: i8, u8, i16, u16, i32, u32, i64, u64, f32 or f64
 * @param lengthOrValues how many elements, all 0 at first; or the elements
 * @returns the typed array of that kind: Int32Array for 'i32'
 * @throws {RangeError} if there is no such kind, or the length is negative, fractional or too great
 * @throws {TypeError} if an element is not a number, or for i64 and u64 not a bigint
 *
 * @example
 * ```ts
 * import { SharedArray } from 'heddle/shared';
 * import { Thread } from 'heddle/threading';
 * const squares = SharedArray('f64', 3);
 * const target = () => { for (let i = 0; i < 3; i++) squares[i] = i * i; };
 * new Thread({ target }).start().join();
 * console.log(squares.join()); // 0,1,4
 * ```
 */
export function SharedArray<K extends Exclude<ValueKind, 'bool'>>(
  kind: K,
  lengthOrValues: number | Iterable<ValueOf<K>>,
): TypedArrayOf<K> {
  const isBetween = takeBirthplace() !== null;
  const form = FORMS.get(kind);
  const View = CLASSES[kind];
  if (form === undefined || View === undefined) throw noSuchKind(kind);
  const values = typeof lengthOrValues === 'number' ? null : elements(form, kind, lengthOrValues);
  const length = values?.length ?? (lengthOrValues as number);
  const site = siteOf(SharedArray as unknown as NewableFunction);
  const existing = site === null ? 0 : findSite(site);
  if (existing !== 0) return viewOf(View, memoryOf(existing)) as TypedArrayOf<K>;
  const array = newArray(View, kind, length, isBetween);
  if (values !== null) (array as unknown as { set(from: unknown): void }).set(values);
  if (site === null) return array as TypedArrayOf<K>;
  const made = referTo(array.buffer);
  const first = recordSite(site, made);
  if (first !== made) release(made);
  else if (isBetween) keepForSite(family(), made);
  return (first === made ? array : viewOf(View, memoryOf(first))) as TypedArrayOf<K>;
}

// What stands for the memory, with a reference to it.
function referTo(memory: SharedArrayBuffer): number {
  const handle = handleOf(memory);
  if (handle === undefined) return createParcel(memory);
  retain(handle);
  return handle;
}

// The reference is given back: a thread that knows the memory has one of its own.
function memoryOf(handle: number): SharedArrayBuffer {
  const memory = isFamily(handle) ? attach(handle) : openParcel(handle);
  release(handle);
  return memory as SharedArrayBuffer;
}

function viewOf(View: ViewClass, memory: SharedArrayBuffer): AnyArray {
  return new View(memory, 0, Math.floor(memory.byteLength / View.BYTES_PER_ELEMENT));
}

function elements(form: Form, kind: string, values: Iterable<unknown>): unknown[] {
  const list = requireIterable(values, 'make a SharedArray from');
  for (const [index, value] of list.entries()) {
    if (typeof value === form.type) continue;
    throw new TypeError(
      `Cannot make a SharedArray of kind ${kind} as element ${index} is ${describeValue(value)} ` +
        `and a ${form.type} is wanted${cureFor(form, value)}`,
    );
  }
  return list;
}

function newArray(View: ViewClass, kind: string, length: number, isBetween: boolean): AnyArray {
  if (!Number.isInteger(length) || length < 0) {
    throw new RangeError(
      `Cannot make a SharedArray of length ${length} as a length is a whole number from 0`,
    );
  }
  const byteLength = length * View.BYTES_PER_ELEMENT;
  try {
    const memory = isBetween ? newFamilyBytes(byteLength) : new SharedArrayBuffer(byteLength);
    return new View(memory, 0, length);
  } catch (cause) {
    if (cause instanceof HeddleError) throw cause;
    throw new RangeError(
      `Cannot make a SharedArray of ${length} elements of kind ${kind} ` +
        'as the platform refuses so much memory',
      { cause },
    );
  }
}

function noSuchKind(kind: string): RangeError {
  const kinds = Object.keys(CLASSES).join(', ');
  const cure = kind === 'bool' ? 'Use u8, with 0 and 1' : `The kinds are ${kinds}`;
  return new RangeError(
    `Cannot make a SharedArray of kind ${inspect(kind)} as there is no such kind\n${cure}`,
  );
}

// Kinds of shared numbers: what each holds, and how it is read and changed in one indivisible step.
//
// The processor's atomic operations are on integers. A floating-point number is therefore read and
// exchanged as the integer that has its bits: 32 of them in a cell, 64 in a pair. NaN has many bit
// patterns; here it always has the same one, so that it can be compared.
import { arena, atomics } from '../kernel/index.ts';
import type { WideCells } from '../kernel/index.ts';

/** What a number is kept as: integers with and without sign, floating point, and booleans. */
export type ValueKind =
  | 'i8'
  | 'u8'
  | 'i16'
  | 'u16'
  | 'i32'
  | 'u32'
  | 'i64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'bool';

/** The JavaScript type of a kind: bigint for 64-bit integers, boolean for `bool`, else number. */
export type ValueOf<K extends ValueKind> = K extends 'i64' | 'u64'
  ? bigint
  : K extends 'bool'
    ? boolean
    : number;

/** Any value of any kind. */
export type AnyValue = number | bigint | boolean;

/** The operations of one kind, on the element with an index in views of the kind's own width. */
export interface Form {
  readonly type: 'number' | 'bigint' | 'boolean';
  /** Whether a number has to be a whole one. Every bigint is. */
  readonly isWhole: boolean;
  /** Bytes of an element. */
  readonly width: number;
  readonly zero: AnyValue;
  load(index: number): AnyValue;
  store(index: number, value: AnyValue): void;
  /** Gives the value found; it was replaced if that is the expected one. */
  compareExchange(index: number, expected: AnyValue, replacement: AnyValue): AnyValue;
  /** Gives the value before; null for kinds that are not added to in one step. */
  readonly add: ((index: number, amount: AnyValue) => AnyValue) | null;
}

const { memory } = arena;
const size = memory.byteLength;

/** The whole arena as 64-bit floating-point numbers. */
export const numbers: Float64Array<SharedArrayBuffer> = new Float64Array(memory, 0, size / 8);

const bits = new DataView(new ArrayBuffer(8));
const NAN_32 = bitsOf32(Number.NaN);
const NAN_64 = bitsOf64(Number.NaN);

/** Every kind; its place in the list is its number in a block. */
export const FORMS: ReadonlyMap<ValueKind, Form> = new Map<ValueKind, Form>([
  ['i8', integers(new Int8Array(memory, 0, size))],
  ['u8', integers(new Uint8Array(memory, 0, size))],
  ['i16', integers(new Int16Array(memory, 0, size / 2))],
  ['u16', integers(new Uint16Array(memory, 0, size / 2))],
  ['i32', integers(arena.cells)],
  ['u32', integers(new Uint32Array(memory, 0, size / 4))],
  ['i64', integers(new BigInt64Array(memory, 0, size / 8))],
  ['u64', integers(new BigUint64Array(memory, 0, size / 8))],
  ['f32', floats(arena.cells, toBits32, fromBits32)],
  ['f64', floats(new BigInt64Array(memory, 0, size / 8), toBits64, fromBits64)],
  ['bool', booleans()],
]);

/** Whether a value is one that the kind can be, or that wraps around to one. */
export function fits(form: Form, value: unknown): boolean {
  return typeof value === form.type && (!form.isWhole || Number.isInteger(value));
}

/** What helps who gives a number where a bigint is wanted, or the other way round. */
export function cureFor(form: Form, value: unknown): string {
  if (form.type === 'bigint' && typeof value === 'number') return '\nWrite 5n, or BigInt(value)';
  if (form.type === 'number' && typeof value === 'bigint') return '\nWrite Number(value)';
  return '';
}

function integers(view: WideCells): Form {
  const type = typeof view[0] as 'number' | 'bigint';
  return {
    type,
    width: view.BYTES_PER_ELEMENT,
    zero: type === 'bigint' ? 0n : 0,
    isWhole: type === 'number',
    load: (index) => atomics.wide.load(view, index),
    store: (index, value) => atomics.wide.store(view, index, value as bigint),
    // Not for 8 and 16 bits, too few to count with: what is added to them soon wraps around.
    add:
      view.BYTES_PER_ELEMENT < 4
        ? null
        : (index, amount) => atomics.wide.add(view, index, amount as bigint),
    compareExchange: (index, expected, replacement) =>
      atomics.wide.compareExchange(view, index, expected as bigint, replacement as bigint),
  };
}

function floats(
  view: WideCells,
  toBits: (value: number) => AnyValue,
  fromBits: (pattern: AnyValue) => number,
): Form {
  const cell = integers(view);
  return {
    type: 'number',
    isWhole: false,
    width: cell.width,
    zero: 0,
    load: (index) => fromBits(cell.load(index)),
    store: (index, value) => cell.store(index, toBits(value as number)),
    add: null,
    compareExchange: (index, expected, replacement) =>
      fromBits(
        cell.compareExchange(index, toBits(expected as number), toBits(replacement as number)),
      ),
  };
}

function booleans(): Form {
  const cell = integers(arena.cells);
  return {
    type: 'boolean',
    isWhole: false,
    width: cell.width,
    zero: false,
    load: (index) => cell.load(index) !== 0,
    store: (index, value) => cell.store(index, Number(value)),
    add: null,
    compareExchange: (index, expected, replacement) =>
      cell.compareExchange(index, Number(expected), Number(replacement)) !== 0,
  };
}

function toBits32(value: number): number {
  return Number.isNaN(value) ? NAN_32 : bitsOf32(value);
}

function fromBits32(pattern: AnyValue): number {
  bits.setInt32(0, pattern as number);
  return bits.getFloat32(0);
}

function toBits64(value: number): bigint {
  return Number.isNaN(value) ? NAN_64 : bitsOf64(value);
}

function fromBits64(pattern: AnyValue): number {
  bits.setBigInt64(0, pattern as bigint);
  return bits.getFloat64(0);
}

function bitsOf32(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}

function bitsOf64(value: number): bigint {
  bits.setFloat64(0, value);
  return bits.getBigInt64(0);
}

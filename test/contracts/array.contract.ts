// What every array promises, whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SharedArray, ValueKind } from 'heddle/shared';
import type { World } from './world.ts';

/** A function that makes arrays, to be run through the contract. */
export interface ArrayKind {
  /** Of the function, as it stands in titles. */
  readonly name: string;
  readonly make: typeof SharedArray;
  readonly world: World;
}

const CLASSES = {
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
} as const;
const KINDS = Object.keys(CLASSES) as Exclude<ValueKind, 'bool'>[];

/** Runs the whole contract. */
export function arrayContract(kind: ArrayKind): void {
  contents(kind);
  refusals(kind);
  travels(kind);
}

function contents({ name, make }: ArrayKind): void {
  test(`${name}() gives the typed array of its kind, over shared memory of its own`, () => {
    for (const kind of KINDS) {
      const array = make(kind, 3);
      assert.equal(Object.getPrototypeOf(array), CLASSES[kind].prototype);
      assert.deepEqual([...array].map(Number), [0, 0, 0]);
      assert.ok(array.buffer instanceof SharedArrayBuffer);
      assert.equal(array.buffer.byteLength, 3 * array.BYTES_PER_ELEMENT);
      assert.equal(array.byteOffset, 0);
      assert.equal(make(kind, 0).length, 0);
    }
  });

  test(`${name}() takes its elements from anything that can be iterated`, () => {
    assert.deepEqual([...make('i16', [1, -2, 40_000])], [1, -2, 40_000 - 65_536]);
    assert.deepEqual([...make('f64', new Set([0.5, Number.NaN]))], [0.5, Number.NaN]);
    assert.deepEqual([...make('u64', [1n, -1n])], [1n, 2n ** 64n - 1n]);
    assert.deepEqual([...make('u8', Uint8Array.of(7, 8))], [7, 8]);
    assert.equal(make('f32', []).length, 0);
  });
}

function refusals({ name, make }: ArrayKind): void {
  test(`${name}() refuses a kind that there is not`, () => {
    for (const kind of ['bool', 'i128', 'toString', null]) {
      assert.throws(() => make(kind as 'i8', 1), {
        name: 'RangeError',
        message: /^Cannot make a SharedArray of kind .* as there is no such kind\n/,
      });
    }
  });

  test(`${name}() refuses a length that cannot be`, () => {
    for (const length of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
      assert.throws(() => make('f64', length), {
        name: 'RangeError',
        message: /^Cannot make a SharedArray of (length|\d+ elements)/,
      });
    }
  });

  test(`${name}() refuses elements of another type, and says which`, () => {
    assert.throws(() => make('i32', [1, '2'] as never), {
      name: 'TypeError',
      message: /^Cannot .* kind i32 as element 1 is '2', a string, and a number is wanted$/,
    });
    assert.throws(() => make('u64', [1] as never), {
      name: 'TypeError',
      message: /element 0 is 1, a number, and a bigint is wanted\nWrite 5n, or BigInt\(value\)$/,
    });
    for (const values of [undefined, null, { length: 2 }, 5n]) {
      assert.throws(() => make('i32', values as never), {
        name: 'TypeError',
        message: /^Cannot make a SharedArray from .* as it cannot be iterated$/,
      });
    }
  });
}

function travels({ name, make, world }: ArrayKind): void {
  test(`${name}() is a view of one memory for every party`, async () => {
    const array = make('i32', 4);
    const target = (given: Int32Array): boolean => {
      given[1] = 7;
      array[2] = 8;
      return given.buffer === array.buffer;
    };
    assert.equal(await world.start(target, array).result(), true);
    assert.deepEqual([...array], [0, 7, 8, 0]);
  });

  test(`${name}() gives every view on its buffer the same memory, and its own class`, async () => {
    const array = make('u16', [1, 2, 3]);
    const target = (part: Uint16Array, bytes: DataView): string => {
      part[0] = 9;
      return `${part.constructor.name} ${part.join()} ${bytes.getUint16(2, true)}`;
    };
    const party = world.start(target, array.subarray(1), new DataView(array.buffer));
    assert.equal(await party.result(), 'Uint16Array 9,3 9');
    assert.deepEqual([...array], [1, 9, 3]);
  });

  test(`${name}() comes back from another party as the same buffer`, async () => {
    const array = make('f64', [0.5]);
    const back = await world.start((given: Float64Array) => given, array).result();
    assert.equal(back.buffer, array.buffer);
    const theirs = await world.start((again: typeof make) => again('f64', [2.5]), make).result();
    assert.deepEqual([...theirs], [2.5]);
  });

  test(`${name}() of no elements travels, too`, async () => {
    const array = make('u8', 0);
    assert.equal(await world.start((given: Uint8Array) => given.length, array).result(), 0);
  });
}

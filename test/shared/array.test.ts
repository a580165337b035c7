import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import { SharedArray, type TypedArrayOf, type ValueKind } from 'heddle/shared';
import { Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

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
type ArrayKind = Exclude<ValueKind, 'bool'>;
const KINDS = Object.keys(CLASSES) as ArrayKind[];

test('SharedArray() gives the typed array of its kind, over shared memory of its own', () => {
  for (const kind of KINDS) {
    const array = SharedArray(kind, 3);
    assert.equal(Object.getPrototypeOf(array), CLASSES[kind].prototype);
    assert.deepEqual([...array].map(Number), [0, 0, 0]);
    assert.ok(array.buffer instanceof SharedArrayBuffer);
    assert.equal(array.buffer.byteLength, 3 * array.BYTES_PER_ELEMENT);
    assert.equal(array.byteOffset, 0);
    assert.equal(SharedArray(kind, 0).length, 0);
  }
});

test('SharedArray() takes its elements from anything that can be iterated', () => {
  assert.deepEqual([...SharedArray('i16', [1, -2, 40_000])], [1, -2, 40_000 - 65_536]);
  assert.deepEqual([...SharedArray('f64', new Set([0.5, Number.NaN]))], [0.5, Number.NaN]);
  assert.deepEqual([...SharedArray('u64', [1n, -1n])], [1n, 2n ** 64n - 1n]);
  assert.deepEqual([...SharedArray('u8', Uint8Array.of(7, 8))], [7, 8]);
  assert.equal(SharedArray('f32', []).length, 0);
});

test('SharedArray() tells at compile time which class a kind gives', () => {
  expectTypeOf(SharedArray('i8', 1)).toEqualTypeOf<Int8Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('u8', 1)).toEqualTypeOf<Uint8Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('i16', 1)).toEqualTypeOf<Int16Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('u16', 1)).toEqualTypeOf<Uint16Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('i32', 1)).toEqualTypeOf<Int32Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('u32', 1)).toEqualTypeOf<Uint32Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('i64', 1)).toEqualTypeOf<BigInt64Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('u64', [1n])).toEqualTypeOf<BigUint64Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('f32', 1)).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
  expectTypeOf(SharedArray('f64', [1])).toEqualTypeOf<Float64Array<SharedArrayBuffer>>();
  expectTypeOf<TypedArrayOf<'i32' | 'i64'>>().toEqualTypeOf<
    Int32Array<SharedArrayBuffer> | BigInt64Array<SharedArrayBuffer>
  >();
  // What is written under a comment that expects an error does not compile without one.
  const wrong = [
    // @ts-expect-error -- elements of 64 bits are bigints
    () => SharedArray('i64', [1]),
    // @ts-expect-error -- elements of other kinds are numbers
    () => SharedArray('f64', [1n]),
    // @ts-expect-error -- there is no array of booleans
    () => SharedArray('bool', 1),
  ];
  for (const make of wrong) assert.throws(make, Error);
});

test('SharedArray() refuses a kind that there is not', () => {
  for (const kind of ['bool', 'i128', 'toString', null]) {
    assert.throws(() => SharedArray(kind as 'i8', 1), {
      name: 'RangeError',
      message: /^Cannot make a SharedArray of kind .* as there is no such kind\n/,
    });
  }
});

test('SharedArray() refuses a length that cannot be', () => {
  for (const length of [-1, 0.5, Number.NaN, Infinity, 2 ** 53]) {
    assert.throws(() => SharedArray('f64', length), {
      name: 'RangeError',
      message: /^Cannot make a SharedArray of (length|\d+ elements)/,
    });
  }
});

test('SharedArray() refuses elements of another type, and says which', () => {
  assert.throws(() => SharedArray('i32', [1, '2'] as never), {
    name: 'TypeError',
    message:
      "Cannot make a SharedArray of kind i32 as element 1 is '2', a string, and a number is wanted",
  });
  assert.throws(() => SharedArray('u64', [1] as never), {
    name: 'TypeError',
    message: /element 0 is 1, a number, and a bigint is wanted\nWrite 5n, or BigInt\(value\)$/,
  });
  for (const values of [undefined, null, { length: 2 }, 5n]) {
    assert.throws(() => SharedArray('i32', values as never), {
      name: 'TypeError',
      message: /^Cannot make a SharedArray from .* as it cannot be iterated$/,
    });
  }
});

test('SharedArray() is a view of one memory in every thread', () => {
  const array = SharedArray('i32', 4);
  const target = (given: Int32Array) => {
    given[1] = 7;
    array[2] = 8;
    return given.buffer === array.buffer;
  };
  assert.equal(new Thread({ target, args: [array] }).start().result(), true);
  assert.deepEqual([...array], [0, 7, 8, 0]);
});

test('SharedArray() at the top level of a module is one memory in all threads', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { table, filled, make } from './module.ts';
    filled[0] = 5;
    const target = (i: number) => {
      table[i] = i;
      return [filled[0], make()[0]++, table.length];
    };
    const threads = [1, 2, 3].map((i) => new Thread({ target, args: [i] }).start());
    const results = threads.map((thread) => thread.result());
    console.log(JSON.stringify([results, [...table], [...filled], make()[0]]));`,
    {
      files: {
        'module.ts': `import { SharedArray } from 'heddle/shared';
          export const table = SharedArray('i32', 4);
          export const filled = SharedArray('f64', [1, 2]);
          export const make = () => SharedArray('i32', 1);`,
      },
    },
  );
  const result = [5, 0, 4];
  const expected = [[result, result, result], [0, 1, 2, 3], [5, 2], 0];
  assert.equal(ran.stdout, `${JSON.stringify(expected)}\n`, ran.stderr);
});

test('SharedArray() of a module that threads import at once is one memory, too', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { Value } from 'heddle/shared';
    const arrived = new Value('i32');
    const arrive = (count: number) => {
      arrived.add(1);
      while (arrived.value < count);
    };
    const target = async () => {
      arrive(3);
      const { flags, list } = await import('./module.ts');
      flags[list.push(0) - 1] = 1;
      arrive(6);
      return flags.join();
    };
    const threads = [1, 2, 3].map(() => new Thread({ target, args: [] }).start());
    console.log(threads.map((thread) => thread.result()).join(' '));`,
    {
      files: {
        'module.ts': `import { SharedArray, SharedList } from 'heddle/shared';
          export const flags = SharedArray('u32', 3);
          export const list = new SharedList<number>();`,
      },
    },
  );
  assert.equal(ran.stdout, '1,1,1 1,1,1 1,1,1\n', ran.stderr);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import { SharedArray, type TypedArrayOf } from 'heddle/shared';
import { arrayContract } from '../contracts/array.contract.ts';
import { threads } from '../contracts/world.ts';
import { runProgram } from '../support/run.ts';

arrayContract({ name: 'SharedArray', make: SharedArray, world: threads });

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

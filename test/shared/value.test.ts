import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Value, type ValueKind, type ValueOf } from 'heddle/shared';
import { Thread } from 'heddle/threading';

// A typed array of one element does to a number what a Value of the kind should do.
const ARRAYS = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
const BIG_ARRAYS = { i64: BigInt64Array, u64: BigUint64Array } as const;
const NUMBER_KINDS = Object.keys(ARRAYS) as (keyof typeof ARRAYS)[];
const BIG_KINDS = Object.keys(BIG_ARRAYS) as (keyof typeof BIG_ARRAYS)[];
const FLOATS: ReadonlySet<ValueKind> = new Set(['f32', 'f64']);
const KINDS: readonly ValueKind[] = [...NUMBER_KINDS, ...BIG_KINDS, 'bool'];

const aNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, 0.5, 255, 256, -129, 2 ** 31, 2 ** 32 + 1, Number.NaN, Infinity, 5e-324),
);

test('new Value() begins with 0, 0n or false, or with what it is given', () => {
  for (const kind of NUMBER_KINDS) assert.equal(new Value(kind).value, 0);
  for (const kind of BIG_KINDS) assert.equal(new Value(kind).value, 0n);
  assert.equal(new Value('bool').value, false);
  assert.equal(new Value('f64', 1.5).value, 1.5);
  assert.equal(new Value('u64', 7n).value, 7n);
  assert.equal(new Value('bool', true).value, true);
  assert.equal(new Value('i8', 200).value, -56);
});

test('new Value() refuses a kind that there is not', () => {
  for (const kind of ['int', '', 'toString', 5, null, undefined]) {
    assert.throws(() => new Value(kind as ValueKind), {
      name: 'RangeError',
      message: /^Cannot make a Value of kind .* as there is no such kind\nThe kinds are i8, u8,/,
    });
  }
});

test('Value.value is what a typed array of the kind makes of a number that the kind can be', () => {
  const values = NUMBER_KINDS.map((kind) => new Value(kind));
  fc.assert(
    fc.property(aNumber, (number) => {
      for (const [index, kind] of NUMBER_KINDS.entries()) {
        const value = values[index] as Value;
        if (Number.isInteger(number) || FLOATS.has(kind)) {
          value.value = number;
          assert.ok(Object.is(value.value, ARRAYS[kind].of(number)[0]), `${kind} ${number}`);
        } else {
          assert.throws(() => (value.value = number), TypeError);
        }
      }
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), (number) => {
      for (const kind of BIG_KINDS) {
        assert.equal(new Value(kind, number).value, BIG_ARRAYS[kind].of(number)[0]);
      }
    }),
  );
});

test('Value.value refuses what is not of its type, and keeps what it had', () => {
  const wrong: readonly [kind: ValueKind, given: unknown, message: RegExp][] = [
    ['f64', '5', /^Cannot set a Value of kind f64 to '5', a string, as it holds a number$/],
    ['i32', undefined, /undefined as it holds a whole number$/],
    ['i32', 5n, /5n, a bigint, as it holds a whole number\nWrite Number\(value\)$/],
    ['i64', 5, /5, a number, as it holds a bigint\nWrite 5n, or BigInt\(value\)$/],
    ['u64', null, /null as it holds a bigint$/],
    ['bool', 1, /1, a number, as it holds a boolean$/],
    ['u8', new Number(1), /an object, as it holds a whole number$/],
  ];
  for (const [kind, given, message] of wrong) {
    const value = new Value(kind) as { value: unknown };
    const before = value.value;
    assert.throws(() => (value.value = given), { name: 'TypeError', message }, kind);
    assert.equal(value.value, before);
  }
  assert.throws(() => new Value('i64', 5 as never), {
    name: 'TypeError',
    message: /^Cannot make a Value of kind i64 from 5, a number, as it holds a bigint\n/,
  });
});

test('Value.value of an integer kind refuses fractions, NaN and Infinity, in every way', () => {
  const wrong = [1.9, -0.5, 5e-324, Number.NaN, Infinity, -Infinity];
  for (const kind of ['i8', 'u8', 'i16', 'u16', 'i32', 'u32'] as const) {
    const value = new Value(kind, 3);
    for (const number of wrong) {
      const message = new RegExp(
        `^Cannot .* Value of kind ${kind} .*${number}, a number, as it holds a whole number\nRound`,
      );
      for (const set of [
        () => (value.value = number),
        () => value.update(() => number),
        () => value.compareExchange(number, 4),
        () => value.compareExchange(3, number),
        () => new Value(kind, number),
      ]) {
        assert.throws(set, { name: 'TypeError', message }, set.toString());
      }
      if (kind.endsWith('32')) {
        assert.throws(() => value.add(number), {
          name: 'TypeError',
          message: new RegExp(`^Cannot add ${number}, a number, to a Value of kind ${kind} as it`),
        });
      }
      assert.equal(value.value, 3);
    }
    value.value = 2 ** 32 + 1;
    assert.equal(value.value, 1, 'whole numbers out of range wrap around');
  }
});

test('Value.add() gives the value before, and wraps around', () => {
  const cases: readonly [kind: ValueKind, most: number | bigint, least: number | bigint][] = [
    ['i32', 2 ** 31 - 1, -(2 ** 31)],
    ['u32', 2 ** 32 - 1, 0],
    ['i64', 2n ** 63n - 1n, -(2n ** 63n)],
    ['u64', 2n ** 64n - 1n, 0n],
  ];
  for (const [kind, most, least] of cases) {
    const one = typeof most === 'bigint' ? 1n : 1;
    const value = new Value(kind, most);
    assert.equal(value.add(one as never), most);
    assert.equal(value.value, least);
    assert.equal(value.add(-one as never), least);
    assert.equal(value.value, most);
  }
});

test('Value.add() is for kinds that can be added to in one step', () => {
  for (const kind of ['i8', 'u8', 'i16', 'u16', 'f32', 'f64', 'bool'] as const) {
    const value = new Value<ValueKind>(kind);
    assert.throws(() => value.add(1), {
      name: 'RangeError',
      message: /^Cannot add to a Value of kind .* as only i32, u32, i64 and u64 .*\nUse update\(/,
    });
    assert.equal(Number(value.value), 0);
  }
  assert.throws(() => new Value('i32').add('1' as never), { name: 'TypeError' });
  assert.throws(() => new Value('u64').add(1 as never), {
    name: 'TypeError',
    message: /^Cannot add 1, a number, to a Value of kind u64 as it holds a bigint\n/,
  });
});

test('Value.compareExchange() replaces only what it expects, and gives what it found', () => {
  const samples: { readonly [K in ValueKind]: readonly [ValueOf<K>, ValueOf<K>, ValueOf<K>] } = {
    i8: [-1, 2, 3],
    u8: [1, 2, 3],
    i16: [-1, 2, 3],
    u16: [1, 2, 3],
    i32: [-1, 2, 3],
    u32: [2 ** 32 - 1, 2, 3],
    i64: [-1n, 2n, 3n],
    u64: [2n ** 64n - 1n, 2n, 3n],
    f32: [0.5, 2, 3],
    f64: [0.1, 2, 3],
    bool: [true, false, true],
  };
  for (const kind of KINDS) {
    const [first, second, third] = samples[kind];
    const value = new Value<ValueKind>(kind, first);
    assert.equal(value.compareExchange(second, third), first);
    assert.equal(value.value, first);
    assert.equal(value.compareExchange(first, second), first);
    assert.equal(value.value, second);
    assert.throws(() => value.compareExchange('x' as never, second), { name: 'TypeError' });
    assert.throws(() => value.compareExchange(second, 'x' as never), { name: 'TypeError' });
    assert.equal(value.value, second);
  }
});

test('Value.compareExchange() knows NaN, and 0 from -0', () => {
  for (const kind of ['f32', 'f64'] as const) {
    const value = new Value(kind, Number.NaN);
    assert.equal(value.compareExchange(-Number.NaN, -0), Number.NaN);
    assert.equal(value.compareExchange(0, 1), -0);
    assert.equal(value.compareExchange(-0, 1), -0);
    assert.equal(value.value, 1);
  }
});

test('Value.update() replaces the value by what a function makes of it', () => {
  for (const kind of NUMBER_KINDS) {
    const value = new Value(kind, 3);
    assert.equal(
      value.update((current) => current * 2),
      3,
    );
    assert.equal(value.value, 6);
  }
  const big = new Value('u64', 3n);
  assert.equal(
    big.update((current) => current - 4n),
    3n,
  );
  assert.equal(big.value, 2n ** 64n - 1n);
  const flag = new Value('bool');
  flag.update((current) => !current);
  assert.equal(flag.value, true);
  const none = new Value('f64', Number.NaN);
  none.update((current) => current);
  assert.equal(none.value, Number.NaN);
});

test('Value.update() leaves the value as it was when the function fails', () => {
  const value = new Value('f64', 3);
  const error = new Error('thrown on purpose');
  assert.throws(
    () =>
      value.update(() => {
        throw error;
      }),
    error,
  );
  assert.throws(() => value.update(() => '4' as never), { name: 'TypeError' });
  assert.throws(() => value.update((async () => 4) as never), { name: 'TypeError' });
  assert.throws(() => value.update(4 as never), { name: 'TypeError' });
  assert.equal(value.value, 3);
});

test('Value.update() asks again when the value changed meanwhile', () => {
  const value = new Value('f64', 1);
  const seen: number[] = [];
  value.update((current) => {
    seen.push(current);
    if (seen.length === 1) value.value = 10;
    return current + 1;
  });
  assert.deepEqual([seen, value.value], [[1, 10], 11]);
});

test('Value.add() and update() of several threads lose nothing', () => {
  const times = 20_000;
  const added = { i32: new Value('i32'), u32: new Value('u32'), i64: new Value('i64') };
  const updated = { f64: new Value('f64'), f32: new Value('f32'), u16: new Value('u16') };
  const target = () => {
    for (let i = 0; i < times; i += 1) {
      added.i32.add(1);
      added.u32.add(1);
      added.i64.add(1n);
      for (const value of Object.values(updated)) value.update((current: number) => current + 1);
    }
  };
  const threads = [1, 2, 3].map(() => new Thread({ target, args: [] }).start());
  for (const thread of threads) thread.join();
  const sum = 3 * times;
  assert.equal(added.i32.value, sum);
  assert.equal(added.u32.value, sum);
  assert.equal(added.i64.value, BigInt(sum));
  assert.equal(updated.f64.value, sum);
  assert.equal(updated.f32.value, sum);
  assert.equal(updated.u16.value, sum);
});

test('Value.value is never half of one number and half of another', () => {
  // Both halves of the two numbers differ.
  const [one, other] = [1.000_000_1, -3e300];
  const float = new Value('f64', one);
  const integer = new Value('i64', 1n);
  const isDone = new Value('bool');
  const target = () => {
    while (!isDone.value) {
      float.value = one;
      integer.value = 1n;
      float.value = other;
      integer.value = -(2n ** 33n);
    }
  };
  const writer = new Thread({ target, args: [] }).start();
  const floats = new Set<number>();
  const integers = new Set<bigint>();
  for (let i = 0; i < 300_000 || floats.size < 2 || integers.size < 2; i += 1) {
    floats.add(float.value);
    integers.add(integer.value);
  }
  isDone.value = true;
  writer.join();
  assert.deepEqual(floats, new Set([one, other]));
  assert.deepEqual(integers, new Set([1n, -(2n ** 33n)]));
});

test('Value is the same object wherever it arrives', () => {
  const value = new Value('i32', 1);
  const thread = new Thread({ target: (given: unknown) => [given, value], args: [{ value }] });
  const [given, captured] = thread.start().result() as [{ value: unknown }, unknown];
  assert.equal(given.value, value);
  assert.equal(captured, value);
});

test('Value is shown with its kind', () => {
  assert.equal(inspect(new Value('i64', 5n)), 'Value(i64) 5n');
  assert.equal(inspect({ flag: new Value('bool') }), '{ flag: Value(bool) false }');
});

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import { Namespace, SharedDict, SharedList } from 'heddle/shared';
import type { Key } from 'heddle/shared';
import { Lock } from 'heddle/threading';

// Keys of which no two are equal, though many look alike.
const KEYS: readonly Key[] = [
  [null, true, false, 'null', 'true', 'false', '', ' ', '\0'],
  [0, 1, -1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 53, 2 ** 32, 2 ** -1074, 2 ** -1041],
  [0n, 1n, -1n, 2n ** 64n, -(2n ** 64n), '0', '1', '-1', 'NaN', '0n', '1n', 'ff', 255n],
  ['12345678', '123456789', 'é', 'éééééééé', 'ééééééééé', 'ÿ', 'Ā', 'ĀĀĀĀ', 'ĀĀĀĀĀ', '\ud800'],
  ['x'.repeat(28), 'x'.repeat(29), 'x'.repeat(5000), '😀'.repeat(500), '😀'],
].flat();

describe('SharedDict keys', () => {
  test('SharedDict tells keys apart as a Map does, and gives them back as they were', () => {
    const dict = new SharedDict<Key, number>();
    for (const [i, key] of KEYS.entries()) assert.equal(dict.set(key, i), dict);
    assert.equal(dict.size, KEYS.length);
    assert.deepEqual([...dict.keys()], KEYS);
    for (const [i, key] of KEYS.entries()) {
      assert.equal(dict.get(key), i, inspect(key));
      assert.ok(dict.has(key));
    }
    for (const key of KEYS) assert.ok(dict.delete(key) && !dict.has(key), inspect(key));
    assert.equal(dict.size, 0);
  });

  test('SharedDict has NaN as one key, and -0 as 0', () => {
    const dict = new SharedDict<number, string>([[-0, 'zero']]);
    assert.equal(dict.get(0), 'zero');
    assert.ok(Object.is([...dict.keys()][0], 0));
    dict.set(Number.NaN, 'none').set(0 / 0, 'nan');
    assert.deepEqual([...dict.values()], ['zero', 'nan']);
  });

  test('SharedDict finds a string however it was made', () => {
    const dict = new SharedDict<string, number>();
    const parts = ['a long key', ' made of', ' several parts, and more'];
    dict.set(parts.join(''), 1);
    let grown = '';
    for (const part of parts) grown += part;
    assert.equal(dict.get(grown), 1);
    assert.equal(dict.get(`-${grown}-`.slice(1, -1)), 1);
    assert.equal(dict.get(Buffer.from(grown).toString()), 1);
  });

  test('SharedDict refuses any other key at once, in every operation', () => {
    const dict = new SharedDict<Key, unknown>({ a: 1 });
    const wrong = [undefined, Symbol('a'), {}, [], () => {}, new Date(0), Object('a'), dict];
    for (const key of wrong as never[]) {
      const acts: readonly (() => unknown)[] = [
        () => dict.get(key),
        () => dict.get(key, 1),
        () => dict.set(key, 1),
        () => dict.has(key),
        () => dict.delete(key),
        () => dict.pop(key),
        () => dict.setdefault(key, 1),
        () => dict.update(key, () => 1),
        () => dict.merge([['b', 1] as const, [key, 1]]),
        () => new SharedDict([[key, 1]]),
      ];
      for (const act of acts) assert.throws(act, { name: 'TypeError', message: /^Cannot .* key / });
    }
    assert.deepEqual(dict.toObject(), { a: 1 });
  });
});

describe('SharedDict values', () => {
  test('SharedDict keeps every kind of value, by copy; our own objects stay what they are', () => {
    const lock = new Lock();
    const list = new SharedList([1]);
    const plain = { a: [1, { b: new Map([[1, 2]]) }], bytes: new Uint8Array(40) };
    const few: readonly unknown[][] = [
      [undefined, null, true, false, 0, -0, Number.NaN, 2 ** -1041, 5n, '', 'x'.repeat(32)],
      [plain, [], new Date(5), new Uint8Array(32).fill(7), lock, list, { lock, list }],
    ];
    const values = few.flat();
    const dict = new SharedDict<number, unknown>();
    for (const [i, value] of values.entries()) dict.set(i, value);
    for (const [i, value] of values.entries()) assert.deepEqual(dict.get(i), value);
    assert.deepEqual([...dict.values()], values);
    assert.equal(dict.get(15), lock);
    assert.equal(dict.get(16), list);
    plain.bytes[0] = 1;
    assert.equal((dict.get(11) as typeof plain).bytes[0], 0);
  });

  test('SharedDict.get() has a fallback only for what is not there', () => {
    const dict = new SharedDict<string, number | undefined>({ there: undefined });
    assert.equal(dict.get('there'), undefined);
    assert.equal(dict.get('there', 5), undefined);
    assert.equal(dict.get('not', 5), 5);
    assert.equal(dict.get('not'), undefined);
    assert.ok(dict.has('there') && !dict.has('not'));
  });

  test('SharedDict is left as it was when a value cannot travel', () => {
    const dict = new SharedDict<string, unknown>({ a: 1 });
    const wrong = new Promise(() => {});
    const acts: readonly (() => unknown)[] = [
      () => dict.set('a', wrong),
      () => dict.set('b', { wrong }),
      () => dict.setdefault('b', wrong),
      () => dict.update('a', () => [wrong]),
      () => dict.update('b', () => [wrong]),
      () => dict.merge({ a: 2, b: 3, c: wrong }),
      () => new SharedDict<string, unknown>({ a: 1, b: wrong }),
    ];
    for (const act of acts) assert.throws(act, { name: 'TransferError' });
    assert.deepEqual(dict.toObject(), { a: 1 });
    assert.equal(dict.setdefault('a', wrong), 1);
  });
});

test('SharedDict has the types of what it is made from', () => {
  const dict = new SharedDict([['a', 1] as const, ['b', 2] as const]);
  expectTypeOf(dict.get('a')).toEqualTypeOf<1 | 2 | undefined>();
  expectTypeOf(new SharedDict({ a: 1 }).get('a', null)).toEqualTypeOf<number | null>();
  expectTypeOf(new SharedDict(new Map([[1n, 'x']]))).toEqualTypeOf<SharedDict<bigint, string>>();
  expectTypeOf(new SharedDict(dict).popitem()).toEqualTypeOf<['a' | 'b', 1 | 2] | undefined>();
  expectTypeOf<SharedDict<string, number>>().toExtend<Iterable<[string, number]>>();
  // @ts-expect-error -- a symbol is no key
  assert.throws(() => new SharedDict<symbol, number>().get(Symbol('a')), TypeError);
  const space = Namespace({ count: 1 });
  expectTypeOf(space).toEqualTypeOf<{ count: number }>();
});

describe('SharedDict order', () => {
  test('SharedDict keeps the order in which keys were added', () => {
    const dict = new SharedDict<string, number>({ a: 1, b: 2, c: 3 });
    dict.set('a', 10).set('d', 4);
    dict.delete('b');
    dict.set('b', 20);
    assert.deepEqual([...dict.keys()].join(''), 'acdb');
    assert.deepEqual([...dict.values()], [10, 3, 4, 20]);
    assert.deepEqual([...dict.items()], [...dict]);
    assert.deepEqual([...dict.entries()], [...dict]);
    assert.deepEqual(dict.popitem(), ['b', 20]);
    assert.deepEqual(dict.popitem(), ['d', 4]);
    assert.deepEqual([...dict.toMap()], [...dict]);
  });

  test('SharedDict iterates over what it had when that began', () => {
    const dict = new SharedDict<number, number>([[0, 0]]);
    for (const [key] of dict) if (key < 5) dict.set(key + 1, 0).delete(key);
    assert.deepEqual([...dict.keys()], [1]);
    const seen: unknown[] = [];
    dict.forEach((value, key) => {
      seen.push([key, value]);
      dict.clear();
    });
    assert.deepEqual(seen, [[1, 0]]);
    assert.throws(() => dict.forEach(5 as never), TypeError);
    const keys = dict.set(7, 7).keys();
    dict.clear();
    assert.deepEqual(keys.next(), { value: 7, done: false });
  });

  test('SharedDict may be a queue or a stack for long', () => {
    const dict = new SharedDict<string, number>();
    for (let i = 0; i < 20_000; i += 1) {
      dict.set(`key ${i}`, i);
      if (i >= 10) assert.ok(dict.delete(`key ${i - 10}`));
    }
    assert.deepEqual(
      [...dict.values()],
      [19_990, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((n, i) => (i === 0 ? n : 19_990 + n)),
    );
    for (let i = 0; i < 20_000; i += 1) {
      dict.set(`other ${i}`, i);
      assert.deepEqual(dict.popitem(), [`other ${i}`, i]);
    }
    assert.equal(dict.size, 10);
    assert.equal(dict.get('key 19995'), 19_995);
  });
});

describe('SharedDict from and to others', () => {
  test('new SharedDict() takes pairs, a Map, another dict, a plain object, a Namespace', () => {
    const expected = new Map<Key, unknown>([
      ['a', 1],
      ['b', [2]],
    ]);
    const dict = new SharedDict(expected);
    const sources = [
      [...expected],
      expected,
      dict,
      Object.fromEntries(expected),
      Namespace({ a: 1, b: [2] }),
      Object.assign(Object.create(null) as object, { a: 1, b: [2] }),
      expected.entries(),
    ];
    for (const source of sources)
      assert.deepEqual(new SharedDict(source as never).toMap(), expected);
    assert.equal(new SharedDict().size, 0);
    assert.deepEqual(
      new SharedDict(JSON.parse('{"__proto__":1}') as Record<string, number>).toObject(),
      {
        ['__proto__']: 1,
      },
    );
  });

  test('new SharedDict() and merge() refuse what has no entries', () => {
    const dict = new SharedDict<Key, unknown>({ a: 1 });
    const wrong = [
      5,
      'text',
      null,
      [1],
      [['a']],
      [['a', 1, 2]],
      new Set([1]),
      new Date(),
      () => {},
    ];
    for (const source of wrong as never[]) {
      assert.throws(() => new SharedDict(source), TypeError, inspect(source));
      assert.throws(() => dict.merge(source), TypeError, inspect(source));
    }
    assert.throws(() => dict.merge(undefined as never), TypeError);
    assert.deepEqual(dict.toObject(), { a: 1 });
  });

  test('SharedDict is shown as a Map, and is an object to JSON.stringify()', () => {
    const dict = new SharedDict<Key, unknown>([
      ['a', 1],
      [2, new SharedList([3])],
    ]);
    assert.equal(inspect(dict), "Map(2) { 'a' => 1, 2 => [ 3 ] }");
    assert.equal(JSON.stringify({ dict }), '{"dict":{"2":[3],"a":1}}');
    dict.set('self', dict);
    assert.equal(inspect(dict), "Map(3) { 'a' => 1, 2 => [ 3 ], 'self' => [Circular] }");
    assert.equal(dict.get('self'), dict);
    dict.clear();
    assert.equal(inspect(dict), 'Map(0) {}');
  });
});

describe('SharedDict compound operations', () => {
  test('SharedDict.setdefault() gives what is there, or sets and gives the value', () => {
    const dict = new SharedDict<string, unknown>({ a: undefined });
    assert.equal(dict.setdefault('a', 1), undefined);
    assert.equal(dict.setdefault('b', 1), 1);
    assert.equal(dict.setdefault('b', 2), 1);
    assert.deepEqual(dict.toObject(), { a: undefined, b: 1 });
  });

  test('SharedDict.pop() and popitem() give undefined when there is nothing', () => {
    const dict = new SharedDict<string, number>({ a: 1, b: 2 });
    assert.equal(dict.pop('c'), undefined);
    assert.equal(dict.pop('a'), 1);
    assert.deepEqual(dict.popitem(), ['b', 2]);
    assert.equal(dict.popitem(), undefined);
  });

  test('SharedDict.update() gives the new value, and leaves the key as it is on failure', () => {
    const dict = new SharedDict<string, number>({ a: 1 });
    assert.equal(
      dict.update('a', (current) => (current ?? 0) + 1),
      2,
    );
    assert.equal(
      dict.update('b', (current) => (current ?? 10) + 1),
      11,
    );
    const fail = (): never => {
      throw new RangeError('Cannot count so far');
    };
    assert.throws(() => dict.update('a', fail), RangeError);
    assert.throws(() => dict.update('c', fail), RangeError);
    const message = /^Cannot update a key by an asynchronous function as .*\nAwait /;
    assert.throws(() => dict.update('a', (async () => 5) as never), { name: 'TypeError', message });
    assert.throws(() => dict.update('a', (() => Promise.resolve(5)) as never), { message });
    assert.throws(() => dict.update('a', 5 as never), TypeError);
    assert.deepEqual(dict.toObject(), { a: 2, b: 11 });
  });

  test('SharedDict.update() lets its function use the dict, whatever that does to the key', () => {
    const dict = new SharedDict<string, unknown>({ a: { n: 1 }, b: 2 });
    dict.update('a', () => {
      dict.delete('a');
      return 'again';
    });
    assert.deepEqual([...dict.keys()], ['b', 'a']);
    dict.update('a', (current) => {
      for (let i = 0; i < 1000; i += 1) dict.set(`more ${i}`, [i]);
      return `${current as string} and again`;
    });
    assert.equal(dict.get('a'), 'again and again');
    assert.equal(dict.size, 1002);
    dict.update('a', () => {
      dict.clear();
      return dict.update('a', (inner) => [inner, dict.size]);
    });
    assert.deepEqual(dict.toObject(), { a: [undefined, 0] });
  });

  test('SharedDict.merge() replaces and adds, the last of equal keys, in their order', () => {
    const dict = new SharedDict<string, unknown>({ a: 1, b: 'two', c: [3] });
    dict.merge([
      ['x', 'x'.repeat(100)],
      ['b', { two: 2 }],
      ['y', 1],
      ['b', 'last'],
      ['y', 2],
    ]);
    assert.deepEqual(
      [...dict],
      [
        ['a', 1],
        ['b', 'last'],
        ['c', [3]],
        ['x', 'x'.repeat(100)],
        ['y', 2],
      ],
    );
    dict.merge(dict);
    dict.merge([]);
    assert.equal(dict.size, 5);
  });

  test('SharedDict.transaction() gives what its function returns, is free when it throws', () => {
    const dict = new SharedDict<string, number>({ a: 1 });
    assert.equal(
      dict.transaction((same) => {
        assert.equal(same, dict);
        return dict.transaction(() => same.set('b', 2).size);
      }),
      2,
    );
    const fail = (): never => {
      dict.set('c', 3);
      throw new RangeError('Cannot go on');
    };
    assert.throws(() => dict.transaction(fail), RangeError);
    assert.deepEqual(dict.toObject(), { a: 1, b: 2, c: 3 });
    assert.throws(() => dict.transaction(async () => {}), TypeError);
  });
});

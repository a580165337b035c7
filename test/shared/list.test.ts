/* oxlint-disable unicorn/no-array-reverse -- a list has no other */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, test } from 'node:test';
import { expectTypeOf } from 'expect-type';
import { registerTransfer } from 'heddle';
import { SharedList, TransferError, Value } from 'heddle/shared';
import { Lock, Thread } from 'heddle/threading';

// What cannot travel.
const stuck = (): unknown => new Promise(() => {});

test('new SharedList() is empty, or has the items that it is given', () => {
  assert.equal(new SharedList().length, 0);
  assert.deepEqual(new SharedList([1, 'two', null]).toArray(), [1, 'two', null]);
  assert.deepEqual(new SharedList('abc').toArray(), ['a', 'b', 'c']);
  assert.deepEqual(new SharedList(new SharedList([1, 2])).toArray(), [1, 2]);
  assert.deepEqual(new SharedList(new Map([[1, 2]])).toArray(), [[1, 2]]);
  expectTypeOf(new SharedList(['a'])).toEqualTypeOf<SharedList<string>>();
  expectTypeOf<SharedList<number>>().toExtend<Iterable<number>>();
});

test('new SharedList() refuses what cannot be iterated, and items that cannot travel', () => {
  for (const values of [null, 5, {}, { length: 1 }]) {
    assert.throws(() => new SharedList(values as never), {
      name: 'TypeError',
      message: /^Cannot make a SharedList from .* as it cannot be iterated$/,
    });
  }
  assert.throws(() => new SharedList([1, stuck()]), TransferError);
});

test('SharedList.at() gives each kind of value as it was put in', () => {
  const numbers = [0, -0, 1, -1, 1.5, 2 ** 53, Number.MAX_VALUE, Infinity, -Infinity, Number.NaN];
  // A slot has such numbers for what is none.
  const tiny = [0, 1, 1.5, 2, 3, 4, -1, -2].map((factor) => factor * 2 ** -1042);
  const others = [5e-324, true, false, null, undefined, 0n, -(2n ** 70n), Symbol.iterator];
  const texts = ['', 'text', 'größer', '\ud800', 'x'.repeat(100_000), Symbol.for('mine')];
  const plain = [{ a: { b: [1, 2] } }, [], [undefined, 1], new Map([[{}, 1]]), new Set(['a'])];
  const made = [new Date(5), /x/gi, Uint8Array.of(1, 2), new Error('one'), new URL('http://a.b/c')];
  const values: readonly unknown[] = [numbers, tiny, others, texts, plain, made].flat();
  const list = new SharedList(values);
  assert.deepEqual(list.toArray(), values);
  for (const [index, value] of values.entries()) {
    assert.deepEqual(list.at(index), value);
    if (typeof value !== 'object') assert.ok(Object.is(list.at(index), value), inspect(value));
  }
});

test('SharedList.at() copies what is plain, and keeps our objects and functions', () => {
  const lock = new Lock();
  const inner = new SharedList([1]);
  const item = { count: 1 };
  const list = new SharedList<unknown>([item, lock, inner, assert.ok, { lock }]);
  item.count = 2;
  (list.at(0) as typeof item).count = 3;
  assert.deepEqual(list.at(0), { count: 1 });
  assert.equal(list.at(1), lock);
  assert.equal(list.at(2), inner);
  assert.equal(list.at(3), assert.ok);
  assert.equal((list.at(4) as { lock: Lock }).lock, lock);
  (list.at(2) as SharedList<number>).push(2);
  assert.deepEqual(inner.toArray(), [1, 2]);
});

test('SharedList.at() counts from the end for negative indexes', () => {
  const list = new SharedList(['a', 'b', 'c']);
  const found = [-4, -3, -1, 0, 2, 3].map((index) => list.at(index));
  assert.deepEqual(found, [undefined, 'a', 'c', 'a', 'c', undefined]);
  assert.equal(new SharedList().at(0), undefined);
});

test('SharedList.push() adds items all at once, and gives the length', () => {
  const list = new SharedList<number>();
  assert.deepEqual([list.push(), list.push(1), list.push(2, 3)], [0, 1, 3]);
  assert.deepEqual(list.toArray(), [1, 2, 3]);
});

test('SharedList.push() leaves the list as it was when an item cannot travel', () => {
  const list = new SharedList<unknown>([{ a: 1 }]);
  const mutations: readonly (() => unknown)[] = [
    () => list.push(stuck()),
    () => list.push({ b: 2 }, [{ wrong: stuck() }]),
    () => list.append(stuck()),
    () => list.extend([1, stuck()]),
    () => list.insert(0, stuck()),
    () => list.set(0, stuck()),
  ];
  for (const mutate of mutations) {
    assert.throws(mutate, { name: 'TransferError', message: /^Cannot send item/ });
  }
  assert.deepEqual(list.toArray(), [{ a: 1 }]);
  assert.throws(() => list.push({ deep: [stuck()] }), { message: /item\.deep\[0\]/ });
});

test('SharedList.pop() takes the item at an index, the last without one', () => {
  const list = new SharedList([0, 1, { two: 2 }, 3, 4]);
  assert.deepEqual([list.pop(), list.pop(0), list.pop(-2)], [4, 0, { two: 2 }]);
  assert.deepEqual(list.toArray(), [1, 3]);
  assert.deepEqual([list.pop(2), list.pop(-3)], [undefined, undefined]);
  assert.deepEqual([list.pop(), list.pop(), list.pop(), list.length], [3, 1, undefined, 0]);
});

test('SharedList.shift() takes the first item', () => {
  const list = new SharedList(['a', { b: 1 }]);
  assert.deepEqual([list.shift(), list.shift(), list.shift()], ['a', { b: 1 }, undefined]);
  list.push('again');
  assert.equal(list.shift(), 'again');
});

test('SharedList.insert() counts as Python does', () => {
  const cases: readonly [index: number, result: string][] = [
    [0, 'xabc'],
    [1, 'axbc'],
    [3, 'abcx'],
    [99, 'abcx'],
    [-1, 'abxc'],
    [-3, 'xabc'],
    [-99, 'xabc'],
  ];
  for (const [index, result] of cases) {
    const list = new SharedList('abc');
    list.insert(index, 'x');
    assert.equal(list.toArray().join(''), result, String(index));
  }
});

test('SharedList.set() and delete() change the item at an index', () => {
  const list = new SharedList<unknown>([1, { two: 2 }, 3]);
  list.set(0, 'one');
  list.set(-2, 2);
  list.delete(-1);
  assert.deepEqual(list.toArray(), ['one', 2]);
  list.delete(0);
  assert.deepEqual(list.toArray(), [2]);
});

test('SharedList.set() and delete() refuse an index at which there is no item', () => {
  const list = new SharedList([1, 2]);
  for (const index of [2, -3]) {
    const message = (act: string): string => `Cannot ${act} index ${index} as the list has 2 items`;
    assert.throws(() => list.set(index, 0), { name: 'RangeError', message: message('set') });
    assert.throws(() => list.delete(index), { name: 'RangeError', message: message('delete') });
  }
  assert.throws(() => list.set(5, stuck() as never), TransferError);
  assert.deepEqual(list.toArray(), [1, 2]);
});

test('SharedList refuses an index that is not a whole number', () => {
  const list = new SharedList([1, 2]);
  const calls: readonly ((index: number) => unknown)[] = [
    (index) => list.at(index),
    (index) => list.pop(index),
    (index) => list.set(index, 1),
    (index) => list.insert(index, 1),
    (index) => list.delete(index),
  ];
  for (const call of calls) {
    for (const index of [0.5, Number.NaN, Infinity]) {
      assert.throws(() => call(index), {
        name: 'RangeError',
        message: /^Cannot \w+( before)? index .* as an index is a whole number$/,
      });
    }
    for (const index of ['0', null, 1n]) {
      assert.throws(() => call(index as never), {
        name: 'TypeError',
        message: /^Cannot \w+( before)? index .* as an index is a number$/,
      });
    }
  }
  assert.throws(() => list.at(undefined as never), { name: 'TypeError' });
  assert.deepEqual(list.toArray(), [1, 2]);
});

test('SharedList.append() and extend() are push() under names of Python', () => {
  const list = new SharedList<number>();
  assert.equal(list.append(1), undefined);
  assert.equal(list.extend(new Set([2, 3])), undefined);
  list.extend(list);
  assert.deepEqual(list.toArray(), [1, 2, 3, 1, 2, 3]);
  assert.throws(() => list.extend(5 as never), {
    name: 'TypeError',
    message: 'Cannot extend a SharedList by 5, a number, as it cannot be iterated',
  });
});

test('SharedList.reverse() and clear() work on the list itself', () => {
  const list = new SharedList<unknown>([1, 'two', { three: 3 }]);
  assert.equal(list.reverse(), list);
  assert.deepEqual(list.toArray(), [{ three: 3 }, 'two', 1]);
  list.clear();
  assert.deepEqual(list.toArray(), []);
  list.clear();
  assert.deepEqual(list.reverse().toArray(), []);
});

test('SharedList.slice() is as of an array', () => {
  const values = [0, 1, 2, 3, 4];
  const list = new SharedList(values);
  const bounds = [undefined, 0, 1, 4, 5, 9, -1, -5, -9, Infinity, -Infinity, 1.7, -1.7, Number.NaN];
  for (const start of bounds) {
    for (const end of bounds) {
      assert.deepEqual(list.slice(start, end), values.slice(start, end), `${start}, ${end}`);
    }
  }
  assert.deepEqual(new SharedList().slice(0, 1), []);
  assert.throws(() => list.slice('1' as never), {
    name: 'TypeError',
    message: "Cannot slice a SharedList at index '1', a string, as an index is a number",
  });
});

test('SharedList iterates over what it had at first', () => {
  const list = new SharedList([1, 2]);
  const seen: number[] = [];
  for (const item of list) {
    seen.push(item);
    list.push(item * 10);
  }
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual([...list], [1, 2, 10, 20]);
  const [first, ...rest] = list;
  assert.deepEqual([first, rest], [1, [2, 10, 20]]);
});

describe('SharedList.transaction()', () => {
  test('gives what its body returns, and nests', () => {
    const list = new SharedList([1]);
    const other = new SharedList<number>();
    const result = list.transaction((same) => {
      assert.equal(same, list);
      list.push(2);
      list.transaction(() => list.push(3));
      other.transaction(() => other.extend(list));
      return list.pop();
    });
    assert.equal(result, 3);
    assert.deepEqual(
      [list.toArray(), other.toArray()],
      [
        [1, 2],
        [1, 2, 3],
      ],
    );
    expectTypeOf(list.transaction(() => 'x')).toEqualTypeOf<string>();
  });

  test('keeps other threads out until it ends, also by an error', () => {
    const list = new SharedList<string>();
    const step = new Value('i32');
    const target = () => {
      step.value = 1;
      list.push('theirs');
    };
    const thread = new Thread({ target, args: [] });
    const error = new Error('thrown on purpose');
    assert.throws(
      () =>
        list.transaction(() => {
          thread.start();
          while (step.value === 0);
          for (let i = 0; i < 1000; i += 1) list.push('ours');
          throw error;
        }),
      error,
    );
    thread.join();
    assert.deepEqual(list.toArray(), [...Array<string>(1000).fill('ours'), 'theirs']);
  });

  test('refuses what it cannot hold together', () => {
    const list = new SharedList<number>();
    const message = /^Cannot run an asynchronous function as a transaction as .*\nAwait /;
    const wrong = { name: 'TypeError', message };
    assert.throws(() => list.transaction(async () => list.push(1)), wrong);
    assert.equal(list.length, 0);
    assert.throws(() => list.transaction(() => Promise.resolve(list.push(1))), wrong);
    assert.equal(list.length, 1);
    assert.throws(() => list.transaction(undefined as never), {
      name: 'TypeError',
      message: 'Cannot run undefined as a transaction as a function is wanted',
    });
  });
});

test('SharedList puts an item back that cannot be read here', () => {
  class Fragile {
    isBroken = false;
  }
  registerTransfer(Fragile, {
    reduce: (fragile) => fragile.isBroken,
    revive: (isBroken: boolean) => {
      if (isBroken) throw new Error('cannot be revived');
      return new Fragile();
    },
  });
  const broken = new Fragile();
  broken.isBroken = true;
  const list = new SharedList<unknown>(['first', broken, 'last']);
  for (const read of [() => list.pop(1), () => list.at(1), () => list.toArray()]) {
    assert.throws(read, { message: /cannot be revived/ });
    assert.equal(list.length, 3);
  }
  assert.deepEqual([list.at(0), list.at(2)], ['first', 'last']);
  list.delete(1);
  assert.deepEqual(list.toArray(), ['first', 'last']);
});

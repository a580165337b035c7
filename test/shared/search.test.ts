import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { SharedList } from 'heddle/shared';
import { Lock } from 'heddle/threading';

test('SharedList.indexOf() and others find primitive values by value', () => {
  const values: readonly unknown[] = [
    1,
    -0,
    Number.NaN,
    'x',
    5n,
    null,
    undefined,
    true,
    2 ** -1041,
  ];
  const list = new SharedList<unknown>([...values, ...values]);
  for (const [index, value] of values.entries()) {
    assert.equal(list.indexOf(value), index);
    assert.equal(list.index(value), index);
    assert.equal(list.includes(value), true);
    assert.equal(list.count(value), 2);
  }
  assert.equal(list.indexOf(0), 1);
  for (const value of [2, '1', 'xx', 5, 1n, false, '', {}, Symbol.iterator]) {
    assert.deepEqual(
      [list.indexOf(value), list.includes(value), list.count(value)],
      [-1, false, 0],
    );
  }
});

test('SharedList.indexOf() and others find plain data by what is in it', () => {
  const list = new SharedList<unknown>([{ a: 1, b: [2] }, [1, 2], new Map([[1, { c: 3 }]])]);
  assert.equal(list.indexOf({ b: [2], a: 1 }), 0);
  assert.equal(list.indexOf([1, 2]), 1);
  assert.equal(list.indexOf(new Map([[1, { c: 3 }]])), 2);
  for (const other of [{ a: 1 }, [2, 1], [1, 2, 3], new Map([[1, { c: 4 }]]), new Set([1, 2])]) {
    assert.equal(list.indexOf(other), -1);
  }
});

test('SharedList.indexOf() and others tell our objects and functions apart', () => {
  const [one, two] = [new Lock(), new Lock()];
  const first = (): number => 1;
  const second = (): number => 1;
  const values: readonly unknown[] = [
    one,
    two,
    { lock: one },
    { lock: two },
    [new Map([[1, one]])],
    [new Map([[1, two]])],
    first,
    second,
    new SharedList(),
    new SharedList(),
  ];
  const list = new SharedList<unknown>(values);
  for (const [index, value] of values.entries()) {
    assert.equal(list.indexOf(value), index, inspect(value));
    assert.equal(list.count(value), 1);
  }
  assert.equal(list.includes({ lock: new Lock() }), false);
  assert.equal(list.includes(new SharedList()), false);
});

test('SharedList.remove() removes the first that is equal', () => {
  const list = new SharedList<unknown>([1, 'x', { a: 1 }, 1, { a: 1 }, 'x']);
  list.remove(1);
  list.remove({ a: 1 });
  list.remove('x');
  assert.deepEqual(list.toArray(), [1, { a: 1 }, 'x']);
});

test('SharedList.remove() and index() name the item that is not there', () => {
  const list = new SharedList<unknown>([1, 'x']);
  assert.throws(() => list.remove({ a: [2] }), {
    name: 'RangeError',
    message: 'Cannot remove { a: [ 2 ] } as no item of the list is equal to it',
  });
  assert.throws(() => list.index('y'), {
    name: 'RangeError',
    message: "Cannot find 'y' as no item of the list is equal to it",
  });
  assert.throws(() => list.remove(new Promise(() => {})), RangeError);
  assert.deepEqual(list.toArray(), [1, 'x']);
});

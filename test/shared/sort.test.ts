/* oxlint-disable unicorn/no-array-sort, unicorn/no-array-reverse -- a list has no others */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RuntimeError, SharedList } from 'heddle/shared';

describe('SharedList.sort()', () => {
  test('sorts as an array does', () => {
    const values = [10, 9, undefined, 1, null, 'b', 'a', undefined, true, 2n];
    const list = new SharedList<unknown>(values);
    assert.equal(list.sort(), list);
    // oxlint-disable-next-line typescript/require-array-sort-compare -- nor had the list one
    assert.deepEqual(list.toArray(), values.toSorted());
    const numbers = new SharedList([3, 1, 2]);
    numbers.sort((a, b) => b - a);
    assert.deepEqual(numbers.toArray(), [3, 2, 1]);
    assert.deepEqual(new SharedList<number>().sort().toArray(), []);
  });

  test('keeps the order of what compares as equal', () => {
    const values = Array.from({ length: 200 }, (_, index) => ({ key: index % 3, index }));
    const list = new SharedList(values).sort((a, b) => a.key - b.key);
    assert.deepEqual(
      list.toArray(),
      values.toSorted((a, b) => a.key - b.key),
    );
  });

  test('leaves the list as it was when the function throws or is none', () => {
    const list = new SharedList([3, 1, 2]);
    const error = new Error('thrown on purpose');
    assert.throws(
      () =>
        list.sort(() => {
          throw error;
        }),
      error,
    );
    assert.throws(() => list.sort('up' as never), {
      name: 'TypeError',
      message: "Cannot sort a SharedList by 'up', a string, as a function is wanted",
    });
    assert.deepEqual(list.toArray(), [3, 1, 2]);
  });

  test('gives up when the function changes the list, and keeps its changes', () => {
    for (const change of [
      (list: SharedList<number>) => list.push(9),
      (list: SharedList<number>) => list.set(0, 9),
      (list: SharedList<number>) => list.reverse(),
      (list: SharedList<number>) => list.clear(),
    ]) {
      const [list, expected] = [new SharedList([3, 1, 2]), new SharedList([3, 1, 2])];
      let isChanged = false;
      const compare = (a: number, b: number): number => {
        if (!isChanged) change(list);
        isChanged = true;
        return a - b;
      };
      assert.throws(() => list.sort(compare), RuntimeError);
      change(expected);
      assert.deepEqual(list.toArray(), expected.toArray());
    }
  });
});

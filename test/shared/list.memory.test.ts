// What a list holds of the shared memory, and when it lets go of it.
/* oxlint-disable unicorn/no-array-sort -- a list has no other */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedList, Value } from '../../src/shared/index.ts';
import { handleOf, release, usage } from '../../src/kernel/index.ts';
import { runProgram } from '../support/run.ts';

// Objects whose reference was given back by hand stay alive, so that it is not given back again.
const kept: object[] = [];

// What happens to the block when the object is collected.
function letGo(object: object): void {
  kept.push(object);
  release(handleOf(object) as number);
}

test('SharedList gives back what its items took, whatever takes them out', () => {
  const list = new SharedList<unknown>();
  const before = usage();
  const ways: readonly (() => void)[] = [
    () => {
      while (list.length > 0) list.pop();
    },
    () => {
      while (list.length > 0) list.shift();
    },
    () => {
      while (list.length > 0) list.delete(Math.floor(list.length / 2));
    },
    () => {
      list.remove('text');
      list.remove({ a: 1 });
      for (let i = 0; i < list.length; i += 1) list.set(i, `item ${i}`);
      list.clear();
    },
  ];
  for (const way of ways) {
    for (let i = 0; i < 30; i += 1) list.extend([{ a: 1 }, 'text', 5n, 1.5, null, [i]]);
    list.sort().reverse();
    list.insert(2, ['more']);
    assert.equal(list.toArray().length, list.slice().length);
    assert.equal(list.count({ a: 1 }), 30);
    way();
    list.clear();
    assert.deepEqual(usage(), before);
  }
});

test('SharedList lets go of its items with the last reference to itself', () => {
  const before = usage();
  const value = new Value('i32');
  const withValue = usage();
  const list = new SharedList<unknown>(['text', { value }, value, [[value]]]);
  letGo(list);
  assert.deepEqual(usage(), withValue);
  letGo(value);
  assert.deepEqual(usage(), before);
});

test('SharedList keeps another list alive that is in it, and a long chain of such', () => {
  const before = usage();
  const length = 30_000;
  const lists: SharedList<unknown>[] = [new SharedList<unknown>(['innermost'])];
  for (let i = 1; i < length; i += 1) lists.push(new SharedList<unknown>([lists[i - 1]]));
  for (const list of lists.slice(0, -1)) letGo(list);
  let inner: unknown = lists.at(-1);
  for (let i = 1; i < length; i += 1) inner = (inner as SharedList<unknown>).at(0);
  assert.deepEqual((inner as SharedList<unknown>).toArray(), ['innermost']);
  letGo(lists.at(-1) as object);
  assert.deepEqual(usage(), before);
});

test('new SharedList() leaves nothing behind when an item cannot travel', () => {
  const before = usage();
  const wrong = ['text', { a: new SharedList() }, new Promise(() => {})];
  const withList = usage();
  assert.throws(() => new SharedList<unknown>(wrong), { name: 'TransferError' });
  assert.throws(() => new SharedList(5 as never), TypeError);
  const list = new SharedList<unknown>();
  for (const mutate of [
    () => list.push(...wrong),
    () => list.set(0, ['text']),
    () => list.set(0.5, ['text']),
    () => list.insert(0, wrong),
  ]) {
    assert.throws(mutate, Error);
  }
  letGo(list);
  assert.deepEqual(usage(), withList);
  assert.ok(withList.blocks > before.blocks);
});

test('SharedList is as it was when the shared memory is full', async () => {
  const ran = await runProgram(
    `import { SharedList } from 'heddle/shared';
    const list = new SharedList<unknown>();
    const codeOf = (act: () => unknown): string => {
      try {
        act();
        return 'done';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const fill = (item: unknown): string => {
      for (;;) {
        const code = codeOf(() => list.push(item));
        if (code !== 'done') return code;
      }
    };
    console.log(fill('x'.repeat(2 ** 20)), fill({ text: 'x'.repeat(1000) }), fill([1, 2]));
    const { length } = list;
    const acts = [() => list.insert(1, { a: 1 }), () => list.extend([[1], [2]])];
    console.log(acts.map(codeOf).join(), list.length === length, list.toArray().length === length);
    console.log(typeof list.pop(), typeof list.shift(), list.length === length - 2);
    list.clear();
    console.log(list.push('x'.repeat(2 ** 20), 1));`,
    { env: { HEDDLE_ARENA_MB: '64' } },
  );
  const code = 'ERR_HEDDLE_OUT_OF_MEMORY';
  const expected = [
    [code, code, code].join(' '),
    `${code},${code} true true`,
    'object string true',
    '2',
  ];
  assert.deepEqual(ran.stdout.trimEnd().split('\n'), expected, ran.stderr);
});

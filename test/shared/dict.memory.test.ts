// What a dict holds of the shared memory, and when it lets go of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Namespace, SharedDict, SharedList, Value } from '../../src/shared/index.ts';
import type { Key } from '../../src/shared/index.ts';
import { handleOf, release, usage } from '../../src/kernel/index.ts';
import { runProgram } from '../support/run.ts';

// Objects whose reference was given back by hand stay alive, so that it is not given back again.
const kept: object[] = [];

// What happens to the block when the object is collected.
function letGo(object: object): void {
  kept.push(object);
  release(handleOf(object) as number);
}

const LONG = 'a key that is too long to be in an entry';

test('SharedDict gives back what its entries took, whatever takes them out', () => {
  const dict = new SharedDict<Key, unknown>();
  const before = usage();
  const ways: readonly (() => void)[] = [
    () => {
      while (dict.popitem() !== undefined);
    },
    () => {
      for (const key of dict.keys()) assert.ok(dict.delete(key));
    },
    () => {
      for (const key of dict.keys()) dict.pop(key);
    },
    () => {
      for (const key of [...dict.keys()].toReversed()) dict.update(key, (value) => [value]);
      dict.merge([...dict.keys()].map((key) => [key, { key }] as const));
      for (const key of dict.keys()) dict.set(key, `text ${String(key)}`);
      dict.clear();
    },
  ];
  for (const way of ways) {
    for (let i = 0; i < 100; i += 1) {
      dict
        .set(i, { i })
        .set(`${LONG} ${i}`, 'text')
        .set(BigInt(i) ** 20n, i);
      dict.setdefault(`${i}`, [i]);
      dict.setdefault(i, [i]);
    }
    assert.equal(dict.toMap().size, dict.size);
    assert.equal([...dict.values()].length, dict.size);
    way();
    dict.clear();
    assert.deepEqual(usage(), before);
  }
});

test('SharedDict that becomes empty key by key keeps nothing large', () => {
  const dict = new SharedDict<number, number>();
  const before = usage();
  for (let i = 0; i < 10_000; i += 1) dict.set(i, i);
  assert.ok(usage().bytes > before.bytes + 100_000);
  for (let i = 0; i < 10_000; i += 1) dict.delete(i);
  assert.deepEqual(usage(), before);
});

test('SharedDict and Namespace() let go of all with the last reference to them', () => {
  const before = usage();
  const value = new Value('i32');
  const withValue = usage();
  const dict = new SharedDict<string, unknown>({ [LONG]: 'text', value, deep: [{ value }] });
  letGo(dict);
  assert.deepEqual(usage(), withValue);
  letGo(Namespace({ [LONG]: 'text', value, deep: [{ value }] }));
  assert.deepEqual(usage(), withValue);
  letGo(value);
  assert.deepEqual(usage(), before);
});

test('SharedDict keeps lists and dicts alive that are in it, and a long chain of such', () => {
  const before = usage();
  const made: object[] = [];
  let inner: unknown = new SharedDict({ a: 'innermost' });
  made.push(inner as object);
  for (let i = 0; i < 10_000; i += 1) {
    inner = i % 2 === 0 ? new SharedList([inner]) : new SharedDict({ inner });
    made.push(inner as object);
  }
  for (const object of made.slice(0, -1)) letGo(object);
  for (let i = 0; i < 10_000; i += 1) {
    inner =
      inner instanceof SharedList
        ? inner.at(0)
        : (inner as SharedDict<string, unknown>).get('inner');
  }
  assert.deepEqual((inner as SharedDict<string, unknown>).toObject(), { a: 'innermost' });
  letGo(made.at(-1) as object);
  assert.deepEqual(usage(), before);
});

test('SharedDict leaves nothing behind when something is wrong', () => {
  const dict = new SharedDict<Key, unknown>({ a: 1 });
  const before = usage();
  const wrong = new Promise(() => {});
  const fail = (): never => {
    throw new RangeError('Cannot go on');
  };
  const acts: readonly (() => unknown)[] = [
    () => new SharedDict<string, unknown>({ [LONG]: ['text'], wrong }),
    () => new SharedDict([[LONG, 1], 5] as never),
    () => Namespace({ [LONG]: ['text'], wrong }),
    () => dict.merge({ [LONG]: ['text'], wrong }),
    () =>
      dict.merge([
        [LONG, ['text']],
        [{}, 1],
      ] as never),
    () => dict.set(LONG, ['text', wrong]),
    () => dict.update(LONG, fail),
    () => dict.update('a', () => ['text', wrong]),
    () => dict.transaction(fail),
  ];
  for (const act of acts) {
    assert.throws(act, Error);
    assert.deepEqual(usage(), before, String(act));
  }
});

test('SharedDict is as it was when the shared memory is full', async () => {
  const ran = await runProgram(
    `import { SharedDict, SharedList } from 'heddle/shared';
    const dict = new SharedDict<string, unknown>({ old: 'value' });
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
    fill('x'.repeat(2 ** 20));
    fill({ text: 'x'.repeat(1000) });
    fill([1]);
    fill(2.5);
    const long = 'a key that is too long to be in an entry';
    const many = Array.from({ length: 50 }, (_, i) => [long + i, i] as const);
    const acts = [
      () => dict.set('old', { a: 1 }),
      () => dict.set(long, 1),
      () => dict.merge(many),
      () => dict.merge([['old', 1], ...many]),
      () => dict.setdefault(long, 1),
      () => dict.update(long, () => 1),
    ];
    console.log(acts.map(codeOf).join());
    console.log(JSON.stringify(dict), dict.size);
    list.clear();
    dict.merge([['old', 1], ...many]);
    console.log(dict.size, dict.get('old'), dict.get(long + 49));`,
    { env: { HEDDLE_ARENA_MB: '64' } },
  );
  const code = 'ERR_HEDDLE_OUT_OF_MEMORY';
  const expected = [Array.from({ length: 6 }, () => code).join(), '{"old":"value"} 1', '51 1 49'];
  assert.deepEqual(ran.stdout.trimEnd().split('\n'), expected, ran.stderr);
});

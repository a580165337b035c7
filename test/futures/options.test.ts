// What executors and pools refuse to be told, before anything is done.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { asCompleted, ThreadPoolExecutor, wait } from 'heddle/futures';
import { Pool, ThreadPool } from 'heddle/multiprocessing';

const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
after(() => executor.shutdownAsync());

const give = <T>(value: T): T => value;
/** What is no object of options, and how messages show it. */
const NO_OPTIONS: readonly (readonly [unknown, string])[] = [
  [5, '5'],
  [true, 'true'],
  [null, 'null'],
  ['5s', "'5s'"],
  [[[1]], '\\[ \\[ 1 \\] \\]'],
];

test('Executor.map() refuses what is no array of iterables, and says what to write', () => {
  const refused: [unknown, RegExp][] = [
    [[1, 2, 3], /^TypeError: Cannot map over \[ 1, 2, 3 \] as 1 in it .*\nWrite map\(fn, \[/],
    [[[1, 2], null], /^TypeError: Cannot map over .* as null in it .*\nWrite map\(fn, \[/],
    [[{ size: 1 }], /^TypeError: Cannot map over .* as \{ size: 1 \} in it .*\nWrite map\(fn, \[/],
    [
      Array.from({ length: 99 }, (_, i) => i),
      /^TypeError: Cannot map over \[ 0, .*more items \] as 0 /,
    ],
    [5, /^TypeError: Cannot map over 5 as it is not an array.*\nWrite map\(fn, \[/],
    [undefined, /^TypeError: Cannot map over undefined as it is not an array/],
    [new Set([[1]]), /^TypeError: Cannot map over Set.* as it is not an array/],
  ];
  for (const [iterables, message] of refused) {
    assert.throws(() => executor.map(give, iterables as never), message);
  }
  assert.throws(() => executor.map(5 as never, [[1]]), /^TypeError: .* 5 .*not a function/);
  const joined = executor.map((...all) => all.join(''), ['ab', new Set([1, 2])]);
  assert.deepEqual([joined.next().value, joined.next().value], ['a1', 'b2']);
});

test('Executor.map() refuses options that are no object', () => {
  for (const [options, shown] of NO_OPTIONS) {
    const message = new RegExp(
      `^TypeError: Cannot map with ${shown} as an object .*\nWrite map\\(`,
    );
    assert.throws(() => executor.map(give, [[1]], options as never), message);
  }
});

test('Executor.shutdown() refuses options that are no object, and changes nothing', async () => {
  for (const [options, shown] of [...NO_OPTIONS, [false, 'false'] as const]) {
    const message = new RegExp(
      `^TypeError: Cannot shut an executor down with ${shown} as .*\n.*shutdown\\(\\{ wait: f`,
    );
    assert.throws(() => executor.shutdown(options as never), message);
    await assert.rejects(executor.shutdownAsync(options as never), message);
  }
  assert.equal(executor.submit(give, 1).result('15s'), 1);
});

test('wait() and asCompleted() refuse options that are no object', () => {
  for (const [options, shown] of NO_OPTIONS) {
    const message = (cure: string): RegExp =>
      new RegExp(`^TypeError: Cannot wait with ${shown} as an object .*\nWrite ${cure}\\(`);
    assert.throws(() => wait([], options as never), message('wait'));
    assert.throws(() => asCompleted([], options as never), message('asCompleted'));
  }
  assert.deepEqual(wait([], {}), { done: new Set(), notDone: new Set() });
  assert.deepEqual([...asCompleted([], {})], []);
});

test('ThreadPoolExecutor refuses options that are no object, and null as maxWorkers', () => {
  for (const [options, shown] of NO_OPTIONS) {
    const message = new RegExp(
      `^TypeError: Cannot make an executor with ${shown} as an object .*\n.*maxWorkers`,
    );
    assert.throws(() => new ThreadPoolExecutor(options as never), message);
  }
  const maxWorkers = null as never;
  assert.throws(() => new ThreadPoolExecutor({ maxWorkers }), /^TypeError: .* null workers/);
});

test('options of pools: null is no number of workers', () => {
  for (const make of [ThreadPool, Pool]) {
    assert.throws(() => new make(null as never), /^TypeError: .* null workers/);
  }
});

test('options of pools: maxMemoryPerChild is a whole number of bytes', () => {
  for (const maxMemoryPerChild of [0.5, 0, -1, 1.5, NaN, Infinity]) {
    assert.throws(
      () => new ThreadPool(1, { maxMemoryPerChild }),
      /^RangeError: .*maxMemoryPerChild/,
    );
  }
  for (const maxMemoryPerChild of ['1', null] as never[]) {
    assert.throws(
      () => new ThreadPool(1, { maxMemoryPerChild }),
      /^TypeError: .*maxMemoryPerChild/,
    );
  }
  new ThreadPool(1, { maxMemoryPerChild: 2 ** 40 }).terminate();
});

test('options of tasks: a buffer is once in transfer', () => {
  const pool = new ThreadPool(1);
  const [one, other] = [new ArrayBuffer(1), new ArrayBuffer(2)];
  assert.throws(
    () => pool.apply(give<ArrayBuffer>, [one], { transfer: [one, other, one] }),
    /^TypeError: Cannot transfer ArrayBuffer .* twice/,
  );
  assert.deepEqual([one.byteLength, other.byteLength], [1, 2]);
  assert.equal(pool.apply(give<ArrayBuffer>, [one], { transfer: [one, other] }).byteLength, 1);
  pool.terminate();
});

// How calls travel. A function has a block of its own from the third time on; so what a call gives
// must be the same the first times and after.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool, ThreadPool, currentTask } from 'heddle/multiprocessing';
import { TransferError } from 'heddle';
import { arena, family } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';
import { until } from '../support/until.ts';

const TIMES = 4;

const sparse: unknown[] = [];
sparse[1] = 1;
const ARGUMENTS: readonly unknown[][] = [
  [],
  [1],
  [-0],
  [NaN],
  [undefined, null],
  [true, false],
  [1, 2, 3],
  ['a'],
  [1n, 2],
  [{ a: [1] }, 2],
  [() => 1],
  // The slots of other things are such numbers.
  [Number.MIN_VALUE, 2 ** 33 * Number.MIN_VALUE],
  sparse,
];

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;

  test(`storeCall has a ${name} give the same however the arguments travel`, () => {
    const pool = new Kind(1);
    try {
      for (const args of ARGUMENTS) {
        const count = (...all: unknown[]): number => all.length;
        const give = (...all: unknown[]): unknown[] => all.filter((x) => typeof x !== 'function');
        for (let i = 0; i < TIMES; i++) {
          assert.equal(pool.apply(count, args), args.length);
          // Filled, as arguments have no holes.
          const wanted = Array.from(args).filter((x) => typeof x !== 'function');
          assert.deepEqual(pool.apply(give, args), wanted);
        }
      }
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`storeCall has a ${name} refuse what cannot travel, each time`, async () => {
    const pool = new Kind(1);
    const home = Kind === Pool ? family() : arena;
    const give = (x: unknown): unknown => x;
    try {
      for (let i = 0; i < TIMES; i++) assert.equal(pool.apply(give, [i]), i);
      const before = usageIn(home).blocks;
      for (let i = 0; i < TIMES; i++) {
        assert.throws(() => pool.apply(give, [new WeakRef({})]), TransferError);
        assert.throws(() => pool.apply(give, new Proxy<[unknown]>([1], {})), TransferError);
        assert.equal(pool.apply(give, ['text']), 'text');
        assert.equal(pool.apply(give, [i]), i);
      }
      await until(() => usageIn(home).blocks <= before, 'what was sent to be given back');
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`callOf has a ${name} try again with the same arguments`, () => {
    const pool = new Kind(1, { retries: 1 });
    const run = (isFatal: boolean, n: number): unknown => {
      if (isFatal && currentTask()?.attempt === 1) process.exit();
      return [currentTask()?.attempt, n];
    };
    try {
      for (let i = 0; i < TIMES; i++) assert.deepEqual(pool.apply(run, [false, i]), [1, i]);
      assert.deepEqual(pool.apply(run, [true, 7]), [2, 7]);
    } finally {
      pool.terminate();
      pool.join();
    }
  });
}

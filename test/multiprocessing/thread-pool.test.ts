import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ThreadPool, WorkerDiedError } from 'heddle/multiprocessing';
import { add, fail, leave, square } from './pool-tasks.ts';

describe('ThreadPool', () => {
  const pool = new ThreadPool(2);
  after(() => pool.terminate());

  test('apply() gives what the function returns, awaited', () => {
    assert.equal(pool.apply(add, [1, 2]), 3);
    assert.equal(
      pool.apply(async (n: number) => n + 1, [41]),
      42,
    );
  });

  test('apply() throws what the function throws', () => {
    assert.throws(() => pool.apply(fail, ['bad']), new RangeError('bad'));
  });

  test('apply() throws a WorkerDiedError when the worker ends in the task, and the pool goes on', () => {
    assert.throws(
      () => pool.apply(leave, [3]),
      (error) => error instanceof WorkerDiedError && error.exitCode === 3,
    );
    assert.equal(pool.apply(square, [3]), 9);
  });

  test('map() gives the results in the order of the items', () => {
    assert.deepEqual(
      pool.map(square, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      [1, 4, 9, 16, 25, 36, 49, 64, 81],
    );
  });

  test('applyAsync() gives a result that can be awaited', async () => {
    assert.equal(await pool.applyAsync(square, [7]), 49);
  });
});

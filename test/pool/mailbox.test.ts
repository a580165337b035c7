import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { ThreadPool } from 'heddle/multiprocessing';

const KEEP_MS = 1000;

test('ThreadPool.applyAsync() is answered though the timers of the program stand still', async () => {
  const pool = new ThreadPool(1);
  const keepAlive = setInterval(() => {}, KEEP_MS);
  try {
    assert.equal(await pool.applyAsync((n: number) => n + 1, [1]), 2);
    mock.timers.enable({ apis: ['setImmediate', 'setTimeout', 'setInterval'] });
    assert.equal(await pool.applyAsync((n: number) => n + 1, [2]), 3);
  } finally {
    mock.timers.reset();
    clearInterval(keepAlive);
    pool.terminate();
    await pool.joinAsync();
  }
});

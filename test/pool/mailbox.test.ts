import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { ThreadPool } from 'heddle/multiprocessing';

test('Mailbox hears of tasks though the timers of the program stand still', async () => {
  const pool = new ThreadPool(1);
  // Keeps the program alive, as no timer does.
  const { port1 } = new MessageChannel();
  port1.ref();
  try {
    assert.equal(await pool.applyAsync((n: number) => n + 1, [1]), 2);
    mock.timers.enable({ apis: ['setImmediate', 'setTimeout', 'setInterval'] });
    assert.equal(await pool.applyAsync((n: number) => n + 1, [2]), 3);
  } finally {
    mock.timers.reset();
    port1.close();
    pool.terminate();
    await pool.joinAsync();
  }
});

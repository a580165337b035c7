// SimpleQueue: what it has in common with a Queue, and what it has not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Empty, SimpleQueue, TransferError } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { turn, until } from '../support/until.ts';

test('SimpleQueue gives items first in, first out, and counts them', async () => {
  const queue = new SimpleQueue<unknown>();
  assert.deepEqual([queue.qsize(), queue.empty()], [0, true]);
  for (const item of [1, 'two', { three: 3 }]) queue.put(item);
  queue.putNowait(() => 4);
  assert.deepEqual([queue.qsize(), queue.empty()], [4, false]);
  assert.deepEqual(
    [queue.get(), queue.getNowait(), await queue.getAsync()],
    [1, 'two', { three: 3 }],
  );
  assert.equal((queue.get() as () => number)(), 4);
});

test('SimpleQueue.get() gives up when the time is up', async () => {
  const queue = new SimpleQueue();
  assert.throws(() => queue.getNowait(), Empty);
  assert.throws(() => queue.get({ blocking: false, timeout: -1 }), Empty);
  assert.throws(() => queue.get({ timeout: '5ms' }), Empty);
  await assert.rejects(queue.getAsync({ timeout: '5ms' }), Empty);
  assert.throws(() => queue.get({ timeout: -1 }), RangeError);
});

test('SimpleQueue.get() blocks until another thread puts', async () => {
  const queue = new SimpleQueue<number>({ name: 'belt' });
  const thread = new Thread({ target: () => queue.get() }).start();
  await until(() => thread.waitingFor === 'SimpleQueue "belt"', 'the wait for an item');
  queue.put(1);
  assert.equal(await thread.resultAsync(), 1);
  new Thread({ target: () => queue.put(2) }).start();
  assert.equal(queue.get({ timeout: 15 }), 2);
});

test('SimpleQueue.getAsync() that is aborted takes nothing', async () => {
  const queue = new SimpleQueue<number>();
  const controller = new AbortController();
  const doomed = queue.getAsync({ signal: controller.signal });
  await turn();
  queue.put(1);
  controller.abort('enough');
  await assert.rejects(doomed, (reason) => reason === 'enough');
  assert.equal(queue.get(), 1);
});

test('SimpleQueue.put() refuses what cannot travel, and keeps no account of tasks', () => {
  const queue = new SimpleQueue<unknown>();
  assert.throws(() => queue.put(new WeakRef({})), TransferError);
  assert.equal(queue.qsize(), 0);
  for (const member of ['taskDone', 'join', 'shutdown', 'full', 'maxsize']) {
    assert.equal(member in queue, false);
  }
});

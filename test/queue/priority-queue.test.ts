// PriorityQueue: the contract, and what a priority may be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PriorityQueue } from 'heddle/queue';
import { queueContract } from '../contracts/queue.contract.ts';
import { threads } from '../contracts/world.ts';

queueContract({
  name: 'PriorityQueue',
  make: (maxsize, options) => new PriorityQueue(maxsize, options),
  order: [1, 2, 3],
  world: threads,
});

function all<T>(queue: PriorityQueue<T>): T[] {
  return Array.from({ length: queue.qsize() }, () => queue.getNowait());
}

test('PriorityQueue takes pairs, objects with a priority, numbers and strings', () => {
  class Job {
    readonly priority: number;
    constructor(priority: number) {
      this.priority = priority;
    }
  }
  const queue = new PriorityQueue<unknown>();
  for (const item of [[3, 'c'], { priority: 1, of: 'a' }, 2.5, new Job(-1), -0, 0]) queue.put(item);
  const [job, ...rest] = all(queue);
  assert.equal((job as Job).priority, -1);
  assert.deepEqual(rest, [-0, 0, { priority: 1, of: 'a' }, 2.5, [3, 'c']]);
  for (const item of [['b', 1], 'a', { priority: 'B' }, 'ü', 'aa', '']) queue.put(item);
  assert.deepEqual(all(queue), ['', { priority: 'B' }, 'a', 'aa', ['b', 1], 'ü']);
});

test('PriorityQueue gives equal priorities in the order of their arrival', () => {
  for (const priority of [7, 'same']) {
    const queue = new PriorityQueue<[number | string, number]>();
    for (let n = 0; n < 100; n++) {
      queue.put([priority, n]);
      if (n % 3 === 0) queue.put([typeof priority === 'number' ? 1 : 'a', -1]);
    }
    const order = all(queue).map(([, n]) => n);
    assert.deepEqual(
      order.filter((n) => n >= 0),
      Array.from({ length: 100 }, (_, n) => n),
    );
    assert.equal(order.lastIndexOf(-1), order.indexOf(0) - 1);
  }
});

test('PriorityQueue.put() refuses what has no priority, and changes nothing', async () => {
  const queue = new PriorityQueue<unknown>();
  const items = [
    undefined,
    null,
    true,
    NaN,
    5n,
    Symbol.iterator,
    {},
    [],
    [1],
    [1, 2, 3],
    [NaN, 1],
    [[1], 1],
    { priority: NaN },
    { priority: {} },
    () => 1,
  ];
  for (const item of items) {
    assert.throws(() => queue.put(item), TypeError);
    await assert.rejects(queue.putAsync(item), TypeError);
  }
  assert.deepEqual([queue.qsize(), queue.unfinishedTasks], [0, 0]);
});

test('PriorityQueue.put() refuses a string among numbers, and a number among strings', () => {
  const queue = new PriorityQueue<unknown>();
  queue.put(1);
  assert.throws(() => queue.put('one'), TypeError);
  assert.throws(() => queue.put(['one', 1]), TypeError);
  assert.deepEqual([queue.qsize(), queue.get()], [1, 1]);
  queue.put('one');
  assert.throws(() => queue.put(1), TypeError);
  assert.deepEqual([queue.unfinishedTasks, queue.get()], [2, 'one']);
});

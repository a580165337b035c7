// wait() for futures of several executors, and what it refuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessPoolExecutor, ThreadPoolExecutor, asCompleted, wait } from 'heddle/futures';
import type { Future } from 'heddle/futures';
import { Event } from 'heddle/multiprocessing';

const give = (n: number): number => n;

test('wait() and asCompleted() take futures of threads and of processes together', async () => {
  const executors = [
    new ThreadPoolExecutor({ maxWorkers: 1 }),
    new ProcessPoolExecutor({ maxWorkers: 1 }),
  ];
  try {
    for (let round = 0; round < 3; round++) {
      const futures = executors.map((executor, i) => executor.submit(give, i));
      const { done, notDone } = wait(futures, { timeout: '30s' });
      assert.deepEqual([[...done], notDone.size], [futures, 0]);
      const others = executors.map((executor, i) => executor.submit(give, i));
      const ended = [...asCompleted(others, { timeout: '30s' })];
      assert.deepEqual(new Set(ended), new Set(others));
    }
    const go = new Event();
    const late = executors.map((executor) => executor.submit(() => go.wait(15)));
    const found = wait(late, { timeout: 0.05 });
    assert.deepEqual([found.done.size, [...found.notDone]], [0, late]);
    go.set();
    assert.equal(wait(late, { timeout: '15s' }).done.size, 2);
  } finally {
    await Promise.all(executors.map((executor) => executor.shutdownAsync()));
  }
});

test('wait() refuses what is no future, and a reason that there is not', () => {
  assert.throws(() => wait([Promise.resolve(1) as never]), /^TypeError: Cannot wait for Promise/);
  assert.throws(() => wait([], { returnWhen: 'soon' as never }), /^RangeError: .*'soon'/);
  assert.deepEqual(wait(new Set<Future<number>>()), { done: new Set(), notDone: new Set() });
});

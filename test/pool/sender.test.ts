// What a caller takes back of a map: of a chunk that runs, the items after the one at which it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Event, Pool, ThreadPool, Value } from 'heddle/multiprocessing';

// A chunk is split after half a second.
const SPLIT_MS = 600;

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;
  const opened = (t: TestContext): ThreadPool | Pool => {
    const pool = new Kind(1);
    t.after(() => {
      pool.terminate();
      pool.join();
    });
    return pool;
  };

  // A pool of one, at the first item of a map over 1, 2, 3 and on.
  const held = (): { item: (n: number) => number; runs: Event; go: Event; ran: Value<'i32'> } => {
    const [runs, go, ran] = [new Event(), new Event(), new Value('i32')];
    const item = (n: number): number => {
      ran.update((count) => count + 1);
      if (n === 1) {
        runs.set();
        go.wait();
      }
      return n;
    };
    return { item, runs, go, ran };
  };

  test(`Sender has a ${name} run no further item of a map that is cancelled`, (t) => {
    const pool = opened(t);
    const { item, runs, go, ran } = held();
    const result = pool.mapAsync(item, [1, 2, 3, 4], { chunksize: 2 });
    runs.wait();
    assert.equal(result.cancel(), true);
    assert.throws(() => result.get(), { code: 'ERR_HEDDLE_CANCELLED' });
    go.set();
    pool.close();
    pool.join();
    assert.equal(ran.value, 1);
  });

  test(`Sender cancels no map of a ${name} all parts of which have begun`, (t) => {
    const pool = opened(t);
    const { item, runs, go } = held();
    const result = pool.mapAsync(item, [1, 2, 3], { chunksize: 3 });
    runs.wait();
    assert.equal(result.cancel(), false);
    go.set();
    assert.deepEqual(result.get(), [1, 2, 3]);
    assert.equal(result.cancel(), false);
  });

  test(`Sender cancels a map of a ${name} of which a part waits that was split off`, (t) => {
    const pool = opened(t);
    const { item, runs, go, ran } = held();
    const slow = (n: number): number => {
      const until = n === -1 ? performance.now() + SPLIT_MS : 0;
      while (performance.now() < until);
      return item(n);
    };
    // Four chunks of two: the first is split after its first item, the rest of it comes last.
    const result = pool.mapAsync(slow, [-1, 0, 2, 3, 4, 5, 6, 1]);
    runs.wait();
    assert.equal(result.cancel(), true);
    go.set();
    pool.close();
    pool.join();
    assert.equal(ran.value, 7);
  });

  test(`Sender has a ${name} run no further item of a lazy map that is left`, (t) => {
    const pool = opened(t);
    const { item, runs, go, ran } = held();
    const results = pool.imap(item, [1, 2, 3], { chunksize: 3 });
    runs.wait();
    results.return();
    go.set();
    pool.close();
    pool.join();
    assert.equal(ran.value, 1);
  });

  test(`Sender lets the item end that a ${name} runs when its map is cancelled`, (t) => {
    const pool = opened(t);
    const { item, runs, go } = held();
    const ended = new Event();
    const whole = (n: number): void => {
      item(n);
      ended.set();
    };
    const result = pool.mapAsync(whole, [1, 2], { chunksize: 1, grace: 0 });
    runs.wait();
    assert.equal(result.cancel(), true);
    go.set();
    assert.equal(ended.wait('30s'), true);
  });
}

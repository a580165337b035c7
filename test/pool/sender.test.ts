// What a caller takes back of a map: of a chunk that runs, the items after the one at which it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Event, Pool, ThreadPool, TimeoutError, Value, currentTask } from 'heddle/multiprocessing';

// A chunk is split after half a second.
const SPLIT_MS = 600;

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;
  const opened = (t: TestContext, workers = 1): ThreadPool | Pool => {
    const pool = new Kind(workers);
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
      const endMs = n === -1 ? performance.now() + SPLIT_MS : 0;
      while (performance.now() < endMs);
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

  test(`Sender cancels no map of a ${name} whose only item has had its time`, async (t) => {
    const pool = opened(t);
    const runs = new Event();
    const spin = (): never => {
      runs.set();
      for (;;);
    };
    const result = pool.mapAsync(spin, [1], { timeout: '50ms' });
    runs.wait();
    // Its worker is condemned meanwhile, and takes its time to end.
    while (!result.ready()) assert.equal(result.cancel(), false);
    await assert.rejects(async () => result, TimeoutError);
  });

  test(`Sender sends nothing of a ${name} that reading it has aborted`, async (t) => {
    const pool = opened(t);
    const { item, ran } = held();
    const abort = new AbortController();
    const aborting = {
      get now(): number {
        abort.abort(new RangeError('now'));
        return 2;
      },
    };
    const { signal } = abort;
    const call = (n: number | { now: number }): number => item(typeof n === 'number' ? n : n.now);
    const results = [
      pool.mapAsync(call, [2, aborting, 3, 4], { chunksize: 2, signal }),
      pool.applyAsync(call, [aborting], { signal }),
    ];
    for (const result of results) await assert.rejects(async () => result, new RangeError('now'));
    pool.close();
    pool.join();
    assert.equal(ran.value, 0);
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
    assert.deepEqual([pool.stats.completed, pool.stats.failed], [1, 0]);
  });

  test(`Sender lets the item end that a ${name} runs when its map is cancelled`, (t) => {
    const pool = opened(t, 2);
    const { item, runs, go } = held();
    const [gate, ended] = [new Event(), new Event()];
    const whole = (n: number): void => {
      item(n);
      if (currentTask()?.signal.aborted === false) ended.set();
    };
    const other = pool.applyAsync(() => gate.wait());
    const result = pool.mapAsync(whole, [1, 2], { chunksize: 1, grace: 0 });
    runs.wait();
    assert.equal(result.cancel(), true);
    gate.set();
    other.get();
    // The supervisor has looked after both workers when it has stopped one.
    const spin = (): never => {
      for (;;);
    };
    assert.throws(() => pool.apply(spin, [], { timeout: 1 }), TimeoutError);
    go.set();
    pool.close();
    pool.join();
    assert.equal(ended.isSet(), true);
  });

  test(`Sender cancels no map of a ${name} whose results are there, in parts too`, (t) => {
    const pool = opened(t);
    const slow = (n: number): number => {
      const endMs = n === -1 ? performance.now() + SPLIT_MS : 0;
      while (performance.now() < endMs);
      return n;
    };
    for (const items of [
      [1, 2, 3],
      [-1, 0, 1, 2, 3, 4, 5, 6],
    ]) {
      const before = pool.stats.completed;
      const result = pool.mapAsync(slow, items);
      // The event loop, which would take them in, does not turn meanwhile.
      while (pool.stats.completed < before + items.length);
      assert.equal(result.cancel(), false);
      assert.deepEqual(result.get(), items);
    }
  });
}

// asCompleted(): order, both kinds of loops, and what leaving them does.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { asCompleted, Future, ThreadPoolExecutor, TimeoutError } from 'heddle/futures';
import { Event } from 'heddle/threading';

const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
after(() => executor.shutdownAsync());

const give = (n: number): number => n;

test('asCompleted() gives what is done before what is not, and blocks for that', () => {
  const go = new Event();
  const slow = executor.submit(() => {
    go.wait(15);
    return 1;
  });
  const quick = executor.submit(give, 2);
  const seen: Future<number>[] = [];
  for (const future of asCompleted([slow, quick])) {
    seen.push(future);
    go.set();
  }
  assert.deepEqual(seen, [quick, slow]);
});

test('asCompleted() gives the futures themselves to for await, whose loop turns', async () => {
  const go = new Event();
  const slow = executor.submit(() => {
    if (!go.wait(15)) throw new Error('nobody let it go');
    return 1;
  });
  setImmediate(() => go.set());
  const failed = executor.submit((): number => {
    throw new RangeError('Cannot');
  });
  const seen: unknown[] = [];
  for await (const future of asCompleted([slow, failed])) {
    assert.ok((future as unknown) instanceof Future);
    seen.push(future);
  }
  assert.deepEqual(new Set(seen), new Set<unknown>([slow, failed]));
});

test('asCompleted() with for await throws when the time is up, and may be left', async () => {
  const go = new Event();
  const futures = [executor.submit(() => go.wait(15)), executor.submit(() => go.wait(15))];
  await assert.rejects(async () => {
    for await (const future of asCompleted(futures, { timeout: '20ms' })) assert.ok(future);
  }, TimeoutError);
  go.set();
  for await (const future of asCompleted(futures)) {
    assert.ok(futures.includes(future as never));
    break;
  }
  for (const future of asCompleted(futures)) {
    assert.ok(futures.includes(future));
    break;
  }
});

test('asCompleted() checks its futures and its time at once', () => {
  assert.throws(() => asCompleted([7 as never]), TypeError);
  assert.throws(() => asCompleted([], { timeout: NaN }), TypeError);
  assert.deepEqual([...asCompleted([])], []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool, RuntimeError, ThreadPool } from 'heddle/multiprocessing';
import { Event, Thread } from 'heddle/threading';
import { turn } from '../support/until.ts';

const square = (n: number): number => n * n;
const numbers = Array.from({ length: 100 }, (_, n) => n);
const squares = numbers.map((n) => square(n));

async function* later(items: readonly number[]): AsyncGenerator<number> {
  for (const item of items) {
    await turn();
    yield item;
  }
}

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;

  test(`keepInputs() has a ${name} that is closed take what imap() has not sent`, () => {
    const pool = new Kind(2);
    const results = pool.imap(square, numbers);
    const all = pool.imapUnordered(square, numbers.values());
    pool.close();
    assert.deepEqual([...results], squares);
    assert.deepEqual(
      [...all].toSorted((a, b) => a - b),
      squares,
    );
    assert.throws(() => pool.imap(square, []), /^RuntimeError: .* as it was closed/);
    assert.throws(() => pool.map(square, []), /^RuntimeError: .* as it was closed/);
    pool.join();
  });

  test(`drainInputs() sends all that imap() has left before join() of a ${name}`, async () => {
    const pool = new Kind(2);
    const results = [pool.imap(square, numbers), pool.imap(square, numbers.values())];
    pool.close();
    pool.join();
    for (const result of results) assert.deepEqual([...result], squares);
    const other = new Kind(2);
    const late = other.imap(square, later(numbers));
    const mapped = other.mapAsync(square, later(numbers));
    other.close();
    assert.throws(() => other.join(), /^RuntimeError: .* asynchronous iterable/);
    await other.joinAsync();
    const got: number[] = [];
    for await (const result of late) got.push(result);
    assert.deepEqual([got, await mapped], [squares, squares]);
  });
}

test('drainFinite() ends what may have no end, and finishes the rest', async () => {
  function* endless(): Generator<number> {
    for (let n = 0; ; n++) yield n;
  }
  const pool = new ThreadPool(2);
  pool.imap(square, endless()).next();
  const results = pool.imap(square, numbers);
  await pool[Symbol.asyncDispose]();
  assert.deepEqual([...results], squares);
});

test('endInput() lets a closed pool end whose lazy maps are left early', () => {
  const pool = new ThreadPool(2);
  const results = pool.imap(square, numbers);
  pool.close();
  assert.equal(results.next().value, 0);
  results.return();
  pool.join();
  assert.equal(pool.stats.workers, 0);
});

test('takesInputs() holds for the thread that closed the pool, until that is gone', () => {
  const pool = new ThreadPool(2);
  const started = new Event();
  const go = new Event();
  const target = (shared: ThreadPool): unknown => {
    const results = shared.imap((n: number) => n, Array<number>(100).fill(1));
    started.set();
    go.wait();
    results.next();
    shared.close();
    return results.next().value;
  };
  const thread = new Thread({ target, args: [pool] }).start();
  started.wait();
  go.set();
  assert.equal(thread.result(), 1);
  assert.throws(() => pool.apply(() => 1), /^RuntimeError: .* as it was closed/);
  pool.join();
  assert.equal(pool.stats.workers, 0);
});

test('drainInputs() cuts off who closed the pool where another thread waits for it', async () => {
  const pool = new ThreadPool(2);
  const results = pool.imap(square, numbers);
  results.next();
  pool.close();
  const target = (shared: ThreadPool): void => shared.join();
  const joined = new Thread({ target, args: [pool] }).start();
  assert.equal(await joined.joinAsync({ timeout: 30 }), true);
  assert.throws(() => [...results], /^RuntimeError: .* as it was closed/);
  // In a task of another pool, whose worker goes on.
  const [other, outer] = [new ThreadPool(2), new ThreadPool(1)];
  outer.apply(
    (inner: ThreadPool) => {
      inner.imap((n: number) => n, Array<number>(100).fill(1)).next();
      inner.close();
    },
    [other],
  );
  await other.joinAsync();
  outer.terminate();
});

test('drainInputs() lets the event loop turn where it does not block', async () => {
  const pool = new ThreadPool(2, { maxQueue: 2 });
  const gate = new Event();
  const gated = (n: number): number => {
    gate.wait();
    return n * n;
  };
  const results = pool.imap(gated, numbers);
  pool.close();
  const joined = pool.joinAsync();
  // The rest finds room behind the gate only, which nobody opens if the loop stands still.
  setImmediate(() => gate.set());
  await joined;
  assert.deepEqual([...results], squares);
});

test('drainInputs() ends with an endless map where the pool is terminated', async () => {
  async function* endless(): AsyncGenerator<number> {
    for (let n = 0; ; n++) {
      await turn();
      yield n;
    }
  }
  const pool = new ThreadPool(2);
  const results = pool.imap(square, endless());
  pool.close();
  const joined = pool.joinAsync();
  for (let i = 0; i < 20; i++) await turn();
  pool.terminate();
  await joined;
  const thrown = async (): Promise<void> => {
    for await (const result of results) assert.ok(result >= 0);
  };
  await assert.rejects(thrown, RuntimeError);
  results.return();
});

test('openInput() reads nothing for a signal that was aborted before', async () => {
  const pool = new ThreadPool(1);
  let reads = 0;
  async function* endless(): AsyncGenerator<number> {
    for (;;) {
      await turn();
      yield reads++;
    }
  }
  const signal = AbortSignal.abort(new RangeError('before'));
  const told: unknown[] = [];
  const errorCallback = (): unknown => told.push(result.ready());
  const result = pool.mapAsync(square, endless(), { signal, errorCallback });
  await assert.rejects(async () => result, /^RangeError: before$/);
  assert.deepEqual([reads, told], [0, [true]]);
  pool.terminate();
});

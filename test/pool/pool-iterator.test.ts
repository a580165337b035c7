// The end of a lazy map, which must not keep the program, and a slow item in the midst of one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadPool } from 'heddle/multiprocessing';
import { runProgram } from '../support/run.ts';

test('PoolIterator lets the program end where its input ends after the last result', async () => {
  const ran = await runProgram(
    `
    import { ThreadPool } from 'heddle/multiprocessing';
    const pool = new ThreadPool(1);
    const double = (n: number): number => n * 2;
    // One item at a time: the end of the input is read when all results are there.
    const options = { buffersize: 1 };
    console.log([...pool.imap(double, [1, 2], options)]);
    const failing = function* () { yield 1; throw new Error('no more'); };
    try {
      for (const n of pool.imapUnordered(double, failing(), options)) console.log(n);
    } catch (error) {
      console.log((error as Error).message);
    }
    const later = async function* () { yield 1; };
    for await (const n of pool.imap(double, later(), options)) console.log(n);`,
    { limitMs: 20_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['[ 2, 4 ]\n2\nno more\n2\n', '', 0]);
});

// Chunks grow while items are short; a long one makes them so small that what has been read, and
// waits to be sent, is more than they leave room for.
for (const isOrdered of [true, false]) {
  const name = isOrdered ? 'imap' : 'imapUnordered';
  test(`PoolIterator of ${name}() goes on behind an item that takes long`, () => {
    const pool = new ThreadPool(1);
    const count = 3000;
    const read = function* (): Generator<number> {
      for (let n = 0; n < count; n++) yield n;
    };
    for (const long of [100, 408, 716, 870]) {
      const work = (n: number): number => {
        const end = performance.now() + (n === long ? 200 : 0);
        while (performance.now() < end);
        return n;
      };
      const results = pool[name](work, read());
      let sum = 0;
      for (let came = 0; came < count; came++) sum += results.next('30s').value ?? NaN;
      assert.equal(sum, (count * (count - 1)) / 2);
      assert.equal(results.next('30s').done, true);
    }
    pool.terminate();
  });
}

test('PoolIterator.return() throws what the iterator of the items throws as it ends', () => {
  const pool = new ThreadPool(2);
  function* failing(): Generator<number> {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      // oxlint-disable-next-line no-unsafe-finally -- it is what is tested
      throw new RangeError('clean-up');
    }
  }
  const leave = (): void => {
    for (const n of pool.imap((item: number) => item, failing())) if (n === 2) break;
  };
  assert.throws(leave, /^RangeError: clean-up$/);
  pool.terminate();
});

test('PoolIterator.next() throws the reason of a signal once, whatever comes after', async () => {
  const pool = new ThreadPool(1);
  try {
    const abort = new AbortController();
    const asked = Promise.withResolvers<undefined>();
    const item = Promise.withResolvers<number>();
    const source = (async function* source() {
      asked.resolve(undefined);
      yield await item.promise;
    })();
    const results = pool.imap((n: number) => n, source, { signal: abort.signal });
    const iterator = results[Symbol.asyncIterator]();
    const first = iterator.next();
    await asked.promise;
    abort.abort(new RangeError('enough'));
    await assert.rejects(first, new RangeError('enough'));
    item.resolve(1);
    assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  } finally {
    pool.terminate();
    await pool.joinAsync();
  }
});

test('PoolIterator hears of a signal while no item has come, as mapAsync() does', async () => {
  const pool = new ThreadPool(1);
  try {
    const never = async function* never(): AsyncGenerator<number> {
      await new Promise(() => {});
      yield 1;
    };
    const abort = new AbortController();
    const options = { signal: abort.signal };
    const results = pool.imap((n: number) => n, never(), options);
    const first = results[Symbol.asyncIterator]().next();
    const all = pool.mapAsync((n: number) => n, never(), options);
    abort.abort(new RangeError('enough'));
    await assert.rejects(first, new RangeError('enough'));
    await assert.rejects(async () => all, new RangeError('enough'));
  } finally {
    pool.terminate();
    await pool.joinAsync();
  }
});

test('PoolIterator.next() throws the reason of a signal that was aborted before', () => {
  const pool = new ThreadPool(1);
  const signal = AbortSignal.abort(new RangeError('no'));
  const results = pool.imap((n: number) => n, [1, 2], { signal });
  assert.throws(() => results.next(), /^RangeError: no$/);
  assert.deepEqual(results.next(), { done: true, value: undefined });
  pool.terminate();
});

// A chunk of these takes no time, so it grows as far as it may.
const LARGE_BYTES = 256 * 1024;
const FITTING = (64 * 1024 * 1024) / LARGE_BYTES;
const COUNT = 3 * FITTING;
const sizeOf = (item: Buffer): number => item.length;

/** Counts how far a map of large items reads ahead at most, each of which is taken in its turn. */
function watched(): { read: number; take: (size: number) => void; check: () => void } {
  let [taken, most] = [0, 0];
  const counts = {
    read: 0,
    take: (size: number): void => {
      assert.equal(size, LARGE_BYTES);
      taken += 1;
      most = Math.max(most, counts.read - taken);
    },
    check: (): void => {
      assert.equal(taken, COUNT);
      assert.ok(most <= FITTING, `read ${most} ahead`);
    },
  };
  return counts;
}

test('PoolIterator of imap() reads as many items ahead as fit in 64 MiB', () => {
  const pool = new ThreadPool(2);
  const counts = watched();
  function* items(): Generator<Buffer> {
    for (counts.read = 1; counts.read <= COUNT; counts.read++) yield Buffer.alloc(LARGE_BYTES);
  }
  for (const size of pool.imap(sizeOf, items())) counts.take(size);
  counts.check();
  pool.terminate();
});

test('PoolIterator of imapUnordered() reads as many later items ahead', async () => {
  const pool = new ThreadPool(2);
  const counts = watched();
  async function* items(): AsyncGenerator<Buffer> {
    for (counts.read = 1; counts.read <= COUNT; counts.read++) yield Buffer.alloc(LARGE_BYTES);
  }
  for await (const size of pool.imapUnordered(sizeOf, items())) counts.take(size);
  counts.check();
  pool.terminate();
});

test('PoolIterator reads large items ahead as the options say, or a chunk for each worker', () => {
  const pool = new ThreadPool(2);
  let read = 0;
  function* items(): Generator<Buffer> {
    for (read = 1; ; read++) yield Buffer.alloc(LARGE_BYTES);
  }
  const ahead = FITTING + 10;
  for (const options of [{ buffersize: ahead }, { chunksize: ahead / 2 }]) {
    const results = pool.imap(sizeOf, items(), options);
    assert.equal(read, ahead);
    results.return();
  }
  pool.terminate();
});

test('PoolIterator.next() throws for the one item of a chunk that cannot travel', () => {
  const pool = new ThreadPool(1);
  const items = [1, 2, (function* stays() {})(), 4, 5];
  const results = pool.imap((n: unknown) => n, items, { chunksize: items.length });
  const told = items.map(() => {
    try {
      return results.next().value;
    } catch (error) {
      return (error as Error).name;
    }
  });
  pool.terminate();
  assert.deepEqual(told, [1, 2, 'TransferError', 4, 5]);
});

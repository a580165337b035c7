// What a task gives and cannot be sent: its own error tells, and no other's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Event, Pool, Queue, ThreadPool, currentTask } from 'heddle/multiprocessing';
import { registerTransfer } from 'heddle';
import { arena, family } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';
import { until } from '../support/until.ts';

function outcomes(results: Iterable<unknown>): unknown[] {
  const iterator = results[Symbol.iterator]();
  const all: unknown[] = [];
  for (;;) {
    try {
      const { done, value } = iterator.next();
      if (done === true) return all;
      all.push(value);
    } catch (error) {
      all.push(String(error));
    }
  }
}

function failing(n: number): unknown {
  switch (n) {
    case 1:
      return {
        get a(): never {
          throw new RangeError('g');
        },
      };
    case 3: {
      class Unreduced {
        readonly n = 3;
      }
      registerTransfer(Unreduced, {
        reduce: (): number => {
          throw new SyntaxError('r');
        },
        revive: () => new Unreduced(),
      });
      return new Unreduced();
    }
    case 4:
      return {
        get a(): never {
          // oxlint-disable-next-line only-throw-error -- it is what the test is about
          throw 'text';
        },
      };
    case 5:
      return {
        get a(): never {
          // oxlint-disable-next-line only-throw-error -- it is what the test is about
          throw this;
        },
      };
    default:
      return n;
  }
}

function opened(t: TestContext, Kind: typeof ThreadPool | typeof Pool): ThreadPool | Pool {
  const pool = new Kind(1);
  t.after(() => {
    pool.close();
    pool.join();
  });
  return pool;
}

// The result is aborted, and the one worker free for another task.
async function endsAborted(pool: ThreadPool | Pool, result: PromiseLike<unknown>): Promise<void> {
  await assert.rejects(async () => result, { name: 'AbortError' });
  assert.equal(await pool.applyAsync(() => 'free'), 'free');
  pool.close();
  await pool.joinAsync();
}

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;

  test(`Runner fails only those items of a ${name}'s chunk whose results fail to be sent`, (t) => {
    const pool = opened(t, Kind);
    const items = [0, 1, 2, 3, 4, 5, 6];
    const expected = [0, 'RangeError: g', 2, 'SyntaxError: r', 'text'];
    for (const func of [failing, async (n: number) => failing(n)]) {
      const got = outcomes(pool.imap(func, items, { chunksize: items.length }));
      assert.deepEqual(got.toSpliced(5, 1), [...expected, 6]);
      assert.match(String(got[5]), /^TransferError: Cannot send the error of a task/);
    }
    assert.equal(pool.stats.failed, 8);
  });

  test(`Runner runs no more of a ${name}'s chunk once its caller has aborted it`, async () => {
    const obedient = (): void => {
      while (currentTask()?.signal.aborted !== true);
    };
    const deaf = (): never => {
      for (;;);
    };
    for (const [spin, grace] of [
      [obedient, '60s'],
      [deaf, '10ms'],
    ] as const) {
      const pool = new Kind(1);
      const [runs, ran] = [new Event(), new Queue<number>()];
      const target = (n: number): void => {
        ran.put(n);
        runs.set();
        spin();
      };
      const abort = new AbortController();
      const options = { signal: abort.signal, chunksize: 3, grace };
      const result = pool.mapAsync(target, [0, 1, 2], options);
      runs.wait();
      abort.abort();
      await endsAborted(pool, result);
      assert.equal(ran.qsize(), 1);
    }
  });

  test(`Runner begins nothing of a ${name} whose signal has told what ran to end`, async () => {
    const pool = new Kind(1);
    const [runs, ran] = [new Event(), new Queue<number>()];
    const spin = (): void => {
      runs.set();
      while (currentTask()?.signal.aborted !== true);
    };
    const abort = new AbortController();
    const options = { signal: abort.signal } as const;
    const results = [pool.applyAsync(spin, [], { ...options, grace: '60s' })];
    runs.wait();
    for (let n = 0; n < 100; n++) results.push(pool.applyAsync(() => ran.put(n), [], options));
    abort.abort();
    const settled = await Promise.allSettled(results);
    assert.ok(settled.every(({ status }) => status === 'rejected'));
    assert.equal(await pool.applyAsync(() => 'free'), 'free');
    assert.equal(ran.qsize(), 0);
    pool.close();
    await pool.joinAsync();
  });

  test(`Runner hears of an abort in what a ${name}'s chunk has left to others`, async () => {
    const pool = new Kind(1);
    const [runs, ran] = [new Event(), new Queue<number>()];
    const target = (n: number): void => {
      ran.put(n);
      // So long that the chunk gives up the rest.
      const endMs = Date.now() + 600;
      if (n === 0) while (Date.now() < endMs);
      else {
        runs.set();
        while (currentTask()?.signal.aborted !== true);
      }
    };
    const abort = new AbortController();
    const options = { signal: abort.signal, grace: '60s' } as const;
    const items = Array.from({ length: 100 }, (_, n) => n);
    const result = pool.mapAsync(target, items, options);
    runs.wait();
    abort.abort(new RangeError('enough'));
    await assert.rejects(async () => result, new RangeError('enough'));
    assert.equal(await pool.applyAsync(() => 'free'), 'free');
    assert.equal(ran.qsize(), 2);
    pool.close();
    await pool.joinAsync();
  });

  test(`Runner tries nothing of a ${name} again that its caller has aborted`, async () => {
    const pool = new Kind(1, { retries: 2 });
    const [runs, ran] = [new Event(), new Queue<number>()];
    const target = (): void => {
      ran.put(currentTask()?.attempt ?? -1);
      runs.set();
      while (currentTask()?.signal.aborted !== true);
      process.exit(1);
    };
    const abort = new AbortController();
    const result = pool.applyAsync(target, [], { signal: abort.signal, grace: '60s' });
    runs.wait();
    abort.abort();
    await endsAborted(pool, result);
    assert.equal(ran.qsize(), 1);
  });

  test(`Runner of a ${name} gives back what it has read when its worker ends`, async () => {
    const home = Kind === Pool ? family() : arena;
    const large = 'x'.repeat(1_000_000);
    const pool = new Kind(1, { maxtasksperchild: 1 });
    const target = (text: string): number => text.length;
    for (let round = 0; round < 3; round++) {
      assert.equal(pool.map(target, [large, large, large], { chunksize: 3 }).length, 3);
    }
    pool.close();
    await pool.joinAsync();
    await until(() => usageIn(home).bytes < large.length, 'what was sent to be given back');
  });

  test(`Runner gives a call of a ${name} the error of its result`, async (t) => {
    const pool = opened(t, Kind);
    for (const func of [failing, async (n: number) => failing(n)]) {
      assert.throws(() => pool.apply(func, [1]), new RangeError('g'));
      await assert.rejects(async () => pool.applyAsync(func, [3]), new SyntaxError('r'));
      assert.throws(() => pool.apply(func, [5]), /^TransferError: Cannot send the error of a task/);
      assert.equal(pool.apply(func, [6]), 6);
    }
  });

  test(`Runner calls the functions of a ${name} as no object's methods`, (t) => {
    const pool = opened(t, Kind);
    const hasThis = function hasThis(this: unknown): boolean {
      return this !== undefined;
    };
    assert.equal(pool.apply(hasThis), false);
    assert.deepEqual(pool.map(hasThis, [1, 2]), [false, false]);
    assert.deepEqual(pool.starmap(hasThis, [[], []]), [false, false]);
  });

  test(`Runner gives what a task of a ${name} throws with its name`, (t) => {
    const pool = opened(t, Kind);
    const queue = new Queue<unknown>();
    const run = (kind: string): void => {
      if (kind === 'assert') assert.fail('no');
      if (kind === 'abort') AbortSignal.abort().throwIfAborted();
      queue.put(new DOMException('late', 'TimeoutError'));
    };
    assert.throws(() => pool.apply(run, ['assert']), { name: 'AssertionError', message: 'no' });
    assert.throws(
      () => pool.apply(run, ['abort']),
      (error) => error instanceof DOMException && error.name === 'AbortError' && error.code === 20,
    );
    pool.apply(run, ['queue']);
    const item = queue.get();
    assert.ok(item instanceof DOMException);
    assert.deepEqual([item.name, item.message, item.code], ['TimeoutError', 'late', 23]);
  });
}

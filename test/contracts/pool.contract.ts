// What pools of threads and pools of processes promise alike.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { RuntimeError, TimeoutError, WorkerDiedError } from 'heddle/multiprocessing';
import type { AsyncResult, Duration, PoolOptions } from 'heddle/multiprocessing';
import { enumerate } from 'heddle/threading';
import type { Event } from 'heddle/threading';
import type { BasePool } from '../../src/pool/index.ts';
import * as tasks from '../multiprocessing/pool-tasks.ts';

/** Pools of one sort, and what their tasks may share. */
export interface PoolWorld {
  readonly name: string;
  readonly makePool: (processes?: number, options?: PoolOptions) => BasePool;
  readonly makeEvent: () => Event;
  /** Fates of a task that end its worker, of those that {@link tasks.meet} knows. */
  readonly deadly: readonly string[];
  /** Workers die between two tasks now and then, so nobody knows which one has run a task. */
  readonly losesWorkers?: boolean;
  /** In what a call is certainly through, on a busy machine, too. */
  readonly callTime?: Duration;
}

/** Errors, and results that cannot travel: the worker goes on. */
const harmless = ['throw', 'reject', 'stay'];
const SOON_MS = 20_000;

export function poolContract(world: PoolWorld): void {
  describe(world.name, () => {
    let pool: BasePool;
    before(() => {
      pool = world.makePool(2);
    });
    after(() => {
      pool.terminate();
      pool.join();
    });

    test(`${world.name}.apply() gives what the function returns, awaited`, () => {
      assert.equal(pool.apply(tasks.add, [1, 2]), 3);
      assert.equal(pool.apply(tasks.squareLater, [6]), 36);
      const factor = 3;
      assert.equal(
        pool.apply((n: number) => n * factor, [14]),
        42,
      );
    });

    test(`${world.name}.applyAsync() gives a result for await and for get()`, async () => {
      assert.equal(await pool.applyAsync(tasks.square, [7]), 49);
      const result = pool.applyAsync(tasks.square, [8]);
      assert.equal(result.get(), 64);
      assert.equal(result.get(), 64);
      assert.ok(result.ready() && result.successful());
    });

    test(`${world.name}.map() gives results in the order of the items, whatever the chunks`, () => {
      const items = Array.from({ length: 101 }, (_, n) => n);
      const squares = items.map((n) => n * n);
      assert.deepEqual(pool.map(tasks.square, items), squares);
      assert.deepEqual(pool.map(tasks.squareLater, items, { chunksize: 20 }), squares);
      assert.deepEqual(pool.map(tasks.square, new Set(items)), squares);
      assert.deepEqual(pool.map(tasks.square, []), []);
      assert.deepEqual(
        pool.starmap(tasks.add, [
          [1, 2],
          [3, 4],
        ]),
        [3, 7],
      );
    });

    test(`${world.name}.imap() gives results in order, and reads only so far ahead`, () => {
      let read = 0;
      function* endless(): Generator<number> {
        for (;;) yield read++;
      }
      const results = pool.imap(tasks.square, endless(), { chunksize: 2, buffersize: 8 });
      const first = Array.from({ length: 20 }, () => results.next().value);
      assert.deepEqual(
        first,
        Array.from({ length: 20 }, (_, n) => n * n),
      );
      assert.ok(read <= 28, String(read));
      results.return();
      assert.equal(results.next().done, true);
    });

    test(`${world.name}.imap() goes on after the error of an item`, () => {
      const results = pool.imap(tasks.meet, [1, 'throw', 3]);
      assert.equal(results.next().value, 1);
      assert.throws(() => results.next(), new RangeError('thrown'));
      assert.equal(results.next().value, 3);
      assert.equal(results.next().done, true);
    });

    test(`${world.name}.imapUnordered() gives every result once`, async () => {
      async function* items(): AsyncGenerator<number> {
        for (let n = 0; n < 50; n++) yield n;
      }
      const got: number[] = [];
      const results = pool.imapUnordered(tasks.square, items());
      assert.throws(() => results.next(), RuntimeError);
      for await (const n of results) got.push(n);
      assert.deepEqual(
        got.toSorted((a, b) => a - b),
        Array.from({ length: 50 }, (_, n) => n * n),
      );
    });

    for (const fate of harmless) {
      test(`${world.name}.apply(), map() and imap() tell of a task's end by '${fate}'`, () => {
        assert.throws(() => pool.apply(tasks.meet, [fate]), isTyped);
        assert.throws(() => pool.map(tasks.meet, [1, fate, 3]), isTyped);
        assert.deepEqual(outcomes(pool, [1, fate, 3]), [1, 'error', 3]);
      });
    }

    for (const fate of world.deadly) {
      test(`${world.name}.apply(), map() and imap() tell of a worker's end by '${fate}'`, () => {
        const died = (error: unknown): boolean => error instanceof WorkerDiedError;
        assert.throws(() => pool.apply(tasks.meet, [fate]), died);
        const items = [1, 2, fate, 4, 5];
        assert.throws(() => pool.map(tasks.meet, items, { chunksize: 5 }), died);
        assert.deepEqual(outcomes(pool, items), [1, 2, 'error', 4, 5]);
        assert.equal(pool.apply(tasks.square, [3]), 9);
      });
    }

    test(`${world.name}.applyAsync() stops a task that runs longer than its time-out`, () => {
      const late = pool.applyAsync(tasks.spin, [], { timeout: '50ms' });
      assert.throws(() => late.get(SOON_MS / 1000), TimeoutError);
      assert.throws(() => late.get(), /time-out; worker/);
      assert.equal(pool.apply(tasks.square, [4]), 16);
    });

    test(`${world.name}.map() counts its time-out for each item`, () => {
      const timeout = world.callTime ?? '500ms';
      const run = (n: number): number => (n === 2 ? tasks.spin() : n);
      const result = pool.mapAsync(run, [1, 2, 3, 4], { timeout, chunksize: 4 });
      assert.throws(() => result.get(SOON_MS / 1000), /time-out; worker/);
      const results = pool.imap(run, [1, 2, 3], { timeout, chunksize: 3 });
      assert.equal(results.next().value, 1);
      assert.throws(() => results.next(), TimeoutError);
      assert.equal(results.next().value, 3);
    });

    test(`${world.name}.applyAsync() is aborted by its signal, waiting and running`, async () => {
      const own = world.makePool(1);
      const [runs, gate, enough] = [world.makeEvent(), world.makeEvent(), world.makeEvent()];
      const abort = new AbortController();
      const options = { signal: abort.signal, grace: '20s' } as const;
      const running = own.applyAsync(tasks.waitForAbort, [runs, enough], options);
      const waiting = own.applyAsync(tasks.waitFor, [gate], { signal: abort.signal });
      runs.wait();
      abort.abort(new RangeError('enough'));
      await assert.rejects(async () => running, new RangeError('enough'));
      await assert.rejects(async () => waiting, new RangeError('enough'));
      assert.ok(enough.wait('30s'));
      // The gate was never opened: it did not run. And the worker is the same.
      const worker = own.apply(tasks.whoAmI);
      if (world.losesWorkers !== true) assert.match(worker ?? '', /-1$/);
      own.terminate();
    });

    test(`${world.name}.apply() counts the time of what nothing will settle, too`, () => {
      const timeout = '400ms';
      assert.throws(() => pool.apply(tasks.never, [], { timeout }), TimeoutError);
      const results = pool.imap(tasks.never, [1], { timeout });
      assert.throws(() => results.next(), TimeoutError);
    });

    test(`${world.name}.imap() hands out what was thrown, if it is nothing`, () => {
      const results = pool.imap(tasks.throwNothing, [1, 2], { chunksize: 2 });
      const thrown: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        try {
          results.next();
        } catch (error) {
          thrown.push(error);
        }
      }
      assert.deepEqual(thrown, [undefined, undefined]);
    });

    test(`${world.name}.applyAsync() rejects where its signal was aborted before`, async () => {
      const signal = AbortSignal.abort(new RangeError('before'));
      const ran = world.makeEvent();
      const told: unknown[] = [];
      const errorCallback = (error: unknown): void => void told.push(error);
      const options = { signal, errorCallback };
      const call = pool.applyAsync(tasks.setIt, [ran], options);
      const results = pool.mapAsync(tasks.setIt, [ran], options);
      for (const result of [call, results]) {
        await assert.rejects(async () => result, new RangeError('before'));
      }
      assert.throws(() => pool.apply(tasks.setIt, [ran], { signal }), /^RangeError: before$/);
      assert.deepEqual([told, ran.isSet()], [[signal.reason, signal.reason], false]);
    });

    test(`${world.name}.applyAsync() stops an aborted task after its grace`, async () => {
      const runs = world.makeEvent();
      const abort = new AbortController();
      const options = { signal: abort.signal, grace: '10ms' } as const;
      const result = pool.applyAsync(tasks.spin, [runs], options);
      runs.wait();
      abort.abort();
      await assert.rejects(async () => result, { name: 'AbortError' });
      assert.deepEqual(pool.map(tasks.square, [1, 2, 3, 4]), [1, 4, 9, 16]);
    });

    test(`${world.name}.cancel() withdraws a task that has not begun`, () => {
      const own = world.makePool(1);
      const [gate, ran] = [world.makeEvent(), world.makeEvent()];
      const first = own.applyAsync(tasks.waitFor, [gate]);
      const second = own.applyAsync(() => ran.set());
      assert.equal(second.cancel(), true);
      assert.throws(() => second.get(), { code: 'ERR_HEDDLE_CANCELLED' });
      gate.set();
      assert.equal(first.get(), true);
      assert.equal(first.cancel(), false);
      own.close();
      own.join();
      assert.equal(ran.isSet(), false);
    });

    test(`${world.name}.applyAsync() runs higher priorities first`, () => {
      const own = world.makePool(1);
      const [gate, runs] = [world.makeEvent(), world.makeEvent()];
      const first = own.applyAsync(tasks.waitFor, [gate, runs]);
      runs.wait();
      const start = tasks.moment();
      const results = [0, 1, -1, 2, 0].map((priority) =>
        own.applyAsync(tasks.moment, [], { priority }),
      );
      gate.set();
      first.get();
      const ran = results.map((result, n) => ({ n, at: Number(result.get() - start) }));
      const order = ran.toSorted((a, b) => a.at - b.at).map(({ n }) => n);
      assert.deepEqual(order, [3, 1, 0, 4, 2]);
      own.terminate();
    });

    test(`${world.name}.applyAsync() calls back before get() returns`, () => {
      const told: unknown[] = [];
      const callback = (value: unknown): number => told.push(value);
      pool.applyAsync(tasks.square, [5], { callback }).get();
      const errorCallback = (error: unknown): number => told.push((error as Error).message);
      pool.applyAsync(tasks.fail, ['no'], { errorCallback }).wait();
      assert.deepEqual(told, [25, 'no']);
    });

    test(`${world.name}.map() tells of its progress`, () => {
      const told: string[] = [];
      const progress = (done: number, total: number | null): number =>
        told.push(`${done}/${String(total)}`);
      pool.map(tasks.square, [1, 2, 3, 4], { progress, chunksize: 2 });
      assert.deepEqual(told, ['2/4', '4/4']);
    });

    test(`${world.name} retries: run an item again whose worker died`, () => {
      const own = world.makePool(1, { retries: 2 });
      assert.equal(own.apply(tasks.dieAt, [2]), 3);
      assert.throws(() => own.apply(tasks.dieAt, [3]), WorkerDiedError);
      own.terminate();
    });

    test(`${world.name} maxtasksperchild: replaces a worker, with a backlog too`, () => {
      const own = world.makePool(1, { maxtasksperchild: 2 });
      const results = Array.from({ length: 5 }, () => own.applyAsync(tasks.whoAmI));
      const names = results.map((result) => result.get()?.replace(/.*-/, ''));
      if (world.losesWorkers !== true) assert.deepEqual(names, ['1', '1', '2', '2', '3']);
      else assert.ok(Number(names.at(-1)) >= 3, String(names));
      own.close();
      own.join();
    });

    test(`${world.name} maxQueue: has applyAsync() wait for room`, () => {
      const own = world.makePool(1, { maxQueue: 2 });
      let most = 0;
      const results = Array.from({ length: 30 }, (_, n) => {
        const result = own.applyAsync(tasks.square, [n]);
        most = Math.max(most, own.stats.waiting);
        return result;
      });
      assert.deepEqual(
        results.map((result) => result.get()),
        Array.from({ length: 30 }, (_, n) => n * n),
      );
      assert.ok(most <= 2, String(most));
      own.terminate();
    });

    test(`${world.name} initializer: runs in each worker, or breaks the pool`, async () => {
      const initializer = (value: number): void => {
        (globalThis as { start?: number }).start = value;
      };
      const own = world.makePool(1, { initializer, initargs: [42] });
      assert.equal(
        own.apply(() => (globalThis as { start?: number }).start),
        42,
      );
      own.terminate();
      const broken = world.makePool(2, { initializer: tasks.fail, initargs: ['not today'] });
      const error = new RangeError('not today');
      await assert.rejects(async () => broken.applyAsync(tasks.square, [1]), error);
      assert.throws(() => broken.apply(tasks.square, [1]), error);
      broken.join();
      const dead = world.makePool(1, { initializer: tasks.leave, initargs: [5] });
      assert.throws(() => dead.apply(tasks.square, [1]), WorkerDiedError);
      dead.join();
    });

    test(`${world.name}.close() finishes what was accepted, and takes no more`, () => {
      const own = world.makePool(2);
      assert.throws(() => own.join(), RuntimeError);
      const results = Array.from({ length: 20 }, (_, n) => own.applyAsync(tasks.square, [n]));
      own.close();
      assert.throws(() => own.apply(tasks.square, [1]), RuntimeError);
      own.join();
      assert.ok(results.every((result) => result.ready() && result.successful()));
      assert.equal(own.stats.workers, 0);
    });

    test(`${world.name}.terminate() fails what is outstanding`, async () => {
      const own = world.makePool(1);
      const runs = world.makeEvent();
      const results: AsyncResult<unknown>[] = [
        own.applyAsync(tasks.spin, [runs]),
        own.applyAsync(tasks.square, [1]),
        own.mapAsync(tasks.square, [1, 2, 3]),
      ];
      runs.wait();
      own.terminate();
      for (const result of results) await assert.rejects(async () => result, RuntimeError);
      own.join();
      assert.throws(() => own.apply(tasks.square, [1]), RuntimeError);
    });

    test(`${world.name} tells all who wait that its supervisor was stopped`, async () => {
      const own = world.makePool(2, { name: 'orphan' });
      const [gate, runs] = [world.makeEvent(), world.makeEvent()];
      const running = own.applyAsync(tasks.waitFor, [gate, runs]);
      runs.wait();
      const lost = own.applyAsync(tasks.meet, ['exit']);
      const supervisor = enumerate().find((thread) => thread.name === 'orphan supervisor');
      assert.ok(supervisor);
      supervisor.terminate();
      supervisor.join();
      const told = { name: 'RuntimeError', message: /"orphan" as its supervisor was stopped/ };
      assert.throws(() => running.get(SOON_MS / 1000), told);
      await assert.rejects(async () => lost, /supervisor was stopped|exit code/);
      assert.throws(() => own.apply(tasks.square, [1]), told);
      own.close();
      own.join();
      gate.set();
    });

    test(`${world.name} stats: count what was done`, () => {
      const own = world.makePool(1);
      own.map(tasks.square, [1, 2, 3]);
      assert.throws(() => own.apply(tasks.fail, ['no']));
      const { workers, waiting, running, completed, failed, runSeconds } = own.stats;
      assert.deepEqual([workers, waiting, running], [1, 0, Math.min(running, 1)]);
      assert.deepEqual([completed, failed], [3, 1]);
      assert.ok(runSeconds.p50 <= runSeconds.p99 && runSeconds.p99 <= runSeconds.max);
      own.terminate();
    });
  });
}

function isTyped(error: unknown): boolean {
  return error instanceof Error && ['RangeError', 'TransferError'].includes(error.name);
}

function outcomes(pool: BasePool, items: readonly unknown[]): unknown[] {
  const results = pool.imap(tasks.meet, items, { chunksize: items.length });
  return items.map(() => {
    try {
      return results.next(SOON_MS / 1000).value;
    } catch (error) {
      assert.ok(error instanceof Error && !(error instanceof TimeoutError), String(error));
      return 'error';
    }
  });
}

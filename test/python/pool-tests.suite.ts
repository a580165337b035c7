// CPython's _TestPool, _TestPoolWorkerErrors and _TestPoolWorkerLifetime, for both kinds of pools.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Event, TimeoutError, TransferError, Value } from 'heddle/multiprocessing';
import type { AsyncResult, Pool, PoolOptions, ThreadPool } from 'heddle/multiprocessing';
import { until } from '../support/until.ts';
import { assertTimeout } from './bunch.ts';

/** The kind of pools that the cases are run for. */
export interface PoolKind {
  readonly name: 'Pool' | 'ThreadPool';
  readonly make: (processes?: number, options?: PoolOptions) => Pool | ThreadPool;
}

const range = (end: number): number[] => Array.from({ length: end }, (_, i) => i);
const square = (x: number): number => x * x;
const squareSlowly = (x: number, seconds: number): number => {
  new Event().wait(seconds);
  return x * x;
};
const multiply = (x: number, y: number): number => x * y;
const parse = (text: string): number => {
  const n = Number.parseInt(text, 10);
  if (Number.isNaN(n)) throw new RangeError(`Cannot read ${text} as a number`);
  return n;
};

class SayWhenError extends Error {}

function* throwing(total: number, when: number): Generator<number> {
  for (let i = 0; i < total; i++) {
    if (i === when) throw new SayWhenError('Somebody said when');
    yield i;
  }
}

/** Runs the cases with a pool that most of them share. */
export function poolTests({ name, make }: PoolKind): void {
  let pool: Pool | ThreadPool;
  before(() => {
    pool = make(2);
  });
  after(async () => {
    pool.terminate();
    await pool.joinAsync();
  });

  test(`${name}: _TestPool.test_apply`, () => {
    assert.equal(pool.apply(square, [5]), 25);
    assert.equal(pool.apply(multiply, [5, 2]), 10);
  });

  test(`${name}: _TestPool.test_map`, () => {
    assert.deepEqual(pool.map(square, range(10)), range(10).map(square));
    assert.deepEqual(pool.map(square, range(100), { chunksize: 20 }), range(100).map(square));
  });

  test(`${name}: _TestPool.test_starmap`, () => {
    const pairs = (end: number): [number, number][] =>
      range(end).map((i) => [i, end - 1 - i] as [number, number]);
    for (const [end, options] of [
      [10, {}],
      [100, { chunksize: 20 }],
    ] as const) {
      const expected = pairs(end).map(([x, y]) => x * y);
      assert.deepEqual(pool.starmap(multiply, pairs(end), options), expected);
    }
  });

  test(`${name}: _TestPool.test_starmap_async`, () => {
    const pairs = range(100).map((i) => [i, i] as [number, number]);
    assert.deepEqual(pool.starmapAsync(multiply, pairs).get(), range(100).map(square));
  });

  test(`${name}: _TestPool.test_map_async`, () => {
    assert.deepEqual(pool.mapAsync(square, range(10)).get(), range(10).map(square));
  });

  test(`${name}: _TestPool.test_map_async_callbacks`, async () => {
    const called: unknown[] = [];
    const callback = (values: number[]): void => void called.push(values);
    const errorCallback = (error: unknown): void => void called.push(error);
    const good = pool.mapAsync(parse, ['1'], { callback, errorCallback });
    assert.deepEqual(await good, [1]);
    assert.deepEqual(called, [[1]]);
    const bad = pool.mapAsync(parse, ['a'], { callback, errorCallback });
    await assert.rejects(async () => bad, RangeError);
    assert.equal(called.length, 2);
    assert.ok(called[1] instanceof RangeError);
    for (let i = 0; i < 2; i++) {
      const one = pool.mapAsync(parse, [String(i)], { callback });
      assert.deepEqual(one.get(), [i]);
      assert.deepEqual(called.at(-1), [i], 'called before get() returned');
    }
  });

  test(`${name}: _TestPool.test_map_unplicklable`, () => {
    const untold = Array.from({ length: 10 }, () => Promise.resolve()) as never[];
    assert.throws(() => pool.map(square, untold), TransferError);
    assert.equal(pool.apply(square, [3]), 9);
  });

  test(`${name}: _TestPool.test_map_chunksize`, () => {
    assert.deepEqual(pool.mapAsync(square, [], { chunksize: 1 }).get(10), []);
  });

  test(`${name}: _TestPool.test_map_handle_iterable_exception`, () => {
    for (const chunksize of [1, 4]) {
      assert.throws(() => pool.map(square, throwing(1, -1), { chunksize: 0 }), RangeError);
      assert.throws(() => pool.map(square, throwing(10, 3), { chunksize }), SayWhenError);
      assert.throws(() => pool.map(square, throwing(10, 0), { chunksize }), SayWhenError);
    }
  });

  test(`${name}: _TestPool.test_async`, () => {
    const begin = performance.now();
    const result = pool.applyAsync(squareSlowly, [7, 0.2]);
    assert.equal(result.get(), 49);
    assertTimeout((performance.now() - begin) / 1000, 0.2);
  });

  test(`${name}: _TestPool.test_async_timeout`, () => {
    const go = new Event();
    const wait = (): boolean => go.wait(15);
    const result = pool.applyAsync(wait, []);
    const begin = performance.now();
    assert.throws(() => result.get(0.2), TimeoutError);
    assertTimeout((performance.now() - begin) / 1000, 0.2);
    assert.throws(() => result.get(0), TimeoutError);
    assert.throws(() => result.get(-1), TimeoutError);
    go.set();
    assert.equal(result.get(15), true);
  });

  test(`${name}: _TestPool.test_imap`, () => {
    assert.deepEqual([...pool.imap(square, range(10))], range(10).map(square));
    for (const options of [{}, { chunksize: 100 }]) {
      const results = pool.imap(square, range(1000), options);
      for (const i of range(1000)) assert.equal(results.next().value, i * i);
      assert.equal(results.next().done, true);
    }
  });

  test(`${name}: _TestPool.test_imap_handle_iterable_exception`, () => {
    assert.throws(() => pool.imap(square, throwing(10, -1), { chunksize: 0 }).next(), RangeError);
    for (const chunksize of [1, 2]) {
      const results = pool.imap(square, throwing(20, 10), { chunksize });
      for (const i of range(10)) assert.equal(results.next().value, i * i);
      assert.throws(() => results.next(), SayWhenError);
    }
  });

  test(`${name}: _TestPool.test_imap_unordered`, () => {
    for (const chunksize of [1, 100]) {
      const results = [...pool.imapUnordered(square, range(1000), { chunksize })];
      assert.deepEqual(
        results.toSorted((a, b) => a - b),
        range(1000).map(square),
      );
    }
  });

  test(`${name}: _TestPool.test_imap_unordered_handle_iterable_exception`, () => {
    for (const chunksize of [1, 2]) {
      const results = pool.imapUnordered(square, throwing(20, 10), { chunksize });
      const seen: number[] = [];
      assert.throws(() => {
        for (const value of results) seen.push(value);
      }, SayWhenError);
      for (const value of seen) assert.ok(range(10).map(square).includes(value));
    }
  });

  test(`${name}: _TestPool.test_make_pool`, async () => {
    for (const processes of [0, -1, 1.5]) assert.throws(() => make(processes), RangeError);
    const three = make(3);
    assert.equal(three.stats.workers, 3);
    three.close();
    await three.joinAsync();
  });

  test(`${name}: _TestPool.test_terminate`, () => {
    const own = make(2);
    const go = new Event();
    const outstanding: AsyncResult<boolean>[] = [];
    for (let i = 0; i < 100; i++) outstanding.push(own.applyAsync(() => go.wait(600), []));
    const begin = performance.now();
    own.terminate();
    own.join();
    assert.ok(performance.now() - begin < 5000, 'terminate() and join() are quick');
    for (const result of outstanding) {
      assert.throws(() => result.get(0), { code: 'ERR_HEDDLE_RUNTIME' });
    }
  });

  test(`${name}: _TestPool.test_empty_iterable`, async () => {
    const own = make(1);
    assert.deepEqual(own.map(square, []), []);
    assert.deepEqual([...own.imap(square, [])], []);
    assert.deepEqual([...own.imapUnordered(square, [])], []);
    assert.deepEqual(own.mapAsync(square, []).get(), []);
    assert.deepEqual(own.starmap(multiply, []), []);
    own.close();
    await own.joinAsync();
  });

  test(`${name}: _TestPool.test_context`, () => {
    const own = make(2);
    const expected = range(3).map(square);
    try {
      assert.deepEqual(own.map(square, range(3)), expected);
    } finally {
      own[Symbol.dispose]();
    }
    assert.throws(() => own.mapAsync(square, range(3)), { code: 'ERR_HEDDLE_RUNTIME' });
    own.join();
  });

  test(`${name}: _TestPool.test_traceback, test_wrapped_exception`, () => {
    const raising = (): never => {
      throw new RangeError('Cannot go on');
    };
    let caught: unknown;
    try {
      pool.apply(raising);
    } catch (error) {
      caught = error;
    }
    assert.ok(caught instanceof RangeError);
    assert.equal(caught.message, 'Cannot go on');
    const { remoteStack } = caught as RangeError & { remoteStack: string };
    assert.match(remoteStack, /raising/);
    assert.match(String(caught.stack), /pool-tests\.suite\.ts/);
  });

  test(`${name}: _TestPool.test_map_no_failfast`, () => {
    const ended = new Value('i32', 0);
    const fail = (n: number): void => {
      new Event().wait(n === 0 ? 0 : 0.1);
      ended.add(1);
      throw new RangeError(`Cannot take ${n}`);
    };
    assert.throws(() => pool.map(fail, range(6), { chunksize: 1 }), /Cannot take 0/);
    assert.equal(ended.value, 6, 'the other items were run to their ends');
  });

  test(`${name}: _TestPoolWorkerErrors.test_async_error_callback`, async () => {
    const own = make(1);
    const errors: unknown[] = [];
    const errorCallback = (error: unknown): void => void errors.push(error);
    const raising = (): never => {
      throw new SyntaxError('No such key');
    };
    const result = own.applyAsync(raising, [], { errorCallback });
    assert.throws(() => result.get(), /No such key/);
    assert.equal(errors.length, 1);
    assert.ok(errors[0] instanceof SyntaxError);
    assert.equal(result.successful(), false);
    own.close();
    await own.joinAsync();
  });

  test(`${name}: _TestPoolWorkerErrors.test_unpickleable_result`, async () => {
    const own = make(1);
    const untold = (): unknown => ({ promise: Promise.resolve() });
    for (let i = 0; i < 5; i++) {
      const errors: unknown[] = [];
      const errorCallback = (error: unknown): void => void errors.push(error);
      const result = own.applyAsync(untold, [], { errorCallback });
      assert.throws(() => result.get(15), TransferError);
      assert.ok(errors[0] instanceof TransferError);
    }
    assert.equal(own.apply(square, [4]), 16);
    own.close();
    await own.joinAsync();
  });

  test(`${name}: _TestPoolWorkerLifetime.test_pool_worker_lifetime`, async () => {
    const own = make(2, { maxtasksperchild: 5 });
    const results = range(40).map((i) => own.applyAsync(square, [i]));
    for (const [i, result] of results.entries()) assert.equal(result.get(60), i * i);
    await until(() => own.stats.workers === 2, 'the workers in place of those that left');
    assert.equal(own.apply(square, [9]), 81);
    own.close();
    await own.joinAsync();
  });

  test(`${name}: _TestPoolWorkerLifetime.test_pool_worker_lifetime_early_close`, async () => {
    const own = make(2, { maxtasksperchild: 1 });
    const results = range(6).map((i) => own.applyAsync(squareSlowly, [i, 0.02]));
    own.close();
    await own.joinAsync();
    for (const [i, result] of results.entries()) assert.equal(result.get(0), i * i);
  });

  test(`${name}: _TestPoolWorkerLifetime.test_pool_maxtasksperchild_invalid`, () => {
    for (const maxtasksperchild of [0, -1, 0.5, '12' as never]) {
      assert.throws(() => make(1, { maxtasksperchild }), /^(RangeError|TypeError)/);
    }
  });

  // The worker of a thread goes on to serve other threads.
  const skip = name === 'ThreadPool';
  test(
    `${name}: _TestPoolWorkerLifetime.test_worker_finalization_via_atexit_handler`,
    {
      skip,
    },
    async () => {
      const own = make(1);
      const ran = new Event();
      const register = (): void => void process.once('exit', () => ran.set());
      own.apply(register);
      assert.equal(ran.isSet(), false);
      own.close();
      await own.joinAsync();
      assert.equal(ran.isSet(), true);
    },
  );

  test(`${name}: TestInitializers.test_pool_initializer`, async () => {
    assert.throws(() => make(1, { initializer: 1 as never }), TypeError);
    const counter = new Value('i32', 0);
    const initializer = (by: number): void => void counter.add(by);
    const own = make(1, { initializer, initargs: [7] });
    own.close();
    await own.joinAsync();
    const used = make(1, { initializer, initargs: [100] });
    used.apply(square, [1]);
    used.apply(square, [1]);
    used.close();
    await used.joinAsync();
    assert.ok([100, 107].includes(counter.value), `${counter.value}`);
  });
}

// CPython's FutureTests, WaitTests and AsCompletedTests, for both kinds of executors. A future gets
// into the state that a case is about by what its task does, as nothing else can move it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { asCompleted, CancelledError, wait } from 'heddle/futures';
import type { Future } from 'heddle/futures';
import { Event, TimeoutError } from 'heddle/multiprocessing';
import { until } from '../support/until.ts';
import { assertTimeout } from './bunch.ts';
import type { ExecutorKind } from './executor-tests.suite.ts';

const give = (value: number): number => value;
const fail = (): never => {
  throw new RangeError('Cannot go on');
};

/** Runs the cases with an executor of one worker, so that a second task waits. */
export function futureTests({ name, make }: ExecutorKind): void {
  let executor: ReturnType<typeof make>;
  before(() => {
    executor = make({ maxWorkers: 1 });
  });
  after(async () => {
    await executor.shutdownAsync();
  });

  interface States {
    readonly pending: Future<number>;
    readonly running: Future<boolean>;
    readonly cancelled: Future<number>;
    readonly failed: Future<never>;
    readonly successful: Future<number>;
  }

  // One future in each state, as long as the case runs.
  const inStates = async (run: (states: States) => void | Promise<void>): Promise<void> => {
    const successful = executor.submit(give, 42);
    const failed = executor.submit(fail);
    await successful;
    await until(() => failed.done(), 'the failure');
    const go = new Event();
    const running = executor.submit(() => go.wait(15));
    await until(() => running.running(), 'the task that runs');
    // Some may be with the worker already, as CPython's are, and cannot be cancelled there.
    const between = Array.from({ length: 8 }, () => executor.submit(give, 0));
    const cancelled = executor.submit(give, 1);
    assert.equal(cancelled.cancel(), true);
    const pending = executor.submit(give, 2);
    try {
      await run({ pending, running, cancelled, failed, successful });
    } finally {
      go.set();
      await Promise.allSettled([...between, running, pending]);
    }
  };

  test(`${name}: FutureTests.test_cancel`, () =>
    inStates(({ pending, running, cancelled, failed, successful }) => {
      assert.equal(running.cancel(), false);
      assert.equal(running.running(), true);
      assert.equal(cancelled.cancel(), true);
      assert.equal(failed.cancel(), false);
      assert.equal(successful.cancel(), false);
      assert.equal(pending.cancel(), true);
      assert.equal(pending.cancelled(), true);
    }));

  test(`${name}: FutureTests.test_cancelled, test_done, test_running`, () =>
    inStates(({ pending, running, cancelled, failed, successful }) => {
      const all: Future<unknown>[] = [pending, running, cancelled, failed, successful];
      const told = (ask: (future: Future<unknown>) => boolean): boolean[] => all.map(ask);
      assert.deepEqual(
        told((future) => future.cancelled()),
        [false, false, true, false, false],
      );
      assert.deepEqual(
        told((future) => future.done()),
        [false, false, true, true, true],
      );
      assert.deepEqual(
        told((future) => future.running()),
        [false, true, false, false, false],
      );
    }));

  test(`${name}: FutureTests.test_result_with_timeout`, () =>
    inStates(({ pending, running, cancelled, failed, successful }) => {
      for (const seconds of [0, -1, 0.01]) {
        assert.throws(() => pending.result(seconds), TimeoutError);
        assert.throws(() => running.result(seconds), TimeoutError);
      }
      assert.throws(() => cancelled.result(0), CancelledError);
      assert.throws(() => failed.result(0), /Cannot go on/);
      assert.equal(successful.result(0), 42);
    }));

  test(`${name}: FutureTests.test_exception_with_timeout`, () =>
    inStates(({ pending, running, cancelled, failed, successful }) => {
      assert.throws(() => pending.exception(0), TimeoutError);
      assert.throws(() => running.exception(0), TimeoutError);
      assert.throws(() => cancelled.exception(0), CancelledError);
      assert.ok(failed.exception(0) instanceof RangeError);
      assert.equal(failed.exception(0), failed.exception(0), 'the same object each time');
      assert.equal(successful.exception(0), null);
    }));

  test(`${name}: FutureTests.test_done_callback`, () =>
    inStates(async ({ pending, cancelled, failed, successful }) => {
      const called: string[] = [];
      const note = (word: string) => (future: Future<unknown>) => {
        called.push(`${word} ${future.done()} ${future.cancelled()}`);
      };
      successful.addDoneCallback(note('successful'));
      failed.addDoneCallback(note('failed'));
      cancelled.addDoneCallback(note('cancelled'));
      assert.deepEqual(called.splice(0), [
        'successful true false',
        'failed true false',
        'cancelled true true',
      ]);
      pending.addDoneCallback(note('first'));
      pending.addDoneCallback(note('second'));
      assert.deepEqual(called, []);
      pending.cancel();
      assert.deepEqual(called, ['first true true', 'second true true']);
    }));

  test(`${name}: FutureTests.test_done_callback_with_result`, async () => {
    const called: unknown[] = [];
    const future = executor.submit(give, 5);
    future.addDoneCallback((done) => void called.push(done.result(0), done === future));
    const failed = executor.submit(fail);
    failed.addDoneCallback((done) => void called.push(done.exception(0)));
    await future;
    await until(() => called.length === 3, 'the callbacks');
    assert.deepEqual(called.slice(0, 2), [5, true]);
    assert.ok(called[2] instanceof RangeError);
  });

  test(`${name}: FutureTests.test_result_with_success, test_exception_with_success`, () => {
    const go = new Event();
    const begin = performance.now();
    const late = executor.submit(() => {
      go.wait(0.2);
      return 7;
    });
    assert.equal(late.result(15), 7);
    assertTimeout((performance.now() - begin) / 1000, 0.2);
    assert.equal(late.exception(15), null);
  });

  test(`${name}: FutureTests.test_result_with_cancel`, () =>
    inStates(async ({ pending }) => {
      const outcome = assert.rejects(async () => pending, CancelledError);
      pending.cancel();
      await outcome;
      assert.throws(() => pending.result(), CancelledError);
    }));

  test(`${name}: WaitTests.test_20369`, () => {
    const future = executor.submit(give, 1);
    const { done, notDone } = wait([future, future], { timeout: 15 });
    assert.deepEqual([[...done], notDone.size], [[future], 0]);
  });

  test(`${name}: WaitTests.test_first_completed`, () =>
    inStates(({ pending, running, cancelled, failed, successful }) => {
      for (const ended of [cancelled, failed, successful]) {
        const found = wait<unknown>([pending, running, ended], {
          returnWhen: 'FIRST_COMPLETED',
        });
        assert.deepEqual([[...found.done], [...found.notDone]], [[ended], [pending, running]]);
      }
    }));

  test(`${name}: WaitTests.test_first_completed_in_time`, () => {
    const go = new Event();
    const late = executor.submit(() => go.wait(0.2));
    const later = executor.submit(give, 3);
    const { done, notDone } = wait<unknown>([later, late], { returnWhen: 'FIRST_COMPLETED' });
    assert.ok(done.has(late));
    assert.equal(done.size + notDone.size, 2);
    assert.equal(later.result(15), 3);
  });

  test(`${name}: WaitTests.test_first_exception`, () => {
    const [go, never] = [new Event(), new Event()];
    const first = executor.submit(give, 21);
    const second = executor.submit(() => {
      go.wait(0.1);
      throw new SyntaxError('No');
    });
    const third = executor.submit(() => never.wait(15));
    const found = wait<unknown>([first, second, third], { returnWhen: 'FIRST_EXCEPTION' });
    assert.deepEqual([[...found.done], [...found.notDone]], [[first, second], [third]]);
    never.set();
    assert.equal(third.result(15), true);
  });

  test(`${name}: WaitTests.test_first_exception_some_already_complete`, () =>
    inStates(({ pending, running, cancelled, failed, successful }) => {
      const returnWhen = 'FIRST_EXCEPTION';
      const found = wait<unknown>([failed, pending, running], { returnWhen });
      assert.deepEqual([[...found.done], [...found.notDone]], [[failed], [pending, running]]);
      // A cancelled one has no exception.
      const options = { returnWhen, timeout: 0.05 } as const;
      const others = wait<unknown>([cancelled, successful, running], options);
      assert.deepEqual([...others.done], [cancelled, successful]);
    }));

  test(`${name}: WaitTests.test_all_completed`, () => {
    const futures = [1, 2, 3].map((n) => executor.submit(give, n));
    const all = [...futures, executor.submit(fail)];
    const { done, notDone } = wait<unknown>(all, { returnWhen: 'ALL_COMPLETED' });
    assert.deepEqual([done, notDone], [new Set(all), new Set()]);
    assert.deepEqual(wait([]), { done: new Set(), notDone: new Set() });
    assert.throws(() => wait(all, { returnWhen: 'SOME' as never }), RangeError);
  });

  test(`${name}: WaitTests.test_timeout`, () =>
    inStates(({ pending, running, successful }) => {
      const begin = performance.now();
      const found = wait<unknown>([successful, pending, running], { timeout: 0.2 });
      assertTimeout((performance.now() - begin) / 1000, 0.2);
      assert.deepEqual([[...found.done], [...found.notDone]], [[successful], [pending, running]]);
    }));

  test(`${name}: AsCompletedTests.test_no_timeout`, () =>
    inStates(({ cancelled, failed, successful }) => {
      const all: Future<unknown>[] = [cancelled, failed, successful];
      assert.deepEqual(new Set(asCompleted(all)), new Set(all));
    }));

  test(`${name}: AsCompletedTests.test_future_times_out, test_zero_timeout`, () =>
    inStates(({ cancelled, failed, successful, pending }) => {
      const ended: Future<unknown>[] = [cancelled, failed, successful];
      for (const timeout of [0, 0.1]) {
        const seen = new Set<Future<unknown>>();
        assert.throws(() => {
          for (const one of asCompleted([...ended, pending], { timeout })) seen.add(one);
        }, TimeoutError);
        assert.deepEqual(seen, new Set(ended));
      }
    }));

  test(`${name}: AsCompletedTests.test_duplicate_futures`, () => {
    const future = executor.submit(give, 2);
    assert.deepEqual([...asCompleted([future, future])], [future]);
  });

  test(`${name}: AsCompletedTests.test_correct_timeout_exception_msg`, () =>
    inStates(({ pending, running, successful }) => {
      const all: Future<unknown>[] = [pending, running, successful];
      assert.throws(() => [...asCompleted(all, { timeout: 0 })], /2 of 3/);
    }));
}

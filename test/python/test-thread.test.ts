// CPython's ThreadRunningTests and BarrierTest (Lib/test/test_thread.py), which are about the
// module under `threading`. Here there is none: a thread is a Thread. LockTests are those of
// lock-tests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Value } from 'heddle/shared';
import { activeCount, Event, Lock, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

const TASKS = 10;
const TRIPS = 10;

test('Thread: ThreadRunningTests.test_starting_threads', async () => {
  await startTasks(TASKS);
});

test('Thread: ThreadRunningTests.test_nt_and_posix_stack_size', async () => {
  const make = (stackSizeMb: number) => (): unknown =>
    new Thread({ target: () => {}, resourceLimits: { stackSizeMb } });
  assert.throws(make(4096 / 2 ** 20), RangeError);
  for (const stackSizeMb of [0.25, 1]) await startTasks(2, stackSizeMb);
});

test('Thread: ThreadRunningTests.test__count', async () => {
  const count = activeCount();
  const mutex = new Lock();
  mutex.acquire();
  const thread = new Thread({
    target: () => {
      mutex.acquire();
      mutex.release();
    },
  }).start();
  assert.equal(activeCount(), count + 1);
  mutex.release();
  await thread.joinAsync();
  assert.equal(activeCount(), count);
});

test('Thread: ThreadRunningTests.test_join_thread', async () => {
  const [finish, done] = [new Event(), new Value('bool')];
  const task = (): void => {
    finish.wait();
    done.value = true;
  };
  const thread = new Thread({ target: task }).start();
  const joined = thread.joinAsync();
  assert.equal(done.value, false);
  finish.set();
  assert.deepEqual([await joined, done.value], [true, true]);
});

test('Thread: ThreadRunningTests.test_join_thread_already_exited', async () => {
  const thread = new Thread({ target: () => {} }).start();
  await until(() => !thread.isAlive(), 'the end of the thread');
  assert.equal(thread.join(), true);
});

test('Thread: ThreadRunningTests.test_join_several_times', () => {
  const thread = new Thread({ target: () => {} }).start();
  assert.deepEqual([thread.join(), thread.join(), thread.join()], [true, true, true]);
});

test('Thread: ThreadRunningTests.test_join_with_timeout', async () => {
  const lock = new Lock();
  lock.acquire();
  const thread = new Thread({ target: () => lock.with(() => {}) }).start();
  assert.equal(thread.join(0.1), false);
  assert.equal(thread.isAlive(), true);
  lock.release();
  assert.equal(await thread.joinAsync({ timeout: 15 }), true);
  assert.equal(thread.isAlive(), false);
});

test('Thread: ThreadRunningTests.test_join_unstarted', () => {
  const thread = new Thread({ target: () => {} });
  assert.throws(() => thread.join(), { name: 'RuntimeError' });
});

test('Thread: ThreadRunningTests.test_start_duplicate_handle', async () => {
  const stop = new Event();
  const thread = new Thread({ target: () => stop.wait() }).start();
  assert.throws(() => thread.start(), { name: 'RuntimeError' });
  stop.set();
  await thread.joinAsync();
});

test('Thread: ThreadRunningTests.test_joinable_not_joined', async () => {
  const ran = await runProgram(
    `
    import { Event, Thread, enumerate } from 'heddle/threading';
    const stop = new Event();
    const ref = (() => new WeakRef(new Thread({ target: () => stop.wait() }).start()))();
    const { name } = ref.deref();
    for (let round = 0; round < 100 && ref.deref() !== undefined; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
    console.log(ref.deref() === undefined, enumerate()[1].name === name);
    stop.set();`,
    { kind: 'mjs', flags: ['--expose-gc'] },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['true true\n', '', 0]);
});

test('Lock: BarrierTest.test_barrier', async () => {
  // A barrier made of locks that other threads release than took them.
  const [checkin, checkout, cells] = [new Lock(), new Lock(), new Value('i32')];
  checkout.acquire();
  const enter = (): void => {
    checkin.acquire();
    cells.value += 1;
    if (cells.value === TASKS) {
      cells.value = TASKS - 1;
      return checkout.release();
    }
    checkin.release();
    checkout.acquire();
    cells.value -= 1;
    if (cells.value === 0) checkin.release();
    else checkout.release();
  };
  const trips = new Int32Array(new SharedArrayBuffer(TASKS * 4));
  const task = (own: number, all: Int32Array): boolean => {
    for (let trip = 1; trip <= TRIPS; trip++) {
      all[own] = trip;
      enter();
      // Nobody is a trip behind: all have said that they are on this one before they entered.
      if (all.some((other) => other < trip)) return false;
    }
    return true;
  };
  const threads = Array.from({ length: TASKS }, (_, own) =>
    new Thread({ target: task, args: [own, trips] }).start(),
  );
  for (const thread of threads) assert.equal(await thread.resultAsync(), true);
  assert.equal(checkin.locked(), false);
});

async function startTasks(count: number, stackSizeMb?: number): Promise<void> {
  const [mutex, running, done] = [new Lock(), new Value('i32', count), new Event()];
  const task = (ident: number): number => {
    mutex.with(() => {
      running.value -= 1;
      if (running.value === 0) done.set();
    });
    return ident;
  };
  const resourceLimits = stackSizeMb === undefined ? undefined : { stackSizeMb };
  const threads = Array.from({ length: count }, (_, ident) =>
    new Thread({ target: task, args: [ident], resourceLimits }).start(),
  );
  assert.equal(await done.waitAsync({ timeout: 15 }), true);
  for (const [ident, thread] of threads.entries()) {
    assert.equal(await thread.resultAsync(), ident);
  }
}

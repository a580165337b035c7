// CPython's ThreadTests (Lib/test/test_threading.py) that need no program of their own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Value } from 'heddle/shared';
import {
  activeCount,
  currentThread,
  enumerate,
  Event,
  getIdent,
  getNativeId,
  Lock,
  mainThread,
  RLock,
  Thread,
} from 'heddle/threading';
import type { Callable, ThreadLimits } from 'heddle/threading';
import { until } from '../support/until.ts';

const nothing = (): void => {};

/** Runs one in a worker that heddle did not make, and gives what it posts. */
async function foreign(body: string): Promise<unknown> {
  const heddle = import.meta.resolve('heddle/threading');
  const code = `import(${JSON.stringify(heddle)}).then(async (threading) => {
    const { parentPort } = require('node:worker_threads');
    parentPort.postMessage(await (async () => { ${body} })());
  });`;
  const worker = new Worker(code, { eval: true });
  const [answer] = (await once(worker, 'message')) as [unknown];
  await once(worker, 'exit');
  return answer;
}

test('Thread: ThreadTests.test_name', () => {
  function func(): void {}
  assert.equal(new Thread({ target: nothing, name: 'myname1' }).name, 'myname1');
  assert.equal(new Thread({ target: nothing, name: 123 as never }).name, '123');
  assert.equal(new Thread({ target: func, name: 'myname2' }).name, 'myname2');
  const [, number = ''] = /^Thread-(\d+)$/.exec(new Thread({ target: () => {} }).name) ?? [];
  assert.equal(new Thread({ target: () => {}, name: '' }).name, `Thread-${Number(number) + 1}`);
  assert.equal(new Thread({ target: func }).name, `Thread-${Number(number) + 2} (func)`);
});

test('Thread: ThreadTests.test_args_argument', async () => {
  const cases: readonly (readonly unknown[])[] = [[1], ['str'], [[1]], [Object.freeze([1])]];
  for (const args of cases) {
    for (const given of [args, Object.freeze([...args])]) {
      const thread = new Thread({ target: (arg: unknown) => arg, args: given as [unknown] });
      assert.deepEqual(await thread.start().resultAsync(), args[0]);
    }
  }
});

test('Thread: ThreadTests.test_lock_no_args', () => {
  for (const Type of [Lock, RLock, Event]) {
    assert.doesNotThrow(() => new Type());
    assert.doesNotThrow(() => new Type({}));
    // @ts-expect-error: a lock takes options by name, or none
    assert.doesNotThrow(() => new Type({}, 1));
  }
});

test('Thread: ThreadTests.test_ident_of_no_threading_threads', async () => {
  assert.notEqual(currentThread().ident, null);
  const [current, own] = (await foreign(
    'return [threading.currentThread().ident, threading.getIdent()]',
  )) as [number, number];
  assert.ok(current > 0);
  assert.equal(current, own);
});

test('Thread: ThreadTests.test_foreign_thread', async () => {
  const count = activeCount();
  const answer = await foreign(`
    const { currentThread, enumerate, Lock, Thread } = threading;
    const current = currentThread();
    const lock = new Lock();
    lock.acquire();
    new Thread({ target: () => lock.release() }).start();
    const taken = lock.acquire({ timeout: 15 });
    let refusal = '';
    try { current.join(); } catch (error) { refusal = error.name; }
    return [current.isAlive(), enumerate()[0] === current, taken, refusal];`);
  assert.deepEqual(answer, [true, true, true, 'RuntimeError']);
  // It is a world of its own, which is gone with it.
  assert.equal(activeCount(), count);
});

test('Thread: ThreadTests.test_enumerate_after_join', async () => {
  for (let trial = 1; trial < 100; trial++) {
    const thread = new Thread({ target: nothing }).start();
    if (trial % 2 === 0) thread.join();
    else await thread.joinAsync();
    assert.equal(enumerate().includes(thread), false, `after ${trial} trials`);
  }
});

test('Thread: ThreadTests.test_join_with_timeout', async () => {
  const lock = new Lock();
  lock.acquire();
  const thread = new Thread({
    target: () => {
      lock.acquire();
      lock.release();
    },
  }).start();
  assert.equal(thread.join(0.01), false);
  assert.equal(thread.isAlive(), true);
  lock.release();
  assert.equal(await thread.joinAsync(), true);
  assert.equal(thread.isAlive(), false);
});

test('Thread: ThreadTests.test_old_threading_api', () => {
  // The older spellings that read well in TypeScript are the ones there are, and warn nobody.
  const thread = new Thread({ target: nothing });
  thread.setDaemon(true);
  assert.equal(thread.daemon, true);
  assert.equal(new Event().isSet(), false);
  assert.equal(currentThread(), mainThread());
  assert.equal(activeCount(), enumerate().length);
});

test('Thread: ThreadTests.test_repr_daemon', () => {
  const thread = new Thread({ target: nothing });
  assert.doesNotMatch(inspect(thread), /daemon/);
  thread.daemon = true;
  assert.match(inspect(thread), /daemon/);
});

test('Thread: ThreadTests.test_daemon_param', () => {
  assert.equal(new Thread({ target: nothing }).daemon, false);
  assert.equal(new Thread({ target: nothing, daemon: false }).daemon, false);
  assert.equal(new Thread({ target: nothing, daemon: true }).daemon, true);
});

test('Thread: ThreadTests.test_main_thread', async () => {
  const main = mainThread();
  assert.equal(main.name, 'MainThread');
  assert.equal(main.ident, currentThread().ident);
  assert.equal(main.ident, getIdent());
  const idents = (): (number | null)[] => [mainThread().ident, currentThread().ident, getIdent()];
  const [there, current, own] = await new Thread({ target: idents }).start().resultAsync();
  assert.equal(there, main.ident);
  assert.notEqual(there, current);
  assert.equal(current, own);
});

test('Thread: ThreadTests.test_repr_stopped', async () => {
  const finish = new Event();
  const thread = new Thread({ target: () => finish.wait() });
  assert.match(inspect(thread), /initial/);
  thread.start();
  assert.match(inspect(thread), /running|ready|waiting/);
  finish.set();
  // All on its own: nobody joins it.
  await until(() => inspect(thread).includes('terminated'), 'the end of the thread');
});

test('Thread: ThreadTests.test_boolean_target', async () => {
  const ran = new Value('i32');
  const target = Object.assign(() => void ran.add(1), { valueOf: () => false });
  await new Thread({ target }).start().joinAsync();
  assert.equal(ran.value, 1);
  for (const none of [null, undefined, 0, '', false]) {
    assert.throws(() => new Thread({ target: none as unknown as Callable }), TypeError);
  }
});

test('Thread: ThreadTests.test_leak_without_join', async () => {
  const count = activeCount();
  new Thread({ target: nothing }).start();
  await until(() => activeCount() === count, 'the end of the thread');
});

test('Thread: ThreadTests.test_various_ops', async () => {
  await variousOps(10);
});

test('Thread: ThreadTests.test_various_ops_small_stack', async () => {
  await variousOps(4, { stackSizeMb: 0.25 });
});

test('Thread: ThreadTests.test_various_ops_large_stack', async () => {
  await variousOps(4, { stackSizeMb: 1 });
});

// CPython lets no more than 3 run at once, by a semaphore; here, by three locks.
async function variousOps(count: number, resourceLimits?: ThreadLimits): Promise<void> {
  const places = [new Lock(), new Lock(), new Lock()];
  const mutex = new RLock();
  const [running, most, gate] = [new Value('i32'), new Value('i32'), new Event()];
  const task = (place: number): void => {
    gate.wait();
    places[place % places.length]?.with(() => {
      mutex.with(() => {
        const now = running.add(1) + 1;
        mutex.with(() => (most.value = Math.max(most.value, now)));
      });
      mutex.with(() => running.add(-1));
    });
  };
  const threads = Array.from({ length: count }, (_, place) => {
    const name = `<thread ${place}>`;
    return new Thread({ target: task, args: [place], name, resourceLimits });
  });
  for (const thread of threads) {
    assert.equal(thread.ident, null);
    assert.match(inspect(thread), /^Thread { "<thread \d>", initial }$/);
    thread.start();
  }
  const nativeIds = new Set([getNativeId(), ...threads.map((thread) => thread.nativeId)]);
  if (process.platform === 'linux') {
    assert.equal(nativeIds.has(null), false);
    assert.equal(nativeIds.size, count + 1);
  }
  gate.set();
  for (const thread of threads) {
    await thread.joinAsync();
    assert.equal(thread.isAlive(), false);
    assert.ok(Number(thread.ident) > 0);
    assert.match(inspect(thread), /^Thread { "<thread \d>", terminated }$/);
  }
  assert.equal(running.value, 0);
  assert.ok(most.value >= 1 && most.value <= 3, `${most.value} at once`);
}

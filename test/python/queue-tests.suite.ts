// CPython's BaseQueueTestMixin, which it runs for each kind of queue.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Empty, Full, ShutDown } from 'heddle/queue';
import type { Queue } from 'heddle/queue';
import { SharedList, Value } from 'heddle/shared';
import { Event, Thread } from 'heddle/threading';
import { until } from '../support/until.ts';

/** A kind of queue, and the order in which 111, 333, 222 leave it. */
export interface Type2Test {
  readonly name: string;
  readonly make: (maxsize?: number) => Queue<unknown>;
  readonly order: readonly number[];
}

type Call = (queue: Queue<unknown>, go: Event) => boolean;

const QUEUE_SIZE = 5;

/** Runs them. */
export function queueTests(kind: Type2Test): void {
  basics(kind);
  shutdowns(kind);
  crowds(kind);
}

function basics({ name, make, order }: Type2Test): void {
  const title = (method: string): string => `${name}: ${name}Test.${method}`;

  test(title('test_queue_task_done'), () => {
    assert.throws(() => make().taskDone(), RangeError);
  });

  test(title('test_queue_join'), async () => {
    const queue = make();
    for (let round = 0; round < 2; round++) await joinTest(queue);
    assert.throws(() => queue.taskDone(), RangeError);
  });

  test(title('test_basic'), async () => {
    const queue = make(QUEUE_SIZE);
    for (let round = 0; round < 2; round++) await basicTest(queue, order);
  });

  test(title('test_negative_timeout_raises_exception'), () => {
    const queue = make(QUEUE_SIZE);
    assert.throws(() => queue.put(1, { timeout: -1 }), RangeError);
    assert.throws(() => queue.get({ timeout: -1 }), RangeError);
  });

  test(title('test_nowait'), () => {
    const queue = make(QUEUE_SIZE);
    for (let n = 0; n < QUEUE_SIZE; n++) queue.putNowait(1);
    assert.throws(() => queue.putNowait(1), Full);
    for (let n = 0; n < QUEUE_SIZE; n++) queue.getNowait();
    assert.throws(() => queue.getNowait(), Empty);
  });

  test(title('test_shrinking_queue'), () => {
    const queue = make(3);
    for (const item of [1, 2, 3]) queue.put(item);
    assert.throws(() => queue.putNowait(4), Full);
    assert.equal(queue.qsize(), 3);
    queue.maxsize = 2;
    assert.throws(() => queue.putNowait(4), Full);
  });
}

function shutdowns({ name, make }: Type2Test): void {
  const title = (method: string): string => `${name}: ${name}Test.${method}`;

  test(title('test_shutdown_empty'), () => {
    const queue = make();
    queue.shutdown();
    assert.throws(() => queue.put('data'), ShutDown);
    assert.throws(() => queue.get(), ShutDown);
  });

  test(title('test_shutdown_nonempty'), () => {
    const queue = make();
    queue.put('data');
    queue.shutdown();
    queue.get();
    assert.throws(() => queue.get(), ShutDown);
  });

  test(title('test_shutdown_immediate'), () => {
    const queue = make();
    queue.put('data');
    queue.shutdown(true);
    assert.throws(() => queue.get(), ShutDown);
  });

  test(title('test_shutdown_allowed_transitions'), () => {
    const queue = make();
    assert.equal(queue.isShutdown, false);
    for (const immediate of [undefined, true, false]) {
      queue.shutdown(immediate);
      assert.equal(queue.isShutdown, true);
    }
  });

  for (const [method, immediate] of [
    ['test_shutdown_all_methods_in_one_thread', false],
    ['test_shutdown_immediate_all_methods_in_one_thread', true],
  ] as const) {
    test(title(method), () => {
      const queue = make(2);
      queue.put('L');
      queue.putNowait('O');
      queue.shutdown(immediate);
      assert.throws(() => queue.put('E'), ShutDown);
      assert.throws(() => queue.putNowait('W'), ShutDown);
      if (!immediate)
        assert.deepEqual(new Set([queue.get(), queue.getNowait()]), new Set(['L', 'O']));
      assert.throws(() => queue.get(), ShutDown);
      assert.throws(() => queue.getNowait(), ShutDown);
      if (immediate) return assert.throws(() => queue.taskDone(), RangeError);
      queue.taskDone();
      queue.taskDone();
      queue.join();
    });
  }

  test(title('test_shutdown_pending_get'), async () => {
    const queue = make();
    const thread = new Thread({ target: () => queue.get() }).start();
    await until(() => thread.waitingFor !== null, 'the wait for an item');
    queue.shutdown();
    await assert.rejects(thread.resultAsync({ timeout: 10 }), ShutDown);
  });
}

function crowds({ name, make }: Type2Test): void {
  const title = (method: string): string => `${name}: ${name}Test.${method}`;

  for (const [method, immediate] of [
    ['test_shutdown_all_methods_in_many_threads', false],
    ['test_shutdown_immediate_all_methods_in_many_threads', true],
  ] as const) {
    test(title(method), () => manyThreadsTest(make(), immediate));
  }

  for (const immediate of [false, true]) {
    const kind = immediate ? 'shutdown_immediate' : 'shutdown';

    test(title(`test_${kind}_get`), async () => {
      const results = await crowd(make, ['Y', 'D'], [get, get, get], immediate);
      assert.equal(results.filter(Boolean).length, immediate ? 0 : 2);
    });

    test(title(`test_${kind}_put`), async () => {
      const results = await crowd(make, ['Y', 'D'], [put, put], immediate);
      assert.deepEqual(results, [false, false]);
    });

    test(title(`test_${kind}_join`), async () => {
      const workers = immediate ? [] : [getTaskDone];
      const results = await crowd(make, ['Y'], [join, join, ...workers], immediate);
      assert.ok(results.every(Boolean));
    });

    test(title(`test_${kind}_put_join`), async () => {
      const workers = immediate ? [] : [getTaskDone];
      const results = await crowd(make, ['Y'], [put, join, ...workers], immediate);
      assert.deepEqual(results, immediate ? [false, true] : [false, true, true]);
    });
  }

  test(title('test_shutdown_get_task_done_join'), async () => {
    const calls = [getTaskDone, getTaskDone, join, join];
    const results = await crowd(make, ['Y', 'D'], calls, false);
    assert.deepEqual(results, [true, true, true, true]);
  });
}

// What a thread does once the queue is shut down: false when that is refused.
const refused = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof ShutDown) return false;
    throw error;
  }
};
const get: Call = (queue, go) => {
  go.wait();
  return refused(() => queue.get());
};
const put: Call = (queue, go) => {
  go.wait();
  return refused(() => queue.put('E'));
};
const getTaskDone: Call = (queue, go) => {
  go.wait();
  return refused(() => {
    queue.get();
    queue.taskDone();
  });
};
const join: Call = (queue) => refused(() => queue.join());

// Threads that make their calls as the queue is shut down.
async function crowd(
  make: Type2Test['make'],
  items: readonly string[],
  calls: readonly Call[],
  immediate: boolean,
): Promise<boolean[]> {
  const queue = make(2);
  const go = new Event();
  for (const item of items) queue.put(item);
  assert.equal(queue.unfinishedTasks, items.length);
  const threads = calls.map((target) => new Thread({ target, args: [queue, go] }).start());
  queue.shutdown(immediate);
  go.set();
  return Promise.all(threads.map((thread) => thread.resultAsync({ timeout: 10 })));
}

async function joinTest(queue: Queue<unknown>): Promise<void> {
  const sum = new Value('i32');
  const worker = (): void => {
    for (;;) {
      const item = queue.get() as number;
      if (item >= 0) sum.add(item);
      queue.taskDone();
      if (item < 0) return;
    }
  };
  const threads = [1, 2].map(() => new Thread({ target: worker }).start());
  for (let item = 0; item < 100; item++) queue.put(item);
  await queue.joinAsync({ timeout: 15 });
  assert.equal(sum.value, 4950);
  for (let n = 0; n < 2; n++) queue.put(-1);
  await queue.joinAsync({ timeout: 15 });
  for (const thread of threads) await thread.joinAsync();
}

async function basicTest(queue: Queue<unknown>, order: readonly number[]): Promise<void> {
  for (const item of [111, 333, 222]) queue.put(item);
  assert.deepEqual([queue.get(), queue.get(), queue.get()], order);
  for (let item = 0; item < QUEUE_SIZE - 1; item++) queue.put(item);
  assert.deepEqual([queue.empty(), queue.full()], [false, false]);
  queue.put(10);
  assert.deepEqual([queue.empty(), queue.full()], [false, true]);
  assert.throws(() => queue.put(30, { blocking: false }), Full);
  assert.throws(() => queue.put(30, { timeout: 0.01 }), Full);
  for (const options of [undefined, { timeout: 10 }]) {
    const thread = new Thread({ target: () => queue.put(30, options) }).start();
    await until(() => thread.waitingFor !== null, 'the wait for room');
    queue.get();
    await thread.resultAsync();
  }
  for (let n = 0; n < QUEUE_SIZE; n++) queue.get();
  assert.equal(queue.qsize(), 0);
  assert.throws(() => queue.get({ blocking: false }), Empty);
  assert.throws(() => queue.get({ timeout: 0.01 }), Empty);
  for (const options of [undefined, { timeout: 10 }]) {
    const thread = new Thread({ target: () => queue.get(options) }).start();
    await until(() => thread.waitingFor !== null, 'the wait for an item');
    queue.put('empty');
    assert.equal(await thread.resultAsync(), 'empty');
  }
}

async function manyThreadsTest(queue: Queue<unknown>, immediate: boolean): Promise<void> {
  const taken = new SharedList<number>();
  const ready = new Event();
  const write = (from: number): number => {
    for (let item = from; ; item++) {
      if (item === from + 100) ready.set();
      if (!refused(() => queue.put(item))) return item - from;
    }
  };
  const read = (): void => {
    while (refused(() => taken.append(queue.get() as number)));
  };
  // First the readers: what writers would put in the time that a worker takes to boot is millions.
  const readers = [1, 2].map(() => new Thread({ target: read }).start());
  const writers = [0, 1e9].map((from) => new Thread({ target: write, args: [from] }).start());
  assert.equal(await ready.waitAsync({ timeout: 15 }), true);
  queue.shutdown(immediate);
  const written = await Promise.all(writers.map((thread) => thread.resultAsync({ timeout: 15 })));
  for (const thread of readers) await thread.resultAsync({ timeout: 15 });
  assert.equal(queue.empty(), true);
  const all = written.reduce((a, b) => a + b, 0);
  assert.equal(new Set(taken.toArray()).size, taken.length);
  if (immediate) assert.ok(taken.length <= all);
  else assert.equal(taken.length, all);
}

// CPython's test_queue.py.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Empty, LifoQueue, PriorityQueue, Queue, SimpleQueue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { queueTests } from './queue-tests.suite.ts';

queueTests({ name: 'Queue', make: (maxsize) => new Queue(maxsize), order: [111, 333, 222] });
queueTests({
  name: 'LifoQueue',
  make: (maxsize) => new LifoQueue(maxsize),
  order: [222, 333, 111],
});
queueTests({
  name: 'PriorityQueue',
  make: (maxsize) => new PriorityQueue(maxsize),
  order: [111, 222, 333],
});

test('Queue: FailingQueueTest.test_failing_queue', () => {
  // Here it is the item that fails: while it is written, and when it is read.
  const queue = new Queue<unknown>(5);
  const failing = {
    get oops(): never {
      throw new Error('You lose');
    },
  };
  for (let round = 0; round < 2; round++) {
    for (let item = 0; item < 4; item++) queue.put(item);
    assert.throws(() => queue.put(failing, { blocking: false }), /You lose/);
    assert.throws(() => queue.put(failing, { timeout: 0.1 }), /You lose/);
    queue.put('last');
    assert.equal(queue.full(), true);
    assert.throws(() => queue.put(failing), /You lose/);
    queue.get();
    assert.equal(queue.full(), false);
    queue.put('last');
    for (let n = 0; n < 5; n++) queue.get();
    assert.equal(queue.qsize(), 0);
  }
});

type Consume = (queue: SimpleQueue<number | null>) => (number | null)[];

const take: Consume = (queue) => {
  const items: (number | null)[] = [];
  for (let item = queue.get(); item !== null; item = queue.get()) items.push(item);
  return items;
};
const takeBy = (queue: SimpleQueue<number | null>, options: object): (number | null)[] => {
  const items: (number | null)[] = [];
  for (;;) {
    try {
      const item = queue.get(options);
      if (item === null) return items;
      items.push(item);
    } catch (error) {
      if (!(error instanceof Empty)) throw error;
    }
  }
};

async function runThreads(count: number, items: number, consume: Consume): Promise<unknown[]> {
  const queue = new SimpleQueue<number | null>();
  const feed = (own: number): void => {
    for (let item = own; item < items; item += count) queue.put(item);
    queue.put(null);
  };
  const owns = Array.from({ length: count }, (_, own) => own);
  const feeders = owns.map((own) => new Thread({ target: feed, args: [own] }).start());
  const consumers = owns.map(() => new Thread({ target: consume, args: [queue] }).start());
  for (const thread of feeders) await thread.resultAsync({ timeout: 60 });
  const results: unknown[] = [];
  for (const thread of consumers) results.push(...(await thread.resultAsync({ timeout: 60 })));
  assert.deepEqual([queue.qsize(), queue.empty()], [0, true]);
  return results;
}

test('SimpleQueue: SimpleQueueTest.test_basic', () => {
  const queue = new SimpleQueue<number>();
  for (const item of [1, 2, 4]) queue.put(item);
  queue.putNowait(3);
  assert.deepEqual([queue.empty(), queue.qsize()], [false, 4]);
  assert.deepEqual([queue.get(), queue.getNowait()], [1, 2]);
  assert.deepEqual([queue.get({ blocking: false }), queue.get({ timeout: 0.1 })], [4, 3]);
  assert.throws(() => queue.get({ blocking: false }), Empty);
  assert.throws(() => queue.get({ timeout: 0.001 }), Empty);
  assert.throws(() => queue.getNowait(), Empty);
  assert.deepEqual([queue.empty(), queue.qsize()], [true, 0]);
});

test('SimpleQueue: SimpleQueueTest.test_negative_timeout_raises_exception', () => {
  const queue = new SimpleQueue<number>();
  queue.put(1);
  assert.throws(() => queue.get({ timeout: -1 }), RangeError);
});

test('SimpleQueue: SimpleQueueTest.test_order', async () => {
  assert.deepEqual(
    await runThreads(1, 100, take),
    Array.from({ length: 100 }, (_, i) => i),
  );
});

for (const [method, threads, items, consume] of [
  ['test_many_threads', 8, 10_000, take],
  ['test_many_threads_nonblock', 2, 2000, (queue) => takeBy(queue, { blocking: false })],
  ['test_many_threads_timeout', 8, 1000, (queue) => takeBy(queue, { timeout: 1e-5 })],
] as const satisfies readonly (readonly [string, number, number, Consume])[]) {
  test(`SimpleQueue: SimpleQueueTest.${method}`, async () => {
    const results = (await runThreads(threads, items, consume)) as number[];
    assert.deepEqual(
      results.toSorted((a, b) => a - b),
      Array.from({ length: items }, (_, i) => i),
    );
  });
}

test('SimpleQueue: SimpleQueueTest.test_references', async () => {
  const ran = await runProgram(
    `import { SimpleQueue } from 'heddle/queue';
    import { Lock } from 'heddle/threading';
    const queue = new SimpleQueue();
    const put = () => { for (let n = 0; n < 20; n++) queue.put({ item: new Lock() }); };
    const get = () => new WeakRef(queue.get().item);
    put();
    for (let n = 0; n < 20; n++) {
      const item = get();
      for (let turn = 0; turn < 3; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
        gc();
      }
      if (item.deref() !== undefined) throw new Error('still there: ' + n);
    }`,
    { kind: 'mjs', flags: ['--expose-gc'] },
  );
  assert.deepEqual([ran.stderr, ran.code], ['', 0]);
});

test('SimpleQueue: CSimpleQueueTest.test_reentrancy', async () => {
  // put() from where the garbage collector calls back, between the puts and gets of the program.
  const ran = await runProgram(
    `import { SimpleQueue } from 'heddle/queue';
    const queue = new SimpleQueue();
    let called = 0;
    const registry = new FinalizationRegistry(() => { queue.put('gone'); called += 1; });
    let own = 0;
    let gone = 0;
    while (called < 100) {
      for (let n = 0; n < 1000; n++) {
        registry.register({}, null);
        queue.put(n);
        if (queue.get() === 'gone') gone += 1; else own += 1;
      }
      gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
    while (!queue.empty()) if (queue.get() === 'gone') gone += 1; else own += 1;
    console.log(gone === called, own % 1000);`,
    { kind: 'mjs', flags: ['--expose-gc'] },
  );
  assert.deepEqual([ran.stderr, ran.stdout], ['', 'true 0\n']);
});

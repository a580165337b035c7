// Queue: the contract, and what its items may be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Full, Queue, SimpleQueue, TransferError } from 'heddle/queue';
import { Value, SharedList } from 'heddle/shared';
import { Lock, Thread } from 'heddle/threading';
import { queueContract } from '../contracts/queue.contract.ts';
import { threads } from '../contracts/world.ts';
import { usage } from '../../src/kernel/index.ts';
import { runProgram } from '../support/run.ts';

const KERNEL = JSON.stringify(new URL('../../src/kernel/index.ts', import.meta.url).href);

queueContract({
  name: 'Queue',
  make: (maxsize, options) => new Queue(maxsize, options),
  order: [1, 3, 2],
  world: threads,
});

test('Queue carries any value that travels, there and back', () => {
  const queue = new Queue<unknown>();
  const back = new Queue<unknown>();
  const thread = new Thread({
    target: () => {
      for (const item of queue) back.put(item);
    },
  }).start();
  const items = [
    0,
    -0,
    1.5,
    NaN,
    Infinity,
    -(2 ** 53),
    2 ** -1041,
    5e-324,
    7n,
    null,
    undefined,
    true,
    false,
    '',
    'text',
    'ü€😀',
    Symbol.iterator,
    [1, [2]],
    { a: { b: new Map([[1, new Set([2])]]) } },
    new Date(5),
    /x/g,
    new Uint8Array(100_000).fill(7),
  ];
  for (const item of items) queue.put(item);
  queue.shutdown();
  thread.join();
  for (const item of items) assert.deepEqual(back.getNowait(), item);
});

test('Queue carries functions, which run where they arrive, and errors', () => {
  const queue = new Queue<(n: number) => number>();
  const results = new Queue<unknown>();
  const target = (): void => {
    results.put(queue.get()(2));
    results.put(new RangeError('far', { cause: 1 }));
  };
  const factor = 21;
  const thread = new Thread({ target }).start();
  queue.put((n) => n * factor);
  assert.equal(results.get(), 42);
  const error = results.get();
  assert.ok(error instanceof RangeError && error.cause === 1);
  thread.join();
});

test("Queue keeps heddle's own objects what they are, itself included", () => {
  const queue = new Queue<unknown>();
  const lock = new Lock();
  for (const item of [lock, queue, { deep: [lock] }, Lock]) queue.put(item);
  assert.equal(queue.get(), lock);
  assert.equal(queue.get(), queue);
  assert.equal((queue.get() as { deep: unknown[] }).deep[0], lock);
  assert.equal(queue.get(), Lock);
});

test('Queue copies items as they are when they are put', async () => {
  const queue = new Queue<{ n: number }>(1);
  const item = { n: 1 };
  queue.put(item);
  const put = queue.putAsync(item);
  item.n = 2;
  const copy = queue.get();
  assert.notEqual(copy, item);
  await put;
  assert.deepEqual([copy, queue.get()], [{ n: 1 }, { n: 1 }]);
});

test('Queue.put() of what cannot travel is an error that leaves the queue as it was', async () => {
  const queue = new Queue<unknown>(2);
  queue.put(1);
  const items = [
    new WeakRef({}),
    { deep: [Promise.resolve()] },
    {
      get bad() {
        throw new Error('no');
      },
    },
  ];
  for (const item of items) {
    assert.throws(() => queue.put(item));
    await assert.rejects(queue.putAsync(item));
  }
  assert.throws(() => queue.put(new WeakRef({})), TransferError);
  assert.deepEqual([queue.qsize(), queue.unfinishedTasks, queue.get()], [1, 1, 1]);
});

test('Queue.get() puts an item back that cannot be read here, as the first', async () => {
  const ran = await runProgram(
    `import { Queue } from 'heddle/queue';
    import { Thread } from 'heddle/threading';
    import { only } from './only-there.ts';
    const queue = new Queue();
    queue.put({ first: only });
    queue.put('second');
    const target = () => {
      const seen = [];
      for (let n = 0; n < 2; n++) {
        try { queue.get(); } catch (error) { seen.push(error.code); }
      }
      return seen;
    };
    console.log(new Thread({ target }).start().result().join(), queue.qsize());
    const asynchronous = async () => queue.getAsync().catch((error) => error.code);
    console.log(new Thread({ target: asynchronous }).start().result(), queue.qsize());
    console.log(queue.get().first === only, queue.get(), queue.qsize());`,
    {
      files: {
        'only-there.ts': `import { isMainThread } from 'node:worker_threads';
        if (!isMainThread) throw new Error('not here');
        export const only = () => 1;`,
      },
    },
  );
  assert.equal(ran.stderr, '');
  assert.deepEqual(ran.stdout.trimEnd().split('\n'), [
    'ERR_HEDDLE_IMPORT,ERR_HEDDLE_IMPORT 2',
    'ERR_HEDDLE_IMPORT 2',
    'true second 0',
  ]);
});

test('Queue: Full has the very item, also in the promise', async () => {
  const queue = new Queue<object>(1);
  queue.put({});
  const item = {};
  assert.throws(
    () => queue.putNowait(item),
    (error) => error instanceof Full && error.item === item,
  );
  await assert.rejects(
    queue.putAsync(item, { timeout: 0 }),
    (error) => error instanceof Full && error.item === item,
  );
});

test('Queue gives back all of the memory that its items took', () => {
  const queue = new Queue<unknown>();
  const nested = new Queue<unknown>();
  const fill = (): void => {
    for (let n = 0; n < 300; n++) queue.put([n, 'text', nested, () => n]);
  };
  fill();
  while (!queue.empty()) queue.get();
  const before = usage().blocks;
  fill();
  // Meanwhile threads of earlier tests may let go of what was theirs.
  assert.ok(usage().blocks > before + 200);
  while (!queue.empty()) queue.get();
  assert.ok(usage().blocks <= before + 1, `${usage().blocks - before} blocks more`);
  fill();
  queue.shutdown(true);
  // The chunks of its slots stay until the queue itself goes.
  assert.ok(usage().blocks <= before + 7, `${usage().blocks - before} blocks more`);
});

test('Queue that nobody knows any more takes what is in it with it', async () => {
  const ran = await runProgram(
    `import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from 'heddle/queue';
    import { usage } from ${KERNEL};
    const collect = async () => {
      for (let n = 0; n < 20; n++) { gc(); await new Promise((r) => setTimeout(r, 5)); }
      return usage().blocks;
    };
    const make = () => {
      for (const Type of [LifoQueue, PriorityQueue, Queue, SimpleQueue]) {
        for (let n = 0; n < 20; n++) {
          const queue = new Type();
          for (const item of ['b', 'a', 'c']) queue.put({ priority: item, big: 'x'.repeat(99) });
          queue.get();
        }
      }
    };
    make();
    const before = await collect();
    make();
    console.log((await collect()) - before);`,
    { kind: 'mjs', flags: ['--expose-gc'] },
  );
  assert.equal(ran.stderr, '');
  assert.ok(Math.abs(Number(ran.stdout)) <= 5, ran.stdout);
});

for (const name of ['Queue', 'LifoQueue', 'PriorityQueue']) {
  test(`${name} grows until memory ends, says so then, and has lost nothing`, async () => {
    const ran = await runProgram(
      `import { ${name} } from 'heddle/queue';
      const queue = new ${name}();
      let put = 0;
      let code = '';
      try { for (;;) { queue.put(put); put += 1; } } catch (error) { code = error.code; }
      const size = queue.qsize();
      let wrong = 0;
      for (let n = 0; n < put; n++) {
        if (queue.get() !== (${name === 'LifoQueue'} ? put - 1 - n : n)) wrong += 1;
      }
      queue.put(1);
      console.log(code, size === put, put > 500_000, wrong, queue.qsize());`,
      { kind: 'mjs', env: { HEDDLE_ARENA_MB: '64' }, limitMs: 60_000 },
    );
    assert.equal(ran.stderr, '');
    assert.equal(ran.stdout, 'ERR_HEDDLE_OUT_OF_MEMORY true true 0 1\n');
  });
}

test('Queue at module level is one queue in every thread that imports the module', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { tasks, work } from './tasks.ts';
    const thread = new Thread({ target: work }).start();
    tasks.put(5);
    console.log(thread.result());`,
    {
      files: {
        'tasks.ts': `import { Queue } from 'heddle/queue';
        export const tasks = new Queue(3);
        export const work = () => tasks.get() + tasks.maxsize;`,
      },
    },
  );
  assert.equal(ran.stderr, '');
  assert.equal(ran.stdout, '8\n');
});

test('Queue of a derived class is that class here, and a Queue elsewhere', () => {
  class Tasks extends Queue<number> {
    twice(): number {
      return this.get() * 2;
    }
  }
  const tasks = new Tasks(2);
  new Thread({ target: (queue: Queue<number>) => queue.put(4), args: [tasks] }).start().join();
  assert.equal(tasks.twice(), 8);
});

test('Queue: an item whose getter was killed while it read it is there again', async () => {
  // The item is a list whose class takes for ever to arrive.
  const queue = new Queue<unknown>();
  const reached = new Value('i32');
  const list = new SharedList<number>();
  class Slow {
    value = 1;
  }
  const { registerTransfer } = await import('heddle');
  registerTransfer(Slow, {
    reduce: () => [reached, list] as const,
    revive: ([hit, marks]) => {
      hit.add(1);
      while (marks.length === 0);
      return new Slow();
    },
  });
  queue.put(new Slow());
  queue.put('next');
  const thread = new Thread({ target: () => queue.get(), daemon: true }).start();
  while (reached.value === 0);
  assert.equal(queue.qsize(), 1);
  thread.terminate();
  thread.join();
  assert.equal(queue.qsize(), 2);
  list.push(1);
  assert.ok(queue.get() instanceof Slow);
  assert.equal(queue.get(), 'next');
});

test('Queue wakes who waits when the one who had the item is killed', async () => {
  const queue = new SimpleQueue<unknown>();
  const reached = new Value('i32');
  const list = new SharedList<number>();
  class Slow {
    value = 1;
  }
  const { registerTransfer } = await import('heddle');
  registerTransfer(Slow, {
    reduce: () => [reached, list] as const,
    revive: ([hit, marks]) => {
      hit.add(1);
      while (marks.length === 0);
      return 5 as never;
    },
  });
  queue.put(new Slow());
  const doomed = new Thread({ target: () => queue.get(), daemon: true }).start();
  while (reached.value === 0);
  const waiting = queue.getAsync({ timeout: 15 });
  const thread = new Thread({ target: () => queue.get() }).start();
  doomed.terminate();
  // Blocking: this thread must not take the item before it can be read.
  doomed.join();
  list.push(1);
  queue.put(5);
  assert.deepEqual([await waiting, await thread.resultAsync()], [5, 5]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedList, Value } from 'heddle/shared';
import { Event, Lock, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

const THREADS = [0, 1, 2];
const TIMES = 3000;

// Runs a target in several threads, and gives what each returned.
async function inThreads<R>(target: (number: number) => R): Promise<Awaited<R>[]> {
  const threads = THREADS.map((number) => new Thread({ target, args: [number] }).start());
  return Promise.all(threads.map((thread) => thread.resultAsync()));
}

test('SharedList.push() of several threads loses nothing and keeps their orders', async () => {
  const list = new SharedList<unknown>();
  const lengths = await inThreads((thread) => {
    let last = 0;
    for (let i = 0; i < TIMES; i += 1) {
      const length = list.push(i % 2 === 0 ? { thread, i } : `${thread} ${i}`);
      if (length <= last) throw new Error('the list became shorter');
      last = length;
    }
    return last;
  });
  assert.equal(Math.max(...lengths), THREADS.length * TIMES);
  assert.equal(list.length, THREADS.length * TIMES);
  const items = list.toArray();
  for (const thread of THREADS) {
    const own = items.filter((item) =>
      typeof item === 'string'
        ? item.startsWith(`${thread} `)
        : (item as { thread: number }).thread === thread,
    );
    const expected = Array.from({ length: TIMES }, (_, i) =>
      i % 2 === 0 ? { thread, i } : `${thread} ${i}`,
    );
    assert.deepEqual(own, expected);
  }
});

test('SharedList.push() of several items lets nobody see or come between them', async () => {
  const list = new SharedList<string>();
  await inThreads((thread) => {
    for (let i = 0; i < 300; i += 1) {
      list.push(`${thread}a`, `${thread}b`, `${thread}c`);
      const all = list.toArray().join('');
      if (!/^(?:0a0b0c|1a1b1c|2a2b2c)*$/.test(all)) throw new Error(all);
    }
  });
  assert.equal(list.length, THREADS.length * 900);
});

test('SharedList.pop(), shift() and remove() give each item to one thread', async () => {
  const total = THREADS.length * TIMES;
  const list = new SharedList(Array.from({ length: total }, (_, i) => (i % 3 === 0 ? [i] : i)));
  const taken = await inThreads((thread) => {
    const own: number[] = [];
    for (;;) {
      const item = thread === 0 ? list.pop() : thread === 1 ? list.shift() : list.at(0);
      if (item === undefined) return own;
      if (thread === 2) {
        try {
          list.remove(item);
        } catch (error) {
          // Another thread was quicker.
          if (error instanceof RangeError) continue;
          throw error;
        }
      }
      own.push(typeof item === 'number' ? item : (item[0] as number));
    }
  });
  const all = taken.flat().toSorted((a, b) => a - b);
  assert.deepEqual(
    all,
    Array.from({ length: total }, (_, i) => i),
  );
});

test('SharedList.transaction() makes one operation of several', async () => {
  const list = new SharedList<number>([0]);
  const objects = new SharedList([{ count: 0 }]);
  await inThreads(() => {
    for (let i = 0; i < TIMES; i += 1) {
      list.transaction(() => list.set(0, (list.at(0) as number) + 1));
      objects.transaction(() => {
        const [{ count } = { count: 0 }] = objects;
        objects.set(0, { count: count + 1 });
      });
    }
  });
  assert.equal(list.at(0), THREADS.length * TIMES);
  assert.deepEqual(objects.toArray(), [{ count: THREADS.length * TIMES }]);
});

test('SharedList is the same list in every thread, with what is in it', async () => {
  const lock = new Lock();
  const inner = new SharedList([1]);
  const list = new SharedList<unknown>([inner, { lock }]);
  lock.acquire();
  const results = await inThreads((thread) => {
    const mine = list.at(0) as SharedList<number>;
    mine.push(thread + 10);
    const other = (list.at(1) as { lock: Lock }).lock;
    return [mine === list.at(0), mine === inner, other === lock, other.locked()];
  });
  for (const result of results) assert.deepEqual(result, [true, true, true, true]);
  assert.deepEqual(
    inner.toArray().toSorted((a, b) => a - b),
    [1, 10, 11, 12],
  );
});

test('SharedList has functions and classes as items', async () => {
  const tasks = new SharedList<(n: number) => number>();
  const factor = 3;
  tasks.push((n) => n * factor, Math.sqrt);
  const [results] = await inThreads(() => tasks.toArray().map((task) => task(16)));
  assert.deepEqual(results, [48, 4]);
});

test('SharedList at the top level of a module is one list in all threads', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { log } from './log.ts';
    const target = (i: number) => { log.push(i); };
    const threads = [1, 2, 3].map((i) => new Thread({ target, args: [i] }).start());
    for (const thread of threads) thread.join();
    console.log(log.sort());`,
    {
      files: {
        'log.ts': `import { SharedList } from 'heddle/shared';
          export const log = new SharedList<unknown>(['begin']);`,
      },
    },
  );
  assert.equal(ran.stdout, "[ 1, 2, 3, 'begin' ]\n", ran.stderr);
});

test('SharedList goes on after a thread that was killed in a transaction', async () => {
  const list = new SharedList<unknown>(['before']);
  const isInside = new Event();
  const target = () => {
    list.transaction(() =>
      list.transaction(() => {
        list.push({ from: 'inside' });
        isInside.set();
        for (;;);
      }),
    );
  };
  for (let round = 1; round <= 3; round += 1) {
    isInside.clear();
    const thread = new Thread({ target, args: [], daemon: true }).start();
    isInside.wait();
    const waiting = new Thread({ target: () => list.at(0), args: [] }).start();
    thread.terminate();
    assert.equal(await waiting.resultAsync(), 'before');
    assert.equal(list.push(round), 1 + 2 * round);
    assert.deepEqual(list.slice(-2), [{ from: 'inside' }, round]);
  }
});

test('SharedList goes on after a thread that exited in a transaction', async () => {
  const list = new SharedList<number>();
  const target = () => list.transaction(() => process.exit(list.push(1)));
  const thread = new Thread({ target, args: [] }).start();
  assert.ok(await thread.joinAsync());
  assert.equal(list.push(2), 2);
});

test('SharedList is whole after threads were killed in any operation', async () => {
  const program = new URL('../stress/programs/list-kill.ts', import.meta.url);
  const seed = String(Math.floor(Math.random() * 2 ** 31));
  const ran = await runProgram(program, { args: [seed, '1'] });
  assert.equal(ran.code, 0, `seed ${seed}: ${ran.stdout}${ran.stderr}`);
  const { kills } = JSON.parse(ran.stdout) as { kills: number };
  assert.ok(kills >= 5, ran.stdout);
});

test('Value goes on after a thread that was killed in the midst of changing it', async () => {
  const value = new Value('f64', 1);
  const started = new Value('bool');
  const target = () => {
    for (;;) {
      value.update((current) => {
        started.value = true;
        return current === 1 ? 2 : 1;
      });
    }
  };
  const thread = new Thread({ target, args: [], daemon: true }).start();
  while (!started.value);
  thread.terminate();
  await thread.joinAsync();
  assert.ok([1, 2].includes(value.value));
  assert.equal(
    value.update((current) => current),
    value.value,
  );
});

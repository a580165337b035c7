import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedDict, SharedList } from 'heddle/shared';
import type { Key } from 'heddle/shared';
import { Event, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

const THREADS = [0, 1, 2];
const TIMES = 2000;

// Runs a target in several threads, and gives what each returned.
async function inThreads<R>(target: (number: number) => R): Promise<Awaited<R>[]> {
  const threads = THREADS.map((number) => new Thread({ target, args: [number] }).start());
  return Promise.all(threads.map((thread) => thread.resultAsync()));
}

test('SharedDict.update() of several threads counts exactly', async () => {
  const counts = new SharedDict<Key, number>();
  const objects = new SharedDict<string, { count: number }>();
  await inThreads(() => {
    for (let i = 0; i < TIMES; i += 1) {
      counts.update(i % 7, (count = 0) => count + 1);
      counts.update(`a key with number ${i % 3}`, (count = 0) => count + 1);
      objects.update('one', (found = { count: 0 }) => ({ count: found.count + 1 }));
    }
  });
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  assert.equal(total, THREADS.length * TIMES * 2);
  assert.equal(counts.size, 10);
  assert.deepEqual(objects.get('one'), { count: THREADS.length * TIMES });
});

test('SharedDict.set() of several threads loses no key while the table grows', async () => {
  const dict = new SharedDict<string, number>();
  await inThreads((thread) => {
    for (let i = 0; i < TIMES; i += 1) {
      dict.set(`${thread}:${i}`, i);
      if (dict.get(`${thread}:${i >> 1}`) !== i >> 1) throw new Error(`${i >> 1} is lost`);
    }
  });
  assert.equal(dict.size, THREADS.length * TIMES);
  for (const thread of THREADS) {
    const own = [...dict.keys()].filter((key) => key.startsWith(`${thread}:`));
    assert.deepEqual(
      own,
      Array.from({ length: TIMES }, (_, i) => `${thread}:${i}`),
    );
  }
});

test('SharedDict.setdefault(), pop() and popitem() give each key to one thread', async () => {
  const dict = new SharedDict<number, number>();
  const firsts = await inThreads((thread) => {
    let own = 0;
    for (let i = 0; i < TIMES; i += 1) if (dict.setdefault(i, thread) === thread) own += 1;
    return own;
  });
  assert.equal(
    firsts.reduce((sum, own) => sum + own, 0),
    TIMES,
  );
  const taken = await inThreads((thread) => {
    const own: number[] = [];
    for (;;) {
      const key = thread === 0 ? dict.popitem()?.[0] : [...dict.keys()][0];
      if (key === undefined) return own;
      if (thread === 0 || dict.pop(key) !== undefined) own.push(key);
    }
  });
  assert.deepEqual(
    taken.flat().toSorted((a, b) => a - b),
    Array.from({ length: TIMES }, (_, i) => i),
  );
});

test('SharedDict.merge() lets nobody see or come between its keys', async () => {
  const dict = new SharedDict<string, number>();
  await inThreads((thread) => {
    for (let i = 0; i < 300; i += 1) {
      const value = thread * 1000 + i;
      dict.merge({ a: value, b: value, [`c${i}`]: value, [`d${i}`]: value });
      const found = dict.toObject();
      if (found['a'] !== found['b'] || found[`c${i}`] !== found[`d${i}`]) throw new Error('torn');
    }
  });
  assert.equal(dict.size, 602);
});

test('SharedDict.transaction() makes one operation of several', async () => {
  const dict = new SharedDict<string, number>({ a: 0, b: 0 });
  await inThreads(() => {
    for (let i = 0; i < TIMES; i += 1) {
      dict.transaction(() => {
        dict.set('a', (dict.get('a') as number) + 1);
        dict.set('b', (dict.get('b') as number) - 1);
      });
    }
  });
  assert.deepEqual(dict.toObject(), { a: THREADS.length * TIMES, b: -THREADS.length * TIMES });
});

test('SharedDict in a list in a dict is live in every thread', async () => {
  const innermost = new SharedDict<string, number>({ count: 0 });
  const list = new SharedList([innermost]);
  const outer = new SharedDict<string, unknown>({ list, plain: { deep: [innermost] } });
  const results = await inThreads(() => {
    const mine = (outer.get('list') as SharedList<SharedDict<string, number>>).at(0);
    const other = (outer.get('plain') as { deep: [SharedDict<string, number>] }).deep[0];
    for (let i = 0; i < TIMES; i += 1) mine?.update('count', (count = 0) => count + 1);
    return mine === innermost && other === innermost;
  });
  assert.deepEqual(results, [true, true, true]);
  assert.equal(innermost.get('count'), THREADS.length * TIMES);
  // Made in a thread, and live after its end.
  const made = new Thread({
    target: () => list.push(new SharedDict<string, number>({ from: 5 })),
    args: [],
  }).start();
  await made.resultAsync();
  assert.equal(list.at(1)?.get('from'), 5);
});

test('SharedDict at the top level of a module is one dict in all threads', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { seen } from './seen.ts';
    const target = (i: number) => { seen.set(i, true); };
    const threads = [1, 2, 3].map((i) => new Thread({ target, args: [i] }).start());
    for (const thread of threads) thread.join();
    console.log([...seen.keys()].sort().join());`,
    {
      files: {
        'seen.ts': `import { SharedDict } from 'heddle/shared';
          export const seen = new SharedDict<number, boolean>([[0, true]]);`,
      },
    },
  );
  assert.equal(ran.stdout, '0,1,2,3\n', ran.stderr);
});

test('SharedDict.update() is given up by a thread that is killed in it', async () => {
  const dict = new SharedDict<string, number>({ a: 1 });
  const isInside = new Event();
  const target = () => {
    dict.update('a', () => {
      dict.set('b', 2);
      dict.update('c', () => {
        isInside.set();
        for (;;);
      });
      return 5;
    });
  };
  for (let round = 1; round <= 2; round += 1) {
    isInside.clear();
    const thread = new Thread({ target, args: [], daemon: true }).start();
    isInside.wait();
    const waiting = new Thread({ target: () => dict.get('a'), args: [] }).start();
    thread.terminate();
    assert.equal(await waiting.resultAsync(), 1);
    assert.deepEqual(dict.toObject(), { a: 1, b: 2 });
  }
});

test('SharedDict goes on after a thread that exited in a transaction', async () => {
  const dict = new SharedDict<string, number>();
  const target = () => dict.transaction(() => process.exit(dict.set('a', 1).size));
  const thread = new Thread({ target, args: [] }).start();
  assert.ok(await thread.joinAsync());
  assert.equal(dict.set('b', 2).size, 2);
});

test('SharedDict is whole after threads were killed in any operation', async () => {
  const program = new URL('../stress/programs/dict-kill.ts', import.meta.url);
  const seed = String(Math.floor(Math.random() * 2 ** 31));
  const ran = await runProgram(program, { args: [seed, '1'], limitMs: 60_000 });
  assert.equal(ran.code, 0, `seed ${seed}: ${ran.stdout}${ran.stderr}`);
  const { kills } = JSON.parse(ran.stdout) as { kills: number };
  assert.ok(kills >= 5, ran.stdout);
});

const STRIDE = 60; // of all steps, so many are left out: each costs a worker

test('SharedDict is as before an operation or as after it, wherever it is killed', async () => {
  const program = new URL('../stress/programs/dict-steps.ts', import.meta.url);
  const hook = new URL('../support/steps-hook.ts', import.meta.url).href;
  const flags = ['--conditions=heddle:source', '--import', hook];
  const args = [String(STRIDE), String(Math.floor(Math.random() * STRIDE))];
  const ran = await runProgram(program, { flags, args, limitMs: 60_000 });
  assert.equal(ran.code, 0, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
  const kills = Object.values(JSON.parse(ran.stdout) as Record<string, number>);
  assert.ok(kills.reduce((sum, killed) => sum + killed) > 0, ran.stdout);
});

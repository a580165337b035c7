// progress(): what it hands on, what it counts, and what is left on the terminal whatever happens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progress } from 'heddle/progress';
import type { ProgressOptions } from 'heddle/progress';
import { SharedList } from 'heddle/shared';
import { HAS_TERMINALS, runInTerminal, Terminal } from '../support/terminal.ts';
import { runProgram } from '../support/run.ts';

const NO_TERMINALS = HAS_TERMINALS ? false : 'no python3, which makes terminals';

const on = (terminal: Terminal, options: ProgressOptions = {}): ProgressOptions => ({
  stream: terminal,
  style: 'bar',
  ...options,
});

// What is left in the end: "share count/total", one for each row.
const left = (terminal: Terminal): string[] => {
  assert.ok(terminal.isAtStart(), 'ends with a line end');
  return terminal.rows().map((row) => row.replace(/^ *(\d+%)?.*? ?(\d+\/\d+|\d+it) .*$/, '$1 $2'));
};

async function* fewLater(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}

test('progress() hands on the items of an iterable and takes its size for the total', () => {
  for (const items of [[1, 2, 3], new Set([1, 2, 3]), new Float64Array([1, 2, 3])]) {
    const terminal = new Terminal();
    assert.deepEqual([...progress<number>(items, on(terminal))], [1, 2, 3]);
    assert.deepEqual(left(terminal), ['100% 3/3']);
  }
  const terminal = new Terminal();
  assert.deepEqual([...progress(new SharedList([1, 2]), on(terminal))], [1, 2]);
  assert.deepEqual(left(terminal), ['100% 2/2']);
});

test('progress() counts what has no size, and takes a total that is given', () => {
  const terminal = new Terminal();
  const some = function* (): Generator<number> {
    yield* [1, 2];
  };
  assert.deepEqual([...progress(some(), on(terminal))], [1, 2]);
  assert.deepEqual([...progress(some(), on(terminal, { total: 2 }))], [1, 2]);
  assert.deepEqual(left(terminal), [' 2it', '100% 2/2']);
});

test('progress() begins anew with each loop', () => {
  const terminal = new Terminal();
  const items = progress([1, 2], on(terminal));
  assert.deepEqual([...items, ...items], [1, 2, 1, 2]);
  assert.deepEqual(left(terminal), ['100% 2/2', '100% 2/2']);
});

test('progress() of an asynchronous iterable is one', async () => {
  const terminal = new Terminal();
  const seen: number[] = [];
  for await (const n of progress(fewLater(), on(terminal, { total: 2 }))) seen.push(n);
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(left(terminal), ['100% 2/2']);
});

test('progress() of what is iterable both ways is so too, and awaits no item', async () => {
  const promise = Promise.resolve(7);
  const both = {
    [Symbol.iterator]: () => [promise][Symbol.iterator](),
    [Symbol.asyncIterator](): AsyncIterator<Promise<number>> {
      const items = [promise][Symbol.iterator]();
      return { next: async () => items.next() };
    },
  };
  const terminal = new Terminal();
  for (const item of progress(both, on(terminal))) assert.equal(item, promise);
  const iterator = progress(both, on(terminal))[Symbol.asyncIterator]();
  assert.equal((await iterator.next()).value, promise);
  assert.equal((await iterator.next()).done, true);
  assert.deepEqual(left(terminal), [' 1it', ' 1it']);
});

test('progress() that is left early keeps the count, and closes its source', async () => {
  const terminal = new Terminal();
  let closed = 0;
  const endless = function* (): Generator<number> {
    try {
      for (let n = 1; ; n++) yield n;
    } finally {
      closed += 1;
    }
  };
  for (const n of progress(endless(), on(terminal))) if (n === 3) break;
  const endlessLater = async function* (): AsyncGenerator<number> {
    yield* endless();
  };
  for await (const n of progress(endlessLater(), on(terminal))) if (n === 2) break;
  assert.deepEqual(left(terminal), [' 2it', ' 1it']);
  assert.equal(closed, 2);
});

test('progress() hands on errors, of the loop and of the items, and ends', async () => {
  const terminal = new Terminal();
  const listeners = process.listenerCount('exit');
  const failing = function* (): Generator<number> {
    yield 1;
    throw new Error('No more');
  };
  assert.throws(() => [...progress(failing(), on(terminal))], /No more/);
  assert.throws(() => {
    for (const n of progress([1, 2], on(terminal))) if (n === 2) throw new Error('Enough');
  }, /Enough/);
  const failingLater = async function* (): AsyncGenerator<number> {
    yield* failing();
  };
  await assert.rejects(async () => {
    for await (const n of progress(failingLater(), on(terminal))) assert.equal(n, 1);
  }, /No more/);
  assert.deepEqual(left(terminal), [' 1it', '50% 1/2', ' 1it']);
  assert.equal(process.listenerCount('exit'), listeners);
});

test('progress() that nobody walks through shows nothing', () => {
  const terminal = new Terminal();
  const iterator = progress([1], on(terminal))[Symbol.iterator]();
  iterator.return?.();
  assert.deepEqual(terminal.writes, []);
});

test('progress() refuses what cannot be iterated, and bad options, at once', () => {
  assert.throws(() => progress(7 as never), /^TypeError: Cannot show the progress of 7/);
  assert.throws(() => progress(null as never), TypeError);
  assert.throws(() => progress([], { total: -1 }), RangeError);
  assert.throws(() => progress([], 5 as never), /^TypeError: Cannot draw a bar with 5 as/);
});

test('progress() writes a line at each step where standard error is no terminal', async () => {
  const ran = await runProgram(`
    import { progress } from 'heddle/progress';
    for (const n of progress([1, 2, 3])) console.log(n);`);
  assert.deepEqual([ran.stdout, ran.code], ['1\n2\n3\n', 0]);
  assert.match(ran.stderr, /^ 33%\|.* 1\/3 .*\n 66%\|.* 2\/3 .*\n100%\|.* 3\/3 .*\n$/);
});

test(
  'progress() stays below what print() writes, in any thread',
  { skip: NO_TERMINALS },
  async () => {
    const { ran, terminal } = await runInTerminal(`
    import { print } from 'heddle';
    import { progress } from 'heddle/progress';
    import { Thread } from 'heddle/threading';
    for (const n of progress([1, 2, 3], { label: 'bar' })) {
      print('main', n);
      const target = (n: number): void => { print('thread', n); console.log('log', n); };
      new Thread({ target, args: [n] }).start().join();
    }
    print('end');`);
    assert.equal(ran.code, 0);
    const rows = terminal.rows();
    assert.deepEqual(
      rows.map((row) => row.replace(/%.*/, '%')),
      [1, 2, 3]
        .flatMap((n) => [`main ${n}`, `thread ${n}`, `log ${n}`])
        .concat(['bar: 100%', 'end']),
    );
  },
);

test('progress() in two threads draws one bar at a time', { skip: NO_TERMINALS }, async () => {
  const { ran, terminal } = await runInTerminal(`
    import { progress } from 'heddle/progress';
    import { Barrier, Thread } from 'heddle/threading';
    const barrier = new Barrier(2);
    const walk = (label: string): void => {
      for (const n of progress([1, 2, 3], { label })) barrier.wait();
    };
    const begin = (name: string) => new Thread({ target: walk, args: [name] }).start();
    const threads = ['warp', 'weft'].map(begin);
    for (const thread of threads) thread.join();`);
  assert.equal(ran.code, 0);
  assert.deepEqual(
    terminal
      .rows()
      .map((row) => row.replace(/%.*/, '%'))
      .toSorted(),
    ['warp: 100%', 'weft: 100%'],
  );
});

test('progress() of a program that exits leaves a whole line', { skip: NO_TERMINALS }, async () => {
  const { ran, terminal } = await runInTerminal(`
    import { progress } from 'heddle/progress';
    for (const n of progress([1, 2, 3, 4], { label: 'bar' })) if (n === 3) process.exit(5);`);
  assert.equal(ran.code, 5);
  assert.ok(terminal.isAtStart());
  assert.match(terminal.rows().join('\n'), /^bar: {2}50%\|.* 2\/4 /);
});

test(
  'progress() of a thread that was torn away leaves the bottom',
  { skip: NO_TERMINALS },
  async () => {
    const { ran, terminal } = await runInTerminal(`
    import { print, sleep } from 'heddle';
    import { progress } from 'heddle/progress';
    import { Event, Thread } from 'heddle/threading';
    const begun = new Event();
    const target = (): void => {
      for (const n of progress([1, 2], { label: 'bar' })) { begun.set(); sleep(1000); }
    };
    const thread = new Thread({ target, daemon: true }).start();
    begun.wait();
    thread.terminate();
    thread.join();
    print('one');
    print('two');`);
    assert.equal(ran.code, 0);
    assert.deepEqual(
      terminal.rows().map((row) => row.replace(/%.*/, '%')),
      ['bar:   0%', 'one', 'two'],
    );
  },
);

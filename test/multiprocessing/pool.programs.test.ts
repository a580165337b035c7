// What concerns the whole program: its end, its threads, errors that nobody takes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';
import type { Ran } from '../support/run.ts';
import { until } from '../support/until.ts';

const LIMIT_MS = 60_000;

function run(body: string): Promise<Ran> {
  const imports =
    "import { Pool, ThreadPool, AsyncResult, Process } from 'heddle/multiprocessing';\n" +
    "import { Event, Thread, setExceptHook } from 'heddle/threading';\n" +
    "import { print } from 'heddle';\n";
  return runProgram(imports + body, { limitMs: LIMIT_MS });
}

for (const kind of ['ThreadPool', 'Pool']) {
  test(`${kind} that is left open does not keep the program`, async () => {
    const ran = await run(`print(new ${kind}(2).apply((n: number) => n + 1, [1]));`);
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['2\n', '', 0]);
  });

  test(`${kind} serves several threads while the main one is blocked`, async () => {
    const ran = await run(`
      const pool = new ${kind}(2);
      const target = (n: number) => pool.map((x: number) => x * n, [1, 2, 3]);
      const threads = [1, 2].map((n) => new Thread({ target, args: [n] }).start());
      print(threads.map((thread) => thread.result()));
      pool.close();
      pool.join();`);
    assert.deepEqual([ran.stdout, ran.stderr], ['[ [ 1, 2, 3 ], [ 2, 4, 6 ] ]\n', '']);
  });

  test(`${kind} runs a pool in its workers`, async () => {
    const ran = await run(`
      const pool = new ${kind}(1);
      const inner = (items: number[]): number[] => {
        const pool = new ThreadPool(2);
        try {
          return pool.map((n: number) => n * 2, items);
        } finally {
          pool.terminate();
        }
      };
      print(pool.apply(inner, [[1, 2]]));`);
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['[ 2, 4 ]\n', '', 0]);
  });

  test(`${kind} tells the except hook of an error in a callback, and goes on`, async () => {
    const ran = await run(`
      setExceptHook(({ error }) => print('hook:', String(error)));
      const pool = new ${kind}(1);
      const callback = (): never => { throw new RangeError('in callback'); };
      print(pool.applyAsync((n: number) => n, [1], { callback }).get());
      print(pool.apply((n: number) => n, [2]));`);
    const lines = ran.stdout.split('\n').filter((line) => line !== '');
    assert.deepEqual(lines.toSorted(), ['1', '2', 'hook: RangeError: in callback'], ran.stderr);
  });

  test(`${kind} leaves no worker behind when the program is killed`, async () => {
    const ran = await run(`
      const pool = new ${kind}(1);
      print(pool.apply(() => process.pid));
      process.kill(process.pid, 'SIGKILL');`);
    const pid = Number(ran.stdout);
    await until(() => !isThere(pid), 'the end of the worker');
  });
}

test('ThreadPool.imap() that nobody goes on with does not keep the program', async () => {
  const ran = await run(`
    const pool = new ThreadPool(1);
    function* endless() { for (let n = 0; ; n++) yield n; }
    print(pool.imap((n: number) => n, endless()).next().value);`);
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['0\n', '', 0]);
});

test('ThreadPool.map() draws its progress', async () => {
  const ran = await runProgram(
    `import { ThreadPool } from 'heddle/multiprocessing';
    const pool = new ThreadPool(1);
    pool.map((n: number) => n, [1, 2, 3, 4], { progress: true, chunksize: 1 });
    for (const n of pool.imap((n: number) => n, [1, 2], { progress: true })) void n;`,
    { limitMs: LIMIT_MS, flags: ['--import', 'data:text/javascript,process.stderr.isTTY=true'] },
  );
  assert.match(ran.stderr, /4\/4/);
  assert.match(ran.stderr, /2\/2/);
});

test('AsyncResult with an error that nobody takes is an unhandled rejection', async () => {
  const ran = await run(`
    const pool = new ThreadPool(1);
    pool.applyAsync(() => { throw new RangeError('nobody asks'); });`);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /RangeError: nobody asks/);
});

test('AsyncResult with an error that is taken late is not reported', async () => {
  const ran = await run(`
    const pool = new ThreadPool(1);
    const result = pool.applyAsync(() => { throw new RangeError('asked for'); });
    result.wait();
    setTimeout(() => void result.then(undefined, (error) => print(String(error))), 50);`);
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['RangeError: asked for\n', '', 0]);
});

test('ThreadPool tells of a worker that ran out of memory', async () => {
  const ran = await runProgram(
    `import { ThreadPool } from 'heddle/multiprocessing';
    import { print } from 'heddle';
    const pool = new ThreadPool(1);
    const leak = () => {
      const kept: unknown[] = [];
      for (;;) kept.push(Array.from({ length: 1000 }, () => ({})));
    };
    try {
      pool.apply(leak);
    } catch (error) {
      print((error as Error).name);
    }
    print(pool.apply((n: number) => n, [1]));`,
    // Node aborts the process where one scavenge promotes more than the allowance beyond the limit.
    { limitMs: LIMIT_MS, flags: ['--max-old-space-size=60', '--max-semi-space-size=1'] },
  );
  assert.equal(ran.stdout, 'WorkerDiedError\n1\n', `${ran.code} ${ran.signal} ${ran.stderr}`);
});

for (const kind of ['ThreadPool', 'Pool']) {
  test(`${kind} tells of a function whose module does not load in a worker`, async () => {
    const module =
      "import { isMain } from 'heddle';\n" +
      "if (!isMain) throw new Error('does not load here');\n" +
      'export const work = (n: number): number => n;\n';
    const ran = await runProgram(
      `import { ${kind} } from 'heddle/multiprocessing';
      import { print } from 'heddle';
      import { work } from './module.ts';
      const pool = new ${kind}(1);
      const told = (call: () => unknown) => {
        try {
          call();
        } catch (error) {
          print((error as { code: string }).code);
        }
      };
      told(() => pool.apply(work, [1]));
      told(() => pool.map(work, [1, 2]));
      told(() => pool.imap(work, [1, 2]).next());
      print(pool.apply((n: number) => n, [1]));`,
      { limitMs: LIMIT_MS, files: { 'module.ts': module } },
    );
    const code = 'ERR_HEDDLE_IMPORT\n';
    assert.deepEqual([ran.stdout, ran.code], [`${code}${code}${code}1\n`, 0], ran.stderr);
  });
}

test('Pool is refused where a process may have no children', async () => {
  const ran = await run(`
    const pool = new Pool(1);
    try {
      pool.apply(() => void new Pool(1));
    } catch (error) {
      print((error as Error).name);
    }`);
  assert.deepEqual([ran.stdout, ran.stderr], ['RuntimeError\n', '']);
});

for (const kind of ['ThreadPool', 'Pool']) {
  test(`${kind} that nobody refers to ends`, async () => {
    const ran = await runProgram(
      `import { ${kind} } from 'heddle/multiprocessing';
    import { enumerate } from 'heddle/threading';
    import { print } from 'heddle';
    const use = () => void new ${kind}(2).apply(() => {});
    use();
    while (enumerate().length > 1) {
      (globalThis as unknown as { gc: () => void }).gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    print('ended');`,
      { limitMs: LIMIT_MS, flags: ['--expose-gc'] },
    );
    assert.deepEqual([ran.stdout, ran.stderr], ['ended\n', '']);
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

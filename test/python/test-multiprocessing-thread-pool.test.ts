// CPython's _TestPool (Lib/test/_test_multiprocessing.py) with threads, and its cases about what a
// pool keeps alive.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadPool } from 'heddle/multiprocessing';
import { runProgram } from '../support/run.ts';
import { poolTests } from './pool-tests.suite.ts';

poolTests({ name: 'ThreadPool', make: (processes, options) => new ThreadPool(processes, options) });

test('ThreadPool: _TestPool.test_release_task_refs', async () => {
  const ran = await runProgram(
    `
    import { ThreadPool } from 'heddle/multiprocessing';
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const identity = (x) => x;
    const pool = new ThreadPool(2);
    const refs = [];
    (() => {
      const items = Array.from({ length: 10 }, (_, n) => ({ n }));
      for (const item of items) refs.push(new WeakRef(item));
      for (const result of pool.map(identity, items)) refs.push(new WeakRef(result));
    })();
    for (let i = 0; i < 100 && refs.some((ref) => ref.deref() !== undefined); i++) {
      await turn();
      gc();
    }
    console.log(refs.length, refs.filter((ref) => ref.deref() !== undefined).length);
    pool.close();
    pool.join();`,
    { kind: 'mjs', flags: ['--expose-gc'] },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['20 0\n', '', 0]);
});

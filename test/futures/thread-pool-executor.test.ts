// ThreadPoolExecutor: the common suite, and what only threads do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ThreadPoolExecutor } from 'heddle/futures';
import { Barrier, currentThread, enumerate, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { executorSuite } from './executors.suite.ts';

executorSuite('ThreadPoolExecutor', (options) => new ThreadPoolExecutor(options));

test('ThreadPoolExecutor names its threads', async () => {
  const namesOf = async (executor: ThreadPoolExecutor): Promise<string[]> => {
    const barrier = new Barrier(2);
    const name = (): string => {
      barrier.wait();
      return currentThread().name;
    };
    const names = await Promise.all([executor.submit(name), executor.submit(name)]);
    await executor.shutdownAsync();
    return names.toSorted();
  };
  const prefixed = new ThreadPoolExecutor({ maxWorkers: 2, threadNamePrefix: 'loom' });
  assert.deepEqual(await namesOf(prefixed), ['loom_0', 'loom_1']);
  const usual = await namesOf(new ThreadPoolExecutor({ maxWorkers: 2 }));
  assert.match(usual.join(' '), /^(ThreadPoolExecutor-\d+)_0 \1_1$/);
  const named = await namesOf(new ThreadPoolExecutor({ maxWorkers: 2, name: 'warp' }));
  assert.deepEqual(named, ['warp_0', 'warp_1']);
});

test('ThreadPoolExecutor has no worker before its first task, none after shutdown()', async () => {
  const executor = new ThreadPoolExecutor({ maxWorkers: 2, threadNamePrefix: 'bare' });
  const workers = (): number =>
    enumerate().filter((thread) => thread.name.startsWith('bare_')).length;
  assert.equal(workers(), 0);
  executor.submit(() => 1).result();
  assert.equal(workers(), 1);
  executor.shutdown();
  assert.equal(workers(), 0);
});

test('ThreadPoolExecutor serves every thread that it reaches', () => {
  const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const target = (): number => executor.submit((n: number) => n + 1, 41).result();
  assert.equal(new Thread({ target }).start().result('15s'), 42);
  executor.shutdown();
  assert.throws(() => executor.submit(Math.abs, 1), { code: 'ERR_HEDDLE_RUNTIME' });
});

test('ThreadPoolExecutor shares what heddle makes, and what a task captures', () => {
  const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const futures = Array.from({ length: 10 }, (_, i) =>
    executor.submit(() => Atomics.add(shared, 0, i)),
  );
  for (const future of futures) future.result();
  assert.equal(shared[0], 45);
  executor.shutdown();
});

test('ThreadPoolExecutor that is dropped does not hold up the end', async () => {
  const ran = await runProgram(
    `
    import { ThreadPoolExecutor } from 'heddle/futures';
    const result = new ThreadPoolExecutor({ maxWorkers: 1 }).submit(() => 42).result();
    console.log(result);`,
    { limitMs: 30_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['42\n', '', 0]);
});

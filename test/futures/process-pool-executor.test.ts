// ProcessPoolExecutor: the common suite, and what only processes do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenExecutor, ProcessPoolExecutor } from 'heddle/futures';
import { Process } from 'heddle/multiprocessing';
import { untilEnded } from '../support/processes.ts';
import { executorSuite } from './executors.suite.ts';

executorSuite('ProcessPoolExecutor', (options) => new ProcessPoolExecutor(options));

test('ProcessPoolExecutor breaks when an idle worker of its is killed', async () => {
  const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  const pid = executor.submit(() => process.pid).result();
  assert.notEqual(pid, process.pid);
  process.kill(pid, 'SIGKILL');
  assert.equal(await untilEnded(pid), true);
  const outcome = (): unknown => {
    try {
      return executor.submit(() => 1).exception('15s');
    } catch (error) {
      return error;
    }
  };
  // The news may come after the next task, which then runs in another worker, or breaks too.
  for (let i = 0; i < 1000 && !(outcome() instanceof BrokenExecutor); i++);
  assert.throws(() => executor.submit(() => 1), BrokenExecutor);
  await executor.shutdownAsync();
});

test('ProcessPoolExecutor has its workers end with shutdown()', async () => {
  const executor = new ProcessPoolExecutor({ maxWorkers: 2 });
  const pids = new Set(executor.map((pid: number) => process.pid || pid, [[1, 2, 3, 4]]));
  executor.shutdown();
  for (const pid of pids) assert.equal(await untilEnded(pid), true);
});

test('ProcessPoolExecutor refuses to be made in a daemon', async () => {
  const target = (): void => {
    try {
      new ProcessPoolExecutor().shutdown();
    } catch (error) {
      process.exit((error as { code: string }).code === 'ERR_HEDDLE_RUNTIME' ? 42 : 1);
    }
  };
  const child = new Process({ target, daemon: true }).start();
  await child.joinAsync();
  assert.equal(child.exitcode, 42);
});

test('ProcessPoolExecutor serves other processes', () => {
  const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  const target = (): void => {
    process.exitCode = executor.submit((n: number) => n * n, 6).result('15s');
  };
  const child = new Process({ target }).start();
  assert.ok(child.join('15s'));
  assert.equal(child.exitcode, 36);
  executor.shutdown();
});

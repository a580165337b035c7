// A pool whose supervisor is stopped with the task of a dead worker in its hands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enumerate } from 'heddle/threading';
import type { AsyncResult } from 'heddle/multiprocessing';
import * as tasks from '../multiprocessing/pool-tasks.ts';
import { until } from '../support/until.ts';
import { FaultyExecutor, FaultyPool } from './faults/faulty-pool.ts';
import { burialsOf, planOf } from './faults/plan.ts';
import type { Plan } from './faults/plan.ts';

const LIMIT = '15s';
const NAME = 'stuck';
const told = { name: 'RuntimeError', message: /its supervisor was stopped/ };

async function stopSupervisor(plan: Plan): Promise<void> {
  await until(() => burialsOf(plan) > 0, 'the burial');
  const supervisor = enumerate().find((thread) => thread.name === `${NAME} supervisor`);
  assert.ok(supervisor);
  supervisor.terminate();
  supervisor.join();
}

const acts: Record<string, (pool: FaultyPool) => AsyncResult<unknown>> = {
  'applyAsync()': (pool) => pool.applyAsync(tasks.meet, ['exit']),
  'mapAsync()': (pool) => pool.mapAsync(tasks.meet, [1, 'exit', 3, 4], { chunksize: 2 }),
};

for (const [name, act] of Object.entries(acts)) {
  test(`lookAfterSupervisor has callers told of what it had in its hands, of ${name}`, async () => {
    const plan = planOf({ isBurialStuck: true });
    const pool = new FaultyPool(1, { name: NAME }, plan);
    const results = [act(pool), act(pool)];
    await stopSupervisor(plan);
    assert.throws(() => results[0]?.get(LIMIT), told);
    await assert.rejects(async () => results[1], told);
    pool.close();
    pool.join();
  });
}

test('lookAfterSupervisor has callers told of what it had in its hands, of imap()', async () => {
  const plan = planOf({ isBurialStuck: true });
  const pool = new FaultyPool(1, { name: NAME }, plan);
  const results = pool.imap(tasks.meet, [1, 'exit', 3], { chunksize: 1 });
  assert.equal(results.next(LIMIT).value, 1);
  await stopSupervisor(plan);
  for (let item = 1; item < 3; item++) assert.throws(() => results.next(LIMIT), told);
  assert.equal(results.next(LIMIT).done, true);
  pool.close();
  await pool.joinAsync();
});

test('lookAfterSupervisor has callers told of what it had in its hands, of submit()', async () => {
  const plan = planOf({ isBurialStuck: true });
  const executor = new FaultyExecutor({ maxWorkers: 1, name: NAME }, plan);
  const futures = [1, 2].map(() => executor.submit(tasks.meet, 'exit'));
  await stopSupervisor(plan);
  const error = (broken: Error): boolean => {
    assert.equal(broken.name, 'BrokenExecutor');
    assert.match((broken.cause as Error).message, told.message);
    return true;
  };
  assert.throws(() => futures[0]?.result(LIMIT), error);
  await assert.rejects(async () => futures[1], error);
  await executor.shutdownAsync();
});

// What a task is told as it is aborted. It tells by a queue: who aborts it hears no more of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Pool, Queue, RuntimeError, ThreadPool, currentTask } from 'heddle/multiprocessing';

type Task = (runs: Pick<Event, 'set'>, told: Pick<Queue<unknown>, 'put'>) => unknown;

class Enough extends Error {
  readonly limit = 3;
}

const spins: Task = (runs, told) => {
  runs.set();
  while (currentTask()?.signal.aborted !== true);
  told.put(currentTask()?.signal.reason);
};

const awaits: Task = async (runs, told) => {
  const signal = currentTask()?.signal;
  await new Promise((resolve) => {
    signal?.addEventListener('abort', resolve);
    runs.set();
  });
  told.put(signal?.reason);
};

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;

  /** What a task finds as the reason when its caller aborts it with that one. */
  async function found(task: Task, ...reason: readonly unknown[]): Promise<unknown> {
    const pool = new Kind(1);
    const [runs, told] = [new Event(), new Queue<unknown>()];
    const abort = new AbortController();
    const options = { signal: abort.signal, grace: '60s' } as const;
    const result = pool.applyAsync(task, [runs, told], options);
    runs.wait();
    abort.abort(...reason);
    await assert.rejects(async () => result);
    const given = told.get({ timeout: '60s' });
    pool.close();
    await pool.joinAsync();
    return given;
  }

  test(`currentTask() in a ${name} has a signal with the reason of the caller's`, async () => {
    for (const task of [spins, awaits]) {
      const error = await found(task, new Enough('enough'));
      assert.ok(error instanceof Enough);
      assert.deepEqual([error.message, error.limit], ['enough', 3]);
    }
    assert.equal(await found(spins, 'text'), 'text');
    assert.equal(await found(awaits, null), null);
    const usual = await found(spins);
    assert.ok(usual instanceof DOMException && usual.name === 'AbortError');
  });

  test(`currentTask() in a ${name} has a RuntimeError for one that cannot travel`, async () => {
    const stays = (function* stay(): Generator {})();
    const error = await found(awaits, stays);
    assert.ok(error instanceof RuntimeError);
    assert.match(error.message, /its caller has aborted it$/);
  });
}

// Tests in which one worker dies, or is stopped, at a step that was chosen. The caller is told what
// the books say, once, and the pool works on, and ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenExecutor } from 'heddle/futures';
import { WorkerDiedError } from 'heddle/multiprocessing';
import type { AsyncResult } from 'heddle/multiprocessing';
import * as tasks from '../../multiprocessing/pool-tasks.ts';
import { until } from '../../support/until.ts';
import { FaultyExecutor, FaultyPool } from './faulty-pool.ts';
import { deathsOf, planOf, visitsOf } from './plan.ts';
import type { Step } from './plan.ts';

/** What the pool does in these tests, in this order: the worker dies in one of them. */
export const ACTS = ['apply', 'map', 'imap'] as const;

const LIMIT = '15s';
const ITEMS = [1, 2, 3, 4];
const SQUARES = [1, 4, 9, 16];
const DIED = 'died';

// Where a worker has begun with a task, or may have, and has no outcome: it is lost. Before it has
// run anything all items of a chunk are, then the last one that ran.
const LOST: readonly Step[] = ['taken', 'reading', 'ran', 'stored'];
const LOST_ALL: readonly Step[] = ['taken', 'reading'];

/** One worker dies at a step, in an act. */
export function dies(step: Step, act: (typeof ACTS)[number], retries: number): void {
  const again = retries > 0 ? ' and runs it again' : '';
  test(`Losses at step '${step}' of ${act}() are told of once${again}`, async () => {
    const chosen = { step, times: ACTS.indexOf(act) + 1, how: 'dies' } as const;
    const plan = planOf({ chosen });
    const pool = new FaultyPool(1, { retries }, plan);
    let told = 0;
    const count = { callback: () => (told += 1), errorCallback: () => (told += 1) };
    const applied = pool.applyAsync(tasks.square, [3], count);
    const mapped = pool.mapAsync(tasks.square, ITEMS, { ...count, chunksize: 4 });
    const walked = pool.imap(tasks.square, ITEMS, { chunksize: 4, buffersize: 4 });
    const found = {
      // The first of all may take long to start.
      apply: await outcomeLater(applied),
      map: outcomeOf(() => mapped.get(LIMIT)),
      imap: ITEMS.map(() => outcomeOf(() => walked.next(LIMIT).value)),
    };
    const expected = { apply: 9 as unknown, map: SQUARES as unknown, imap: SQUARES as unknown[] };
    if (retries === 0 && LOST.includes(step)) {
      const lost = LOST_ALL.includes(step) ? ITEMS.map(() => DIED) : [1, 4, 9, DIED];
      if (act === 'imap') expected.imap = lost;
      else expected[act] = DIED;
    }
    assert.deepEqual(found, expected);
    // All that comes twice has come.
    assert.equal(pool.apply(tasks.square, [9]), 81);
    assert.equal(told, 2);
    assert.equal(walked.next(LIMIT).done, true);
    assert.equal(deathsOf(plan), 1);
    const { completed, failed } = pool.stats;
    assert.equal(completed + failed, 1 + ITEMS.length + ITEMS.length + 1);
    pool.close();
    await pool.joinAsync();
  });
}

/** A pool is terminated while its worker is at a step. */
export function isTerminated(step: Step): void {
  test(`Losses at step '${step}' of a pool that is terminated are told of once`, async () => {
    const plan = planOf({ chosen: { step, times: 1, how: 'hangs' } });
    const pool = new FaultyPool(1, {}, plan);
    let told = 0;
    const count = { callback: () => (told += 1), errorCallback: () => (told += 1) };
    const results: AsyncResult<unknown>[] = [
      pool.applyAsync(tasks.square, [3], count),
      pool.mapAsync(tasks.square, ITEMS, { ...count, chunksize: 2 }),
    ];
    await until(() => visitsOf(plan, step) > 0, step);
    pool.terminate();
    const outcomes = results.map((result) => outcomeOf(() => result.get(LIMIT)));
    const isDone = ['done', 'pushed', 'told'].includes(step);
    assert.deepEqual(outcomes, [isDone ? 9 : 'RuntimeError', 'RuntimeError']);
    await pool.joinAsync();
    assert.equal(told, 2);
  });
}

/** A worker of an executor dies at a step: that breaks it, unless it was between two tasks. */
export function breaks(step: Step): void {
  test(`Losses at step '${step}' of an executor are told to all`, async () => {
    const plan = planOf({ chosen: { step, times: 2, how: 'dies' } });
    const executor = new FaultyExecutor({ maxWorkers: 1 }, plan);
    let told = 0;
    const futures = ITEMS.map((n) => {
      const future = executor.submit(tasks.square, n);
      future.addDoneCallback(() => void (told += 1));
      return future;
    });
    const [first, ...others] = futures;
    assert.ok(first);
    const outcomes = [await outcomeLater(first)];
    outcomes.push(...others.map((future) => outcomeOf(() => future.result(LIMIT))));
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome !== DIED) assert.equal(outcome, SQUARES[i]);
    }
    assert.equal(outcomes[0], 1);
    if (LOST.includes(step)) assert.deepEqual(outcomes, [1, DIED, DIED, DIED]);
    assert.equal(deathsOf(plan), 1);
    await executor.shutdownAsync();
    assert.equal(told, ITEMS.length);
  });
}

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return nameOf(error);
  }
}

async function outcomeLater(result: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  const isDeath = error instanceof WorkerDiedError || error instanceof BrokenExecutor;
  return isDeath ? DIED : (error as Error).name;
}

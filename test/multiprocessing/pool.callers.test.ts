// Pools whose callers are in other processes than the one that made them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Manager, Pool, Process, Queue } from 'heddle/multiprocessing';
import * as tasks from './pool-tasks.ts';

const LIMIT = '15s';
// Without the watchdog, of which each child would start one; it watches over their parent.
const execArgv = process.execArgv.filter((flag) => flag.startsWith('--conditions'));

function inProcess<A extends readonly unknown[]>(
  target: (...args: A) => unknown,
  args: A,
): Process {
  return new Process<A>({ target, args, execArgv }).start();
}

function use(pool: Pool, seen: Queue<unknown>): void {
  seen.put(pool.apply(tasks.square, [7]));
  seen.put(pool.map((n: number) => n + 1, [1, 2, 3]));
  seen.put([...pool.imap((n: number) => n * 2, [4, 5], { chunksize: 1 })]);
}

async function useAsync(pool: Pool, seen: Queue<unknown>): Promise<void> {
  seen.put(await pool.applyAsync((word: string) => `${word}!`, ['done']));
  const fails = pool.applyAsync(tasks.fail, ['no']);
  await fails.then(undefined, (error) => seen.put((error as Error).message));
}

test('Pool serves other processes, and takes none of their functions for another', () => {
  const seen = new Queue<unknown>();
  const pool = Manager().Pool(1);
  for (const target of [use, useAsync]) assert.ok(inProcess(target, [pool, seen]).join(LIMIT));
  const values = Array.from({ length: 5 }, () => seen.get({ timeout: LIMIT }));
  assert.deepEqual(values, [49, [2, 3, 4], [8, 10], 'done!', 'no']);
  assert.equal(pool.apply(tasks.square, [3]), 9);
  assert.deepEqual([pool.stats.completed, pool.stats.failed], [8, 1]);
  pool.close();
  pool.join();
});

test('Pool.terminate() tells those who wait in other processes', () => {
  const seen = new Queue<unknown>();
  const [gate, runs] = [new Event(), new Event()];
  const pool = new Pool(1);
  const wait = (): void => {
    try {
      pool.apply(tasks.waitFor, [gate, runs]);
    } catch (error) {
      seen.put((error as Error).message);
    }
  };
  const child = inProcess(wait, []);
  assert.ok(runs.wait(LIMIT));
  pool.terminate();
  pool.join();
  assert.match(String(seen.get({ timeout: LIMIT })), /"Pool" was terminated/);
  assert.ok(child.join(LIMIT));
});

test('Pool tells those who wait in other processes that its own was killed', () => {
  const pools = new Queue<Pool>();
  const [gate, runs] = [new Event(), new Event()];
  const make = (): void => {
    pools.put(new Pool(1));
    gate.wait();
  };
  const child = inProcess(make, []);
  const pool = pools.get({ timeout: LIMIT });
  const running = pool.applyAsync(tasks.waitFor, [gate, runs]);
  assert.ok(runs.wait(LIMIT));
  child.kill();
  const told = { name: 'RuntimeError', message: /its supervisor was stopped/ };
  assert.throws(() => running.get(LIMIT), told);
  assert.throws(() => pool.apply(tasks.square, [1]), told);
  pool.close();
  pool.join();
});

test('Queue takes no function of one process for that of another', () => {
  const functions = new Queue<(x: number) => unknown>();
  const putFirst = (): void => functions.put((x) => x + 1);
  const putSecond = (): void => functions.put((x) => [x]);
  for (const target of [putFirst, putSecond]) assert.ok(inProcess(target, []).join(LIMIT));
  const [first, second] = [functions.get(), functions.get()];
  assert.deepEqual([first(1), second(1)], [2, [1]]);
});

// CPython's _TestQueue (Lib/test/_test_multiprocessing.py), for processes, managers and threads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Empty, Full, Queue, ShutDown } from 'heddle/multiprocessing';
import { runProgram } from '../support/run.ts';
import { assertTimeout } from './bunch.ts';
import { FIXTURES } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';

const LONG_S = 0.2;

for (const fixture of FIXTURES) {
  putAndGet(fixture);
  counts(fixture);
}

function putAndGet(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Queue: _TestQueue.test_put, ${type}`, async () => {
    const queue = fixture.Queue<number>(6);
    assert.deepEqual([queue.empty(), queue.full()], [true, false]);
    queue.put(1);
    queue.put(2, { blocking: true });
    queue.put(3, { timeout: 1 });
    queue.put(4, { blocking: false });
    queue.putNowait(5);
    queue.put(6);
    assert.deepEqual([queue.empty(), queue.full()], [false, true]);
    assert.throws(() => queue.put(7, { blocking: false }), Full);
    assert.throws(() => queue.putNowait(7), Full);
    const before = performance.now();
    assert.throws(() => queue.put(7, { timeout: LONG_S }), Full);
    assertTimeout((performance.now() - before) / 1000, LONG_S);
    const drain = (): number[] => Array.from({ length: 6 }, () => queue.get());
    assert.deepEqual(await world.start(drain).result(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([queue.empty(), queue.full()], [true, false]);
  });

  test(`Queue: _TestQueue.test_get, ${type}`, async () => {
    const queue = fixture.Queue<number>();
    await world.start(() => [2, 3, 4, 5].forEach((item) => queue.put(item))).result();
    assert.equal(queue.get({ blocking: true }), 2);
    assert.equal(queue.get({ timeout: 1 }), 3);
    assert.equal(queue.get({ blocking: false }), 4);
    assert.equal(queue.getNowait(), 5);
    assert.equal(queue.empty(), true);
    assert.throws(() => queue.get({ blocking: false }), Empty);
    assert.throws(() => queue.getNowait(), Empty);
    assert.throws(() => queue.get({ timeout: LONG_S }), Empty);
  });

  test(`Queue: _TestQueue.test_fork, ${type}`, async () => {
    const queue = fixture.Queue<number>();
    for (let item = 0; item < 10; item++) queue.put(item);
    const more = (): void => {
      for (let item = 10; item < 20; item++) queue.put(item);
    };
    await world.start(more).result();
    for (let item = 0; item < 20; item++) assert.equal(queue.get(), item);
    assert.throws(() => queue.get({ blocking: false }), Empty);
  });

  test(`Queue: _TestQueue.test_timeout, ${type}`, () => {
    const before = performance.now();
    assert.throws(() => fixture.Queue().get({ timeout: LONG_S }), Empty);
    assertTimeout((performance.now() - before) / 1000, LONG_S);
  });
}

function counts(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Queue: _TestQueue.test_qsize, ${type}`, () => {
    const queue = fixture.Queue<number>();
    const sizes = [queue.qsize()];
    for (const step of [
      () => queue.put(1),
      () => queue.put(5),
      () => queue.get(),
      () => queue.get(),
    ]) {
      step();
      sizes.push(queue.qsize());
    }
    assert.deepEqual(sizes, [0, 1, 2, 1, 0]);
  });

  test(`Queue: _TestQueue.test_task_done, ${type}`, async () => {
    const queue = fixture.Queue<number | null>();
    const serve = (): void => {
      for (let item = queue.get(); item !== null; item = queue.get()) queue.taskDone();
      queue.taskDone();
    };
    const parties = [1, 2, 3, 4].map(() => world.start(serve));
    for (let item = 0; item < 10; item++) queue.put(item);
    await queue.joinAsync({ timeout: 15 });
    for (const _ of parties) queue.put(null);
    await Promise.all(parties.map((party) => party.result()));
    assert.equal(queue.unfinishedTasks, 0);
  });

  test(`Queue: _TestQueue.test_closed_queue_empty_exceptions, ${type}`, () => {
    const queue = fixture.Queue<number>();
    queue.shutdown();
    assert.equal(queue.empty(), true);
    assert.throws(() => queue.put(1), ShutDown);
    assert.throws(() => queue.get(), ShutDown);
  });
}

test('Queue: _TestQueue.test_no_import_lock_contention', async () => {
  const ran = await runProgram(`import './module.ts';`, {
    files: {
      'module.ts': `import { Queue } from 'heddle/multiprocessing';
        const queue = new Queue<string>();
        queue.put('knock knock');
        console.log(queue.get({ timeout: 3 }));`,
    },
  });
  assert.equal(ran.stdout, 'knock knock\n', ran.stderr);
});

test('Queue: _TestQueue.test_queue_feeder_donot_stop_onexc', () => {
  const queue = new Queue<unknown>();
  assert.throws(() => queue.put(new Promise(() => {})), { name: 'TransferError' });
  queue.put(true);
  assert.equal(queue.get({ timeout: 1 }), true);
  assert.equal(queue.empty(), true);
});

// lock_tests.py, ConditionTests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Condition, Lock, Thread } from 'heddle/threading';
import { until } from '../support/until.ts';

const conditions = [() => new Condition(), () => new Condition(new Lock())];

test('Condition: ConditionTests.test_constructor', () => {
  const lock = new Lock();
  const condition = new Condition(lock);
  condition.acquire();
  assert.equal(lock.acquire({ blocking: false }), false);
  condition.release();
  assert.equal(lock.acquire({ blocking: false }), true);
  lock.release();
});

test('Condition: ConditionTests.test_unacquired_wait', () => {
  for (const make of conditions) assert.throws(() => make().wait(), { name: 'RuntimeError' });
});

test('Condition: ConditionTests.test_unacquired_notify', () => {
  for (const make of conditions) assert.throws(() => make().notify(), { name: 'RuntimeError' });
});

test('Condition: ConditionTests.test_notify', async () => {
  for (const make of conditions) await checkNotify(make());
});

test('Condition: ConditionTests.test_timeout', async () => {
  for (const make of conditions) {
    const condition = make();
    const target = (): [told: boolean, ms: number] =>
      condition.with(() => {
        const before = performance.now();
        const told = condition.wait(0.5);
        return [told, performance.now() - before];
      });
    const threads = [1, 2, 3, 4, 5].map(() => new Thread({ target }).start());
    for (const thread of threads) {
      const [told, ms] = await thread.resultAsync({ timeout: 15 });
      assert.equal(told, false);
      assert.ok(ms >= 500, `${ms} ms`);
    }
  }
});

test('Condition: ConditionTests.test_waitfor', async () => {
  const condition = new Condition();
  const state = new Int32Array(new SharedArrayBuffer(4));
  const target = (): [boolean, number] =>
    condition.with(() => [condition.waitFor(() => state[0] === 4), state[0] ?? 0]);
  const thread = new Thread({ target }).start();
  for (let i = 0; i < 4; i++) {
    await condition.withAsync(() => {
      state[0] = (state[0] ?? 0) + 1;
      condition.notify();
    });
  }
  assert.deepEqual(await thread.resultAsync({ timeout: 15 }), [true, 4]);
});

test('Condition: ConditionTests.test_waitfor_timeout', async () => {
  const condition = new Condition();
  const state = new Int32Array(new SharedArrayBuffer(4));
  const target = (): [boolean, number] =>
    condition.with(() => {
      const before = performance.now();
      const told = condition.waitFor(() => state[0] === 4, 0.1);
      return [told, performance.now() - before];
    });
  const thread = new Thread({ target }).start();
  for (let i = 0; i < 3; i++) {
    await condition.withAsync(() => {
      state[0] = (state[0] ?? 0) + 1;
      condition.notify();
    });
  }
  const [told, ms] = await thread.resultAsync({ timeout: 15 });
  assert.equal(told, false);
  assert.ok(ms >= 100, `${ms} ms`);
});

// CPython's check_notify: five wait; three are notified, then five more, then none is left.
async function checkNotify(condition: Condition): Promise<void> {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const target = (): [boolean, number] => {
    condition.acquire();
    Atomics.add(cells, 1, 1);
    const told = condition.wait();
    const phase = cells[0] ?? 0;
    condition.release();
    return [told, phase];
  };
  const threads = Array.from({ length: 5 }, () => new Thread({ target }).start());
  await until(() => Atomics.load(cells, 1) === 5, 'five who are about to wait');
  await condition.withAsync(() => {
    condition.notify(3);
    cells[0] = 1;
  });
  const ended = (): number => threads.filter((thread) => !thread.isAlive()).length;
  await until(() => ended() >= 3, 'the end of three');
  await condition.withAsync(() => {
    condition.notify(5);
    cells[0] = 2;
  });
  const phases = await Promise.all(threads.map((thread) => thread.resultAsync({ timeout: 15 })));
  phases.sort(([, a], [, b]) => a - b);
  const told = [1, 1, 1, 2, 2].map((phase) => [true, phase]);
  assert.deepEqual(phases, told);
  // Nobody waits any more.
  await condition.withAsync(() => condition.notifyAll());
}

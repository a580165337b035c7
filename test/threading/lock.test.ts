import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lock, Thread } from 'heddle/threading';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';
import { threads } from '../contracts/world.ts';
import { until } from '../support/until.ts';

const kind: LockKind = { name: 'Lock', make: (options) => new Lock(options), world: threads };
lockContract(kind);
abandonedContract(kind);

test('Lock.acquire() by its holder is not reentrant', async () => {
  const lock = new Lock();
  lock.acquire();
  assert.equal(lock.acquire({ blocking: false }), false);
  assert.equal(lock.acquire({ timeout: '5ms' }), false);
  assert.equal(await lock.acquireAsync({ timeout: '5ms' }), false);
});

test('Lock.release() may be called by another thread than the one that took it', async () => {
  const lock = new Lock();
  lock.acquire();
  await new Thread({ target: () => lock.release() }).start().resultAsync();
  assert.equal(lock.locked(), false);
  await new Thread({ target: () => void lock.acquire() }).start().joinAsync();
});

test('Lock.release() by another thread lets one in that waits', async () => {
  const lock = new Lock();
  lock.acquire();
  const waiter = threads.start(() => lock.acquire());
  await until(() => waiter.waitingFor() !== null, 'the wait for the lock');
  await new Thread({ target: () => lock.release() }).start().resultAsync();
  assert.equal(await waiter.result(), true);
});

test('Lock.release() of an abandoned lock is for anybody, until somebody takes it', async () => {
  const lock = new Lock();
  await new Thread({ target: () => void lock.acquire() }).start().joinAsync();
  lock.release();
  assert.deepEqual([lock.locked(), lock.acquire()], [false, true]);
  lock.release();
});

test('Lock.acquireAsync() takes the lock without blocking, or gives up in time', async () => {
  const lock = new Lock();
  assert.equal(await lock.acquireAsync(), true);
  assert.equal(await lock.acquireAsync({ timeout: 0 }), false);
  const before = performance.now();
  assert.equal(await lock.acquireAsync({ timeout: '10ms' }), false);
  assert.ok(performance.now() - before >= 10);
  const wait = lock.acquireAsync({ timeout: 15 });
  lock.release();
  assert.equal(await wait, true);
  lock.release();
});

test('Lock.acquireAsync() rejects with the reason of its signal, and takes nothing', async () => {
  const lock = new Lock();
  const controller = new AbortController();
  lock.acquire();
  const wait = lock.acquireAsync({ signal: controller.signal });
  controller.abort('enough');
  await assert.rejects(wait, (reason) => reason === 'enough');
  lock.release();
  await assert.rejects(lock.acquireAsync({ signal: controller.signal }));
  assert.equal(lock.locked(), false);
});

test('Lock.acquireAsync() tells of a holder that ended, and holds the lock then', async () => {
  const lock = new Lock();
  const thread = new Thread({ target: () => void lock.acquire(), name: 'gone' }).start();
  await thread.joinAsync();
  await assert.rejects(lock.acquireAsync(), { name: 'AbandonedLockError', owner: 'gone' });
  assert.equal(lock.locked(), true);
  lock.release();
});

test('Lock.acquireAsync() refuses a time that means nothing', async () => {
  const lock = new Lock();
  for (const timeout of [-1, '-5s', 2 ** 31 + 1] as never[]) {
    await assert.rejects(lock.acquireAsync({ timeout }), RangeError);
  }
  for (const timeout of [NaN, 'soon', null] as never[]) {
    await assert.rejects(lock.acquireAsync({ timeout }), TypeError);
  }
  assert.equal(lock.locked(), false);
});

test('Lock that a worker left behind in a flow is not freed by it later', async () => {
  const lock = new Lock();
  const [go, left] = [threads.makeEvent(), threads.makeEvent()];
  const target = (): void => {
    const flow = lock.withAsync(() => go.waitAsync());
    const end = (): void => left.set();
    void flow.then(end, end);
  };
  const thread = new Thread({ target, name: 'left' }).start();
  await thread.joinAsync();
  assert.throws(() => lock.acquire(), { name: 'AbandonedLockError', owner: 'left' });
  go.set();
  assert.equal(await left.waitAsync({ timeout: 15 }), true);
  assert.equal(lock.locked(), true);
  lock.release();
});

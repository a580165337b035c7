import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { RWLock, Thread } from 'heddle/threading';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';
import { rwlockLossContract } from '../contracts/rwlock-loss.contract.ts';
import { rwlockContract } from '../contracts/rwlock.contract.ts';
import type { RWLockKind } from '../contracts/rwlock.contract.ts';
import { threads } from '../contracts/world.ts';

const kind: RWLockKind = {
  name: 'RWLock',
  make: (options) => new RWLock(options),
  world: threads,
};
rwlockContract(kind);
rwlockLossContract(kind);

const write: LockKind = {
  name: 'RWLock',
  make: (options) => new RWLock(options).write,
  world: threads,
};
lockContract(write);
abandonedContract(write);

test('RWLock has readers beyond those that its own block has room for', async () => {
  const lock = new RWLock();
  const [go, inside] = [threads.makeEvent(), threads.makeCells(1)];
  const read = (): void =>
    lock.read.with(() => {
      Atomics.add(inside, 0, 1);
      Atomics.notify(inside, 0);
      go.wait();
    });
  const readers = Array.from({ length: 20 }, () => new Thread({ target: read }).start());
  await new Promise<void>((resolve) => {
    const look = (): void => void (Atomics.load(inside, 0) === 20 ? resolve() : setImmediate(look));
    look();
  });
  assert.equal(lock.write.acquire({ blocking: false }), false);
  const writer = lock.write.withAsync(() => lock.read.locked());
  go.set();
  assert.equal(await writer, false);
  for (const reader of readers) await reader.joinAsync();
});

test('RWLock that a worker left behind in a flow is not freed by it later', async () => {
  const lock = new RWLock();
  const [go, left] = [threads.makeEvent(), threads.makeEvent()];
  const target = (): void => {
    const flow = lock.read.withAsync(() => go.waitAsync());
    const end = (): void => left.set();
    void flow.then(end, end);
  };
  await new Thread({ target }).start().joinAsync();
  assert.equal(lock.write.acquire({ blocking: false }), true);
  go.set();
  assert.equal(await left.waitAsync({ timeout: 15 }), true);
  assert.equal(lock.write.locked(), true);
  lock.write.release();
});

test('RWLock shows who writes', () => {
  const lock = new RWLock({ name: 'table' });
  assert.equal(inspect(lock), 'RWLock { "table", no writer }');
  lock.write.with(() => assert.equal(inspect(lock), 'RWLock { "table", writer MainThread }'));
});

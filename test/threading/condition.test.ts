import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Condition, Lock, RLock, Thread } from 'heddle/threading';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { conditionContract } from '../contracts/condition.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';
import { threads } from '../contracts/world.ts';
import { turn, until } from '../support/until.ts';

const ofRLock: LockKind = {
  name: 'Condition',
  shown: 'RLock',
  make: (options) => new Condition(undefined, options),
  world: threads,
};
lockContract(ofRLock);
abandonedContract(ofRLock);
conditionContract({
  name: 'Condition',
  of: 'an RLock',
  make: (options) => new Condition(undefined, options),
  world: threads,
});
conditionContract({
  name: 'Condition',
  of: 'a Lock',
  make: (options) => new Condition(new Lock(), options),
  world: threads,
});

test('Condition.wait() gives an RLock up whatever its depth, and has it as deep', async () => {
  const condition = new Condition();
  const target = (): boolean[] => {
    condition.acquire();
    const told = condition.with(() => condition.with(() => condition.wait()));
    const still = condition.locked();
    condition.release();
    return [told, still];
  };
  const thread = new Thread({ target }).start();
  await until(() => thread.waitingFor?.startsWith('Condition') === true, 'the wait');
  assert.equal(condition.locked(), false);
  await condition.withAsync(() => condition.notify());
  assert.deepEqual(await thread.resultAsync(), [true, true]);
  assert.equal(condition.locked(), false);
});

test('Condition.waitAsync() in a flow gives the lock back to it alone, as deep', async () => {
  const condition = new Condition();
  const flow = condition.withAsync(() =>
    condition.withAsync(async () => {
      const told = await condition.waitAsync();
      // Reentrant again, and not for others of this thread.
      const inner = await condition.withAsync(() => 'inner');
      return [told, inner];
    }),
  );
  await turn();
  assert.equal(condition.locked(), false);
  await condition.withAsync(() => condition.notify());
  assert.deepEqual(await flow, [true, 'inner']);
  assert.throws(() => condition.release(), { name: 'RuntimeError' });
});

test('Condition is of the very lock that it is given, in every thread', async () => {
  for (const lock of [new Lock(), new RLock()]) {
    const condition = new Condition(lock);
    condition.acquire();
    assert.equal(lock.locked(), true);
    condition.release();
    const target = (): [boolean, boolean] => {
      lock.acquire();
      const seen = condition.locked();
      condition.notifyAll();
      condition.release();
      return [seen, lock.locked()];
    };
    assert.deepEqual(await new Thread({ target }).start().resultAsync(), [true, false]);
  }
});

test('Condition shares a lock with another, and each has waiters of its own', async () => {
  const lock = new Lock();
  const [full, empty] = [new Condition(lock), new Condition(lock)];
  const wait = (condition: Condition): boolean => condition.with(() => condition.wait());
  const first = threads.start(wait, full);
  const second = threads.start(wait, empty);
  for (const party of [first, second]) {
    await until(() => party.waitingFor()?.startsWith('Condition') === true, 'the wait');
  }
  await full.withAsync(() => full.notifyAll());
  assert.equal(await first.result(), true);
  assert.match(second.waitingFor() ?? '', /^Condition/);
  await lock.withAsync(() => empty.notify());
  assert.equal(await second.result(), true);
});

test('Condition.acquireAsync() is for one of a Lock', async () => {
  const condition = new Condition(new Lock());
  assert.equal(await condition.acquireAsync(), true);
  assert.equal(await condition.acquireAsync({ timeout: 0 }), false);
  condition.release();
  const wanted = { name: 'RuntimeError', message: /^Cannot acquire Condition "changed" asynch/ };
  await assert.rejects(new Condition(undefined, { name: 'changed' }).acquireAsync(), wanted);
});

test('Condition refuses what is no lock', () => {
  for (const lock of [{ name: 'changed' }, null, 1, new Condition()] as never[]) {
    assert.throws(() => new Condition(lock), TypeError);
  }
});

test('Condition that a flow waits for is not held by a thread that has ended', async () => {
  const condition = new Condition();
  const seen = threads.makeEvent();
  const target = async (): Promise<void> => {
    const flow = condition.withAsync(() => condition.waitAsync());
    const end = (): void => seen.set();
    void flow.then(end, end);
    await turn(); // it waits, and the lock is free
  };
  await new Thread({ target }).start().resultAsync();
  assert.equal(condition.locked(), false);
  await condition.withAsync(() => condition.notifyAll());
  assert.equal(await seen.waitAsync({ timeout: 15 }), true);
  assert.equal(await condition.withAsync(() => 'taken', { timeout: 15 }), 'taken');
});

// What every lock of readers and writers promises when one who waits or holds it gives up or dies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holding, waits } from './rwlock.contract.ts';
import type { RWLockKind } from './rwlock.contract.ts';

/** Runs this part of the contract. */
export function rwlockLossContract(kind: RWLockKind): void {
  withdrawal(kind);
  deaths(kind);
  abandonment(kind);
}

function withdrawal({ name, make, world }: RWLockKind): void {
  test(`${name}.write that gives up lets in the readers behind it`, async () => {
    const lock = make();
    lock.read.acquire();
    const writer = world.start(() => lock.write.acquire({ timeout: '2s' }));
    await waits(writer, name);
    const reader = world.start(() => lock.read.with(() => 'read'));
    await waits(reader, name);
    assert.equal(await reader.result(), 'read');
    assert.equal(await writer.result(), false);
    lock.read.release();
  });

  test(`${name}.write that is aborted lets in the readers behind it`, async () => {
    const lock = make();
    lock.read.acquire();
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const aborted = lock.write.withAsync(() => assert.fail('the body ran'), options);
    const reader = world.start(() => lock.read.with(() => 'read'));
    await waits(reader, name);
    const own = lock.read.withAsync(() => 'own');
    controller.abort('enough');
    await assert.rejects(aborted, (reason) => reason === 'enough');
    assert.deepEqual([await reader.result(), await own], ['read', 'own']);
    lock.read.release();
    for (const side of [lock.read, lock.write]) {
      await assert.rejects(side.acquireAsync(options), (reason) => reason === 'enough');
    }
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, false]);
  });

  test(`${name} that is granted to one who is aborted goes to the next`, async () => {
    const lock = make();
    for (const side of [lock.read, lock.write]) {
      const holder = await holding(lock.write, world);
      const controller = new AbortController();
      const aborted = side.acquireAsync({ signal: controller.signal });
      const next = lock.write.withAsync(() => 'next');
      holder.go();
      // Before this thread's event loop hears of it.
      while (lock.write.locked());
      controller.abort('enough');
      await assert.rejects(aborted, (reason) => reason === 'enough');
      assert.equal(await next, 'next');
      await holder.party.result();
    }
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, false]);
  });
}

function deaths({ name, make, world }: RWLockKind): void {
  test(`${name}.read that a party held when it returned is given back`, async () => {
    const lock = make();
    await world
      .start(() => {
        lock.read.acquire();
        lock.read.acquire();
      })
      .result();
    assert.equal(lock.read.locked(), false);
    assert.equal(lock.write.acquire({ blocking: false }), true);
    lock.write.release();
  });

  test(`${name}.write gets in when the reader that it waits for is killed`, async () => {
    const lock = make();
    const [first, second] = [await holding(lock.read, world), await holding(lock.read, world)];
    const writer = world.start(() => lock.write.acquire());
    await waits(writer, name);
    const own = lock.write.acquireAsync({ timeout: '1ms' });
    assert.equal(await own, false);
    await first.party.kill();
    await second.party.kill();
    assert.equal(await writer.result(), true);
  });

  test(`${name} goes to the next when one that waits is killed`, async () => {
    const lock = make();
    lock.read.acquire();
    const doomed = world.start(() => lock.write.acquire());
    await waits(doomed, name);
    const reader = world.start(() => lock.read.acquire());
    await waits(reader, name);
    await doomed.kill();
    assert.equal(await reader.result(), true);
    lock.read.release();
  });
}

function abandonment({ name, make, world }: RWLockKind): void {
  test(`${name}.read tells one of those who wait that the writer was killed`, async () => {
    const lock = make({ name: 'ledger' });
    const holder = await holding(lock.write, world);
    const read = (): string => {
      try {
        lock.read.acquire();
        return 'read';
      } catch (error) {
        return (error as { owner: string }).owner;
      } finally {
        lock.read.release();
      }
    };
    const readers = [1, 2, 3].map(() => world.start(read));
    for (const reader of readers) await waits(reader, name);
    await holder.party.kill();
    const told = await Promise.all(readers.map((reader) => reader.result()));
    assert.deepEqual(told.toSorted(), [holder.party.name, 'read', 'read'].toSorted());
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, false]);
  });

  test(`${name}.read tells who comes after a writer that returned, and is held then`, async () => {
    const lock = make({ name: 'ledger' });
    const leave = async (): Promise<object> => {
      const party = world.start(() => void lock.write.acquire());
      await party.result();
      return { name: 'AbandonedLockError', owner: party.name };
    };
    assert.throws(() => lock.read.acquire(), await leave());
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [true, false]);
    lock.read.release();
    const told = await leave();
    assert.equal(lock.write.locked(), true);
    await assert.rejects(lock.read.acquireAsync(), told);
    assert.equal(lock.read.locked(), true);
    lock.read.release();
    assert.throws(() => lock.read.with(() => assert.fail('the body ran')), await leave());
    assert.deepEqual([lock.read.locked(), lock.write.locked()], [false, false]);
  });
}

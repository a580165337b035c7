// What becomes of a lock whose holder ends without releasing it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import type { LockKind } from './lock.contract.ts';
import type { FullLock, Party, World } from './world.ts';

/** Runs the whole contract. */
export function abandonedContract(kind: LockKind): void {
  returned(kind);
  killed(kind);
  waitedFor(kind);
}

/** A party that has taken the lock and has ended. */
async function leave(lock: FullLock, world: World): Promise<Party<void>> {
  const party = world.start(() => void lock.acquire());
  await party.result();
  return party;
}

/** A party that holds the lock and sits there. */
async function hold(lock: FullLock, world: World): Promise<Party<void>> {
  const never = world.makeEvent();
  const party = world.start(() => {
    lock.acquire();
    never.wait();
  });
  await until(() => party.waitingFor() === 'Event', 'the wait for the event');
  return party;
}

function told(name: string, party: Party<unknown>): object {
  return {
    name: 'AbandonedLockError',
    code: 'ERR_HEDDLE_ABANDONED_LOCK',
    owner: party.name,
    message: new RegExp(`^Took ${name} "ledger" although ${escape(party.shown)} had ended`),
  };
}

function escape(text: string): string {
  return text.replaceAll(/[()]/g, '\\$&');
}

function returned({ name, shown = name, make, world }: LockKind): void {
  test(`${name}.acquire() tells once who ended without releasing, and holds the lock`, async () => {
    const lock = make({ name: 'ledger' });
    const party = await leave(lock, world);
    assert.equal(lock.locked(), true);
    assert.throws(() => lock.acquire(), told(shown, party));
    assert.equal(lock.locked(), true);
    const other = world.start(() => lock.acquire({ blocking: false }));
    assert.equal(await other.result(), false);
    lock.release();
    assert.equal(lock.acquire(), true);
    lock.release();
  });

  test(`${name}.acquire() tells also who does not wait`, async () => {
    for (const options of [{ blocking: false }, { timeout: 0 }, { timeout: 1 }] as const) {
      const lock = make({ name: 'ledger' });
      const party = await leave(lock, world);
      assert.throws(() => lock.acquire(options), told(shown, party));
      lock.release();
    }
  });

  test(`${name}.guard() and with() tell, and do not hold the lock then`, async () => {
    const lock = make({ name: 'ledger' });
    const first = await leave(lock, world);
    assert.throws(() => lock.guard(), told(shown, first));
    assert.equal(lock.locked(), false);
    const second = await leave(lock, world);
    assert.throws(() => lock.with(() => assert.fail('the body ran')), told(shown, second));
    assert.equal(lock.locked(), false);
    assert.equal(lock.acquire({ blocking: false }), true);
    lock.release();
  });

  test(`${name}.guardAsync() and withAsync() tell, and do not hold the lock then`, async () => {
    const lock = make({ name: 'ledger' });
    const first = await leave(lock, world);
    await assert.rejects(lock.guardAsync(), told(shown, first));
    assert.equal(lock.locked(), false);
    const second = await leave(lock, world);
    const body = (): never => assert.fail('the body ran');
    await assert.rejects(lock.withAsync(body), told(shown, second));
    assert.equal(lock.locked(), false);
    assert.equal(await lock.withAsync(() => 'taken'), 'taken');
  });
}

function killed({ name, shown = name, make, world }: LockKind): void {
  test(`${name}.acquire() gets the lock of a party that was killed with it`, async () => {
    const lock = make({ name: 'ledger' });
    const holder = await hold(lock, world);
    await holder.kill();
    assert.equal(lock.locked(), true);
    assert.throws(() => lock.acquire(), told(shown, holder));
    lock.release();
  });

  test(`${name}.acquire() is not told of a party that was killed while it waited`, async () => {
    const lock = make();
    lock.acquire();
    const waiter = world.start(() => lock.acquire());
    await until(() => waiter.waitingFor() !== null, 'the wait for the lock');
    await waiter.kill();
    lock.release();
    assert.equal(lock.locked(), false);
    assert.equal(lock.acquire(), true);
    lock.release();
  });

  test(`${name} goes to the next when the one that waits before it was killed`, async () => {
    const lock = make();
    lock.acquire();
    const take = (): boolean => lock.acquire();
    const first = world.start(take);
    await until(() => first.waitingFor() !== null, 'the wait for the lock');
    const second = world.start(take);
    await until(() => second.waitingFor() !== null, 'the wait for the lock');
    await first.kill();
    lock.release();
    assert.equal(await second.result(), true);
  });
}

function waitedFor({ name, shown = name, make, world }: LockKind): void {
  test(`${name}.acquire() of one of those who wait is told, the others are not`, async () => {
    const lock = make({ name: 'ledger' });
    const holder = await hold(lock, world);
    const take = (): string => {
      try {
        lock.acquire();
        return 'taken';
      } catch (error) {
        return (error as { owner: string }).owner;
      } finally {
        lock.release();
      }
    };
    const parties: Party<string>[] = [];
    for (let count = 0; count < 3; count++) {
      const party = world.start(take);
      parties.push(party);
      await until(() => party.waitingFor() !== null, 'the wait for the lock');
    }
    await holder.kill();
    const outcomes = await Promise.all(parties.map((party) => party.result()));
    assert.deepEqual(outcomes, [holder.name, 'taken', 'taken']);
    assert.equal(lock.locked(), false);
  });

  test(`${name}.withAsync() that waits is told, and the next one gets the lock`, async () => {
    const lock = make({ name: 'ledger' });
    const holder = await hold(lock, world);
    const first = lock.withAsync(() => assert.fail('the body ran'));
    const second = lock.withAsync(() => 'taken');
    await Promise.all([holder.kill(), assert.rejects(first, told(shown, holder))]);
    assert.equal(await second, 'taken');
    assert.equal(lock.locked(), false);
  });

  test(`${name} that nobody took over stays locked, also when a waiter was aborted`, async () => {
    const lock = make({ name: 'ledger' });
    const holder = await hold(lock, world);
    const controller = new AbortController();
    const wait = lock.withAsync(() => assert.fail('the body ran'), { signal: controller.signal });
    await Promise.all([holder.kill().then(() => controller.abort('enough')), assert.rejects(wait)]);
    // Told or aborted, whichever came first: in the end somebody is told, and once.
    if (!lock.locked()) return;
    assert.throws(() => lock.acquire(), told(shown, holder));
    lock.release();
  });
}

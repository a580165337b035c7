// What every condition promises beyond its lock, whatever kind that is and whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedOptions } from 'heddle/threading';
import { turn, until } from '../support/until.ts';
import { badTimes } from './world.ts';
import type { FullCondition, Party, World } from './world.ts';

/** A kind of condition, to be run through the contract. */
export interface ConditionKind {
  /** Of its class, as it stands in titles and messages; what it is made of, for titles. */
  readonly name: string;
  readonly of: string;
  readonly make: (options?: NamedOptions) => FullCondition;
  readonly world: World;
}

/** Runs the whole contract. */
export function conditionContract(kind: ConditionKind): void {
  holding(kind);
  notifying(kind);
  timing(kind);
  predicates(kind);
  asynchronous(kind);
  aborting(kind);
  dying(kind);
  together(kind);
}

/** A party that waits; it gives what wait() told, and adds one to the first cell. */
async function waiter(
  world: World,
  condition: FullCondition,
  cells: Int32Array,
): Promise<Party<boolean>> {
  const target = (): boolean =>
    condition.with(() => {
      const told = condition.wait();
      cells[0] = (cells[0] ?? 0) + 1;
      return told;
    });
  const party = world.start(target);
  await until(() => party.waitingFor()?.startsWith('Condition') === true, 'the wait');
  return party;
}

/** Holds the lock with nothing else to do in this thread, as each lock of a condition allows. */
function held<T>(condition: FullCondition, body: () => T): Promise<T> {
  return condition.withAsync(body, { timeout: 15 });
}

function holding({ name, of, make, world }: ConditionKind): void {
  test(`${name} of ${of} refuses to wait or notify unless its lock is held`, async () => {
    const condition = make({ name: 'changed' });
    const wanted = {
      name: 'RuntimeError',
      message: /^Cannot (wait for|notify) Condition "changed"/,
    };
    for (const act of [
      () => condition.wait(),
      () => condition.wait(0),
      () => condition.waitFor(() => true),
      () => condition.notify(),
      () => condition.notify(0),
      () => condition.notifyAll(),
    ]) {
      assert.throws(act, wanted);
    }
    await assert.rejects(condition.waitAsync(), wanted);
    await assert.rejects(
      condition.waitForAsync(() => true),
      wanted,
    );
    assert.equal(condition.locked(), false);
  });

  test(`${name} of ${of} refuses what is no time or count, and keeps its lock`, async () => {
    const condition = make();
    condition.acquire();
    for (const timeout of badTimes(world)) {
      assert.throws(() => condition.waitFor(() => true, timeout), RangeError);
    }
    assert.throws(() => condition.wait(NaN), TypeError);
    for (const n of [-1, 0.5, NaN]) assert.throws(() => condition.notify(n), RangeError);
    assert.throws(() => condition.notify('1' as never), TypeError);
    condition.release();
  });
}

function notifying({ name, of, make, world }: ConditionKind): void {
  test(`${name} of ${of} lets as many go on as are notified, in the order of arrival`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    const parties: Party<boolean>[] = [];
    for (let i = 0; i < 4; i++) parties.push(await waiter(world, condition, cells));
    await held(condition, () => condition.notify());
    assert.equal(await parties[0]?.result(), true);
    await held(condition, () => condition.notify(2));
    assert.deepEqual(await Promise.all([parties[1]?.result(), parties[2]?.result()]), [true, true]);
    assert.equal(cells[0], 3);
    assert.match(parties[3]?.waitingFor() ?? '', /^Condition/);
    await held(condition, () => condition.notifyAll());
    assert.equal(await parties[3]?.result(), true);
    assert.equal(condition.locked(), false);
  });

  test(`${name} of ${of} lets nobody go on before the notifier releases`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    const party = await waiter(world, condition, cells);
    await held(condition, async () => {
      condition.notify();
      await turn();
      await turn();
      assert.equal(cells[0], 0);
      assert.notEqual(party.waitingFor(), null);
    });
    assert.equal(await party.result(), true);
  });

  test(`${name}.notify() of ${of} with nobody there is lost`, async () => {
    const condition = make();
    await held(condition, () => {
      condition.notify(3);
      condition.notifyAll();
    });
    assert.equal(
      condition.with(() => condition.wait('5ms')),
      false,
    );
  });
}

function timing({ name, of, make, world }: ConditionKind): void {
  test(`${name}.wait() of ${of} is false when the time is up, and has the lock`, async () => {
    const condition = make();
    const before = performance.now();
    const told = condition.with(() => [
      condition.wait('20ms'),
      condition.locked(),
      condition.wait(0),
    ]);
    assert.deepEqual(told, [false, true, false]);
    assert.ok(performance.now() - before >= 20);
    const between = performance.now();
    const asynchronously = await condition.withAsync(async () => [
      await condition.waitAsync({ timeout: '20ms' }),
      condition.locked(),
      await condition.waitAsync({ timeout: 0 }),
    ]);
    assert.deepEqual(asynchronously, [false, true, false]);
    assert.ok(performance.now() - between >= 20);
    assert.equal(await world.start(() => condition.acquire({ blocking: false })).result(), true);
  });

  test(`${name}.wait() of ${of} whose time is up waits for the lock all the same`, async () => {
    const condition = make();
    const cells = world.makeCells(2);
    const party = world.start(() =>
      condition.with(() => {
        Atomics.store(cells, 1, 1);
        const told = condition.wait('2s');
        cells[0] = 1;
        return told;
      }),
    );
    // From its wait on the lock is free.
    await until(() => Atomics.load(cells, 1) === 1, 'the wait');
    await held(condition, async () => {
      const left = (): boolean => party.waitingFor()?.startsWith('Condition') === false;
      await until(left, 'the wait for the lock');
      assert.equal(cells[0], 0);
      // It has left: this is for another.
      condition.notify();
    });
    assert.equal(await party.result(), false);
  });
}

function predicates({ name, of, make, world }: ConditionKind): void {
  test(`${name}.waitFor() of ${of} gives the last value of its predicate`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    assert.equal(
      condition.with(() => condition.waitFor(() => 'there')),
      'there',
    );
    const party = world.start(() =>
      condition.with(() => condition.waitFor(() => cells[0] === 3 && 'three')),
    );
    const own = condition.withAsync(() => condition.waitForAsync(() => cells[0] === 3 && 'three'));
    await until(() => party.waitingFor() !== null, 'the wait');
    for (let i = 1; i <= 3; i++) {
      await held(condition, () => {
        cells[0] = i;
        condition.notifyAll();
      });
    }
    assert.deepEqual([await party.result(), await own], ['three', 'three']);
  });

  test(`${name}.waitFor() of ${of} has one time for all its waits`, async () => {
    const condition = make();
    const stop = world.makeCells(1);
    const nag = world.start(async () => {
      while (Atomics.load(stop, 0) === 0) await condition.withAsync(() => condition.notifyAll());
    });
    const before = performance.now();
    let calls = 0;
    const told = condition.with(() => condition.waitFor(() => (calls++, 0), '60ms'));
    assert.equal(told, 0);
    assert.ok(performance.now() - before >= 60);
    assert.ok(calls >= 2);
    const later = await condition.withAsync(() =>
      condition.waitForAsync(() => null, { timeout: '60ms' }),
    );
    assert.equal(later, null);
    Atomics.store(stop, 0, 1);
    await nag.result();
  });
}

function asynchronous({ name, of, make, world }: ConditionKind): void {
  test(`${name} of ${of} serves threads and event loops in one line`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    const order: number[] = [];
    const first = await waiter(world, condition, cells);
    const second = held(condition, async () => {
      await condition.waitAsync();
      order.push(2);
    });
    await turn();
    const third = await waiter(world, condition, cells);
    const fourth = held(condition, async () => {
      await condition.waitAsync();
      order.push(4);
    });
    await turn();
    await held(condition, () => condition.notify());
    assert.equal(await first.result(), true);
    assert.deepEqual([cells[0], order], [1, []]);
    await held(condition, () => condition.notify());
    await second;
    assert.deepEqual([cells[0], order], [1, [2]]);
    await held(condition, () => condition.notify(2));
    await Promise.all([third.result(), fourth]);
    assert.deepEqual([cells[0], order, condition.locked()], [2, [2, 4], false]);
  });

  test(`${name}.waitAsync() of ${of} waits after guardAsync() and acquire()`, async () => {
    const condition = make();
    const wait = async (): Promise<boolean> => {
      const guard = await condition.guardAsync();
      const told = await condition.waitAsync({ timeout: 15 });
      guard[Symbol.dispose]();
      return told;
    };
    const first = wait();
    await turn();
    const waits = [first, wait()];
    await turn();
    await world.start(() => condition.with(() => condition.notifyAll())).result();
    assert.deepEqual(await Promise.all(waits), [true, true]);
    condition.acquire();
    assert.equal(await condition.waitAsync({ timeout: '2ms' }), false);
    condition.release();
    assert.equal(condition.locked(), false);
  });
}

function aborting({ name, of, make, world }: ConditionKind): void {
  test(`${name}.waitAsync() of ${of} that is aborted rejects with the lock held`, async () => {
    const condition = make();
    const controller = new AbortController();
    const { signal } = controller;
    const seen: unknown[] = [];
    const wait = held(condition, async () => {
      await assert.rejects(condition.waitAsync({ signal }), (reason) => reason === 'enough');
      seen.push(condition.locked());
      // Before anything else, and without giving the lock up.
      await assert.rejects(condition.waitAsync({ signal }), (reason) => reason === 'enough');
      await assert.rejects(
        condition.waitForAsync(() => true, { signal }),
        (reason) => reason === 'enough',
      );
      seen.push(condition.locked());
    });
    await turn();
    controller.abort('enough');
    await wait;
    assert.deepEqual([seen, condition.locked()], [[true, true], false]);
    assert.equal(await world.start(() => condition.acquire({ blocking: false })).result(), true);
  });

  test(`${name}.waitAsync() of ${of} aborted after it was notified passes that on`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    const controller = new AbortController();
    const wait = held(condition, () => condition.waitAsync({ signal: controller.signal }));
    await turn();
    const party = await waiter(world, condition, cells);
    await held(condition, () => {
      condition.notify();
      controller.abort('too late');
    });
    await assert.rejects(wait, (reason) => reason === 'too late');
    assert.equal(await party.result(), true);
  });
}

function dying({ name, of, make, world }: ConditionKind): void {
  test(`${name} of ${of} forgets a party that was killed while it waited`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    const first = await waiter(world, condition, cells);
    const second = await waiter(world, condition, cells);
    await first.kill();
    await held(condition, () => condition.notify());
    assert.equal(await second.result(), true);
  });

  test(`${name} of ${of} notifies another when the one it notified is killed`, async () => {
    const condition = make();
    const cells = world.makeCells(1);
    const first = await waiter(world, condition, cells);
    const second = await waiter(world, condition, cells);
    // Notified, it waits for the lock, and never gets it.
    await held(condition, async () => {
      condition.notify();
      await first.kill();
    });
    assert.equal(await second.result(), true);
    assert.equal(cells[0], 1);
  });

  test(`${name}.wait() of ${of} is told when the lock was left behind, and holds it`, async () => {
    const condition = make();
    const wait = world.start(() => {
      condition.acquire();
      try {
        return String(condition.wait());
      } catch (error) {
        const { owner } = error as { owner: string };
        // Held, or this would throw.
        condition.release();
        return owner;
      }
    });
    await until(() => wait.waitingFor()?.startsWith('Condition') === true, 'the wait');
    const second = condition.withAsync(() => condition.waitAsync());
    await turn();
    const leaver = world.start(() => {
      condition.acquire();
      condition.notifyAll();
    });
    await leaver.result();
    assert.equal(await wait.result(), leaver.name);
    assert.equal(await second, true);
    assert.equal(condition.locked(), false);
  });
}

function together({ name, of, make, world }: ConditionKind): void {
  test(`${name} of ${of} passes every item of a small buffer on, once`, async () => {
    const condition = make();
    // How many are in it; how many were put; how many taken.
    const cells = world.makeCells(3);
    const all = 240;
    const put = (): boolean => {
      if ((cells[1] ?? 0) >= all) return false;
      cells[0] = (cells[0] ?? 0) + 1;
      cells[1] = (cells[1] ?? 0) + 1;
      condition.notifyAll();
      return true;
    };
    const take = (): boolean => {
      if ((cells[2] ?? 0) >= all) return false;
      cells[0] = (cells[0] ?? 0) - 1;
      cells[2] = (cells[2] ?? 0) + 1;
      condition.notifyAll();
      return true;
    };
    const hasRoom = (): boolean => (cells[0] ?? 0) < 2 || (cells[1] ?? 0) >= all;
    const hasItem = (): boolean => (cells[0] ?? 0) > 0 || (cells[2] ?? 0) >= all;
    const blocking = (ready: () => boolean, act: () => boolean): void => {
      while (condition.with(() => condition.waitFor(ready) && act()));
    };
    const turning = async (ready: () => boolean, act: () => boolean): Promise<void> => {
      while (await condition.withAsync(async () => (await condition.waitForAsync(ready)) && act()));
    };
    await Promise.all([
      world.start(blocking, hasRoom, put).result(),
      world.start(turning, hasItem, take).result(),
      world.start(blocking, hasItem, take).result(),
      turning(hasRoom, put),
    ]);
    assert.deepEqual([...cells], [0, all, all]);
  });
}

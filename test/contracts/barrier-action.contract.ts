// What every barrier promises of its action, and when a party dies, whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { BROKEN, results, start, waiting } from './barrier.contract.ts';
import type { BarrierKind, FullBarrier } from './barrier.contract.ts';
import type { Party } from './world.ts';

/** Runs this part of the contract. */
export function barrierActionContract(kind: BarrierKind): void {
  acting(kind);
  failing(kind);
  early(kind);
  deaths(kind);
}

function acting(kind: BarrierKind): void {
  const { name, make, world } = kind;
  test(`${name} runs its action once a round, before any is let go`, async () => {
    const cells = world.makeCells(2);
    const barrier = make(3, { action: () => void Atomics.add(cells, 0, 1) });
    const work = async (own: number): Promise<number> => {
      let wrong = 0;
      for (let round = 1; round <= 30; round++) {
        if ((round + own) % 2 === 0) barrier.wait(15);
        else await barrier.waitAsync();
        if (Atomics.load(cells, 0) !== round) wrong += 1;
        barrier.wait(15);
        if (Atomics.load(cells, 0) !== round + 1) wrong += 1;
        barrier.wait(15);
        Atomics.compareExchange(cells, 0, round + 2, round);
        barrier.wait(15);
        Atomics.compareExchange(cells, 0, round + 1, round);
      }
      return wrong;
    };
    const parties = [0, 1, 2].map((own) => world.start(work, own));
    assert.deepEqual(await results(parties), [0, 0, 0]);
  });

  test(`${name} runs its action in the party that comes last, whichever that is`, async () => {
    const cells = world.makeCells(1);
    // Of an array each party has a copy.
    const here = [0];
    const barrier = make(2, {
      action: () => {
        here[0] = (here[0] ?? 0) + 1;
        Atomics.add(cells, 0, 1);
      },
    });
    const [first] = await waiting(kind, barrier, 1);
    assert.equal(barrier.wait(), 1);
    assert.deepEqual([await first?.result(), cells[0], here[0]], [0, 1, 1]);
    const [second] = await waiting(kind, barrier, 1);
    assert.equal(await barrier.waitAsync(), 1);
    assert.deepEqual([await second?.result(), cells[0], here[0]], [0, 2, 2]);
    const own = barrier.waitAsync();
    const last = start(world, barrier);
    assert.deepEqual([await own, await last.result(), cells[0], here[0]], [0, 1, 3, 2]);
  });

  test(`${name} may speak of itself in its action`, async () => {
    const cells = world.makeCells(1);
    const barrier: FullBarrier = make(2, {
      action: () => void Atomics.add(cells, 0, barrier.nWaiting * 10 + barrier.parties),
    });
    const own = barrier.waitAsync();
    assert.equal(await start(world, barrier).result(), 1);
    assert.deepEqual([await own, cells[0]], [0, 22]);
  });

  test(`${name}.wait() in its own action is a DeadlockError`, () => {
    const barrier: FullBarrier = make(1, { action: () => void barrier.wait() });
    assert.throws(() => barrier.wait(), { name: 'DeadlockError', cycle: ['MainThread', name] });
    assert.equal(barrier.broken, true);
  });
}

function failing(kind: BarrierKind): void {
  const { name, make, world } = kind;
  test(`${name} whose action throws gives that to its party, and breaks for others`, async () => {
    const fail = (): never => {
      throw new RangeError('no such page');
    };
    const barrier = make(3, { action: fail });
    const parties = await waiting(kind, barrier, 1);
    const own = barrier.waitAsync();
    assert.throws(() => barrier.wait(), RangeError);
    await assert.rejects(own, BROKEN);
    assert.deepEqual([await results(parties), barrier.broken], [[BROKEN.name], true]);
    barrier.reset();
    const others = await waiting(kind, barrier, 2);
    await assert.rejects(barrier.waitAsync(), RangeError);
    assert.deepEqual(await results(others), [BROKEN.name, BROKEN.name]);
    barrier.reset();
    const pair = [barrier.waitAsync(), barrier.waitAsync()].map((wait) =>
      assert.rejects(wait, BROKEN),
    );
    assert.equal(await start(world, barrier).result(), 'RangeError');
    await Promise.all(pair);
  });

  test(`${name} refuses a promise of its action`, async () => {
    // oxlint-disable-next-line no-misused-promises -- what is refused
    const barrier = make(2, { action: async () => {} });
    const own = barrier.waitAsync();
    assert.throws(() => barrier.wait(), { name: 'TypeError', message: /^Cannot let the parties/ });
    await assert.rejects(own, BROKEN);
  });

  test(`${name}.abort() in its action breaks it for all of the round`, async () => {
    const barrier: FullBarrier = make(2, { action: () => barrier.abort() });
    const own = barrier.waitAsync();
    assert.throws(() => barrier.wait(), BROKEN);
    await assert.rejects(own, BROKEN);
    assert.equal(barrier.broken, true);
  });
}

function early(kind: BarrierKind): void {
  const { name, make, world } = kind;

  /** A barrier of two with a round whose action runs until it is let go. */
  async function inAction(timeout: number | '3s' = 15): Promise<{
    barrier: FullBarrier;
    round: Party<number | string>[];
    go: () => void;
  }> {
    const [gate, acts] = [world.makeEvent(), world.makeEvent()];
    const barrier = make(2, {
      action: () => {
        acts.set();
        gate.wait();
      },
    });
    const timed = start(world, barrier, timeout);
    await until(() => timed.waitingFor()?.startsWith(name) === true, 'the wait for the barrier');
    const round = [timed, start(world, barrier, 15)];
    assert.equal(await acts.waitAsync({ timeout: 15 }), true);
    return { barrier, round, go: () => gate.set() };
  }

  test(`${name}.wait() of who comes during the action belongs to the next round`, async () => {
    const { barrier, round, go } = await inAction();
    const own = barrier.waitAsync();
    const next = start(world, barrier);
    await until(() => next.waitingFor()?.startsWith(name) === true, 'the wait for the barrier');
    go();
    assert.deepEqual(new Set(await results(round)), new Set([0, 1]));
    assert.deepEqual(new Set([await own, await next.result()]), new Set([0, 1]));
    assert.equal(barrier.broken, false);
  });

  test(`${name}.wait() whose time is up during the action is let go all the same`, async () => {
    const { barrier, round, go } = await inAction('3s');
    const before = performance.now();
    await until(() => performance.now() - before > 3100, 'the end of the time');
    go();
    assert.deepEqual(new Set(await results(round)), new Set([0, 1]));
    assert.equal(barrier.broken, false);
  });

  test(`${name}.wait() that gives up during the action breaks the next round`, async () => {
    for (const timeout of [0, '5ms'] as const) {
      const { barrier, round, go } = await inAction();
      const next = barrier.waitAsync();
      assert.throws(() => barrier.wait(timeout), BROKEN);
      await assert.rejects(barrier.waitAsync({ timeout }), BROKEN);
      assert.equal(barrier.broken, false);
      go();
      await assert.rejects(next, BROKEN);
      assert.deepEqual(new Set(await results(round)), new Set([0, 1]));
      assert.equal(barrier.broken, true);
    }
  });

  test(`${name}.waitAsync() that is aborted during the action breaks nothing`, async () => {
    const { barrier, round, go } = await inAction();
    const controller = new AbortController();
    const aborted = barrier.waitAsync({ signal: controller.signal });
    controller.abort('enough');
    await assert.rejects(aborted, (reason) => reason === 'enough');
    barrier.reset();
    go();
    assert.deepEqual(new Set(await results(round)), new Set([0, 1]));
    const numbers = await Promise.all([barrier.waitAsync(), barrier.waitAsync()]);
    assert.deepEqual(numbers, [0, 1]);
  });
}

function deaths(kind: BarrierKind): void {
  const { name, make, world } = kind;
  test(`${name} breaks when a party is killed while it waits`, async () => {
    const barrier = make(4);
    const [doomed, ...others] = await waiting(kind, barrier, 2);
    const own = barrier.waitAsync();
    await Promise.all([doomed?.kill(), assert.rejects(own, BROKEN)]);
    assert.deepEqual([await results(others), barrier.broken], [[BROKEN.name], true]);
    barrier.reset();
    assert.equal(barrier.broken, false);
  });

  test(`${name} breaks when the party that runs the action is killed`, async () => {
    const [never, acts] = [world.makeEvent(), world.makeEvent()];
    const barrier = make(3, {
      action: () => {
        acts.set();
        never.wait();
      },
    });
    const others = await waiting(kind, barrier, 1);
    const own = barrier.waitAsync();
    const actor = start(world, barrier);
    assert.equal(await acts.waitAsync({ timeout: 15 }), true);
    const late = barrier.waitAsync();
    await Promise.all([actor.kill(), assert.rejects(own, BROKEN), assert.rejects(late, BROKEN)]);
    assert.deepEqual([await results(others), barrier.broken], [[BROKEN.name], true]);
    barrier.reset();
    assert.equal(barrier.broken, false);
  });

  test(`${name} is broken when its only party is killed in the action`, async () => {
    const [never, acts] = [world.makeEvent(), world.makeEvent()];
    const barrier = make(1, {
      action: () => {
        acts.set();
        never.wait();
      },
    });
    const actor = start(world, barrier);
    assert.equal(await acts.waitAsync({ timeout: 15 }), true);
    await actor.kill();
    assert.equal(barrier.broken, true);
    assert.throws(() => barrier.wait(), BROKEN);
  });
}

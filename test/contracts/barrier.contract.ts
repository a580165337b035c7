// What every barrier promises, whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AsyncOptions, BarrierOptions, Duration } from 'heddle/threading';
import { until } from '../support/until.ts';
import { badTimes } from './world.ts';
import type { Party, World } from './world.ts';

/** Everything that a barrier can do. */
export interface FullBarrier {
  readonly parties: number;
  readonly nWaiting: number;
  readonly broken: boolean;
  wait(timeout?: Duration): number;
  waitAsync(options?: AsyncOptions): Promise<number>;
  reset(): void;
  abort(): void;
}

/** A kind of barrier, to be run through the contract. */
export interface BarrierKind {
  /** Of its class, as it stands in titles and messages. */
  readonly name: string;
  readonly make: (parties: number, options?: BarrierOptions) => FullBarrier;
  readonly world: World;
}

/** The error of a barrier that is broken. */
export const BROKEN = { name: 'BrokenBarrierError', code: 'ERR_HEDDLE_BROKEN_BARRIER' };

/** Runs all but what has to do with actions and deaths. */
export function barrierContract(kind: BarrierKind): void {
  meeting(kind);
  breaking(kind);
  times(kind);
}

/** A party that waits, and gives its number or the name of its error. */
export function start(
  world: World,
  barrier: FullBarrier,
  timeout?: Duration,
): Party<number | string> {
  const target = (): number | string => {
    try {
      return barrier.wait(timeout);
    } catch (error) {
      return (error as Error).name;
    }
  };
  return world.start(target);
}

/** So many parties that wait. */
export async function waiting(
  { name, world }: BarrierKind,
  barrier: FullBarrier,
  count: number,
): Promise<Party<number | string>[]> {
  const before = barrier.nWaiting;
  const parties = Array.from({ length: count }, () => start(world, barrier));
  for (const party of parties) {
    await until(() => party.waitingFor()?.startsWith(name) === true, 'the wait for the barrier');
  }
  assert.equal(barrier.nWaiting, before + count);
  return parties;
}

/** What all of them give. */
export function results<R>(parties: readonly Party<R>[]): Promise<R[]> {
  return Promise.all(parties.map((party) => party.result()));
}

function meeting(kind: BarrierKind): void {
  const { name, make, world } = kind;
  test(`${name}.wait() gives each party of a round its number, blocked or not`, async () => {
    const barrier = make(5);
    assert.deepEqual([barrier.parties, barrier.nWaiting, barrier.broken], [5, 0, false]);
    for (let round = 0; round < 3; round++) {
      const parties = await waiting(kind, barrier, 2);
      const own = [barrier.waitAsync(), barrier.waitAsync({ timeout: 15 })];
      assert.equal(barrier.nWaiting, 4);
      const last = round === 1 ? start(world, barrier).result() : barrier.wait();
      const numbers = await Promise.all([last, ...own, results(parties)]);
      assert.deepEqual(new Set(numbers.flat()), new Set([0, 1, 2, 3, 4]));
      assert.deepEqual([barrier.nWaiting, barrier.broken], [0, false]);
    }
  });

  test(`${name}.wait() numbers the parties in the order of their arrival`, async () => {
    const barrier = make(3);
    const [first] = await waiting(kind, barrier, 1);
    const second = barrier.waitAsync();
    assert.deepEqual([barrier.wait(), await second, await first?.result()], [2, 1, 0]);
  });

  test(`${name}.wait() keeps parties in step for many rounds, blocked or not`, async () => {
    const barrier = make(4);
    const cells = world.makeCells(1);
    const rounds = 100;
    const work = async (own: number): Promise<number> => {
      let sum = 0;
      for (let round = 0; round < rounds; round++) {
        Atomics.add(cells, 0, 1);
        sum += (round + own) % 3 === 0 ? await barrier.waitAsync() : barrier.wait(15);
        if (Atomics.load(cells, 0) < (round + 1) * 4) throw new Error('went before all were here');
      }
      return sum;
    };
    const parties = [0, 1, 2].map((own) => world.start(work, own));
    const sums = await Promise.all([work(3), results(parties)]);
    assert.equal(
      sums.flat().reduce((total, sum) => total + sum, 0),
      rounds * (0 + 1 + 2 + 3),
    );
  });

  test(`${name}.wait() of one party returns at once, without time too`, async () => {
    const barrier = make(1);
    assert.deepEqual([barrier.wait(), barrier.wait(0), barrier.wait('1s')], [0, 0, 0]);
    assert.deepEqual([await barrier.waitAsync(), await barrier.waitAsync({ timeout: 0 })], [0, 0]);
  });
}

function breaking(kind: BarrierKind): void {
  const { name, make } = kind;
  test(`${name}.abort() breaks it for those who wait and who come, until reset()`, async () => {
    const barrier = make(4, { name: 'meet' });
    const parties = await waiting(kind, barrier, 2);
    const own = barrier.waitAsync();
    barrier.abort();
    assert.deepEqual([barrier.broken, barrier.nWaiting], [true, 0]);
    await assert.rejects(own, BROKEN);
    assert.deepEqual(await results(parties), [BROKEN.name, BROKEN.name]);
    const message = new RegExp(`^Cannot wait at ${name} "meet" as it is broken`);
    assert.throws(() => barrier.wait(), { ...BROKEN, message });
    await assert.rejects(barrier.waitAsync(), BROKEN);
    assert.equal(barrier.nWaiting, 0);
    barrier.reset();
    assert.equal(barrier.broken, false);
    const numbers = [1, 2, 3].map(() => barrier.waitAsync());
    assert.equal(barrier.wait(), 3);
    assert.deepEqual(await Promise.all(numbers), [0, 1, 2]);
  });

  test(`${name}.reset() breaks it for those who wait, and it is as new`, async () => {
    const barrier = make(3);
    barrier.reset();
    const parties = await waiting(kind, barrier, 1);
    const own = barrier.waitAsync();
    barrier.reset();
    assert.deepEqual([barrier.broken, barrier.nWaiting], [false, 0]);
    await assert.rejects(own, BROKEN);
    assert.deepEqual(await results(parties), [BROKEN.name]);
    const numbers = await Promise.all([1, 2, 3].map(() => barrier.waitAsync()));
    assert.deepEqual(numbers, [0, 1, 2]);
  });
}

function times(kind: BarrierKind): void {
  const { name, make, world } = kind;
  test(`${name}.wait() whose time is up breaks it for all`, async () => {
    const barrier = make(4, { name: 'meet' });
    const parties = await waiting(kind, barrier, 1);
    const own = barrier.waitAsync();
    const before = performance.now();
    const message = new RegExp(`^Cannot wait at ${name} "meet" as it was not full when the time`);
    assert.throws(() => barrier.wait('20ms'), { ...BROKEN, message });
    assert.ok(performance.now() - before >= 20);
    await assert.rejects(own, BROKEN);
    assert.deepEqual([await results(parties), barrier.broken], [[BROKEN.name], true]);
  });

  test(`${name}.waitAsync() whose time is up breaks it for all`, async () => {
    for (const timeout of ['20ms', 0] as const) {
      const barrier = make(3);
      const parties = await waiting(kind, barrier, 1);
      await assert.rejects(barrier.waitAsync({ timeout }), BROKEN);
      assert.deepEqual([await results(parties), barrier.broken], [[BROKEN.name], true]);
    }
  });

  test(`${name}.wait() without time passes only if it is the last`, async () => {
    const barrier = make(2);
    const own = barrier.waitAsync();
    assert.equal(barrier.wait(0), 1);
    assert.equal(await own, 0);
    assert.throws(() => barrier.wait(0), BROKEN);
    assert.equal(barrier.broken, true);
  });

  test(`${name}.wait() takes the time-out of the barrier when it is given none`, async () => {
    const barrier = make(2, { timeout: '20ms' });
    assert.throws(() => barrier.wait(), BROKEN);
    barrier.reset();
    await assert.rejects(barrier.waitAsync(), BROKEN);
    barrier.reset();
    assert.equal(await start(world, barrier).result(), BROKEN.name);
    const patient = make(2, { timeout: 0 });
    const own = patient.waitAsync({ timeout: 15 });
    assert.equal(patient.wait(), 1);
    assert.equal(await own, 0);
  });

  test(`${name}.wait() refuses a time that means nothing, and does not arrive`, async () => {
    const barrier = make(2);
    for (const timeout of badTimes(world)) {
      assert.throws(() => barrier.wait(timeout), RangeError);
      await assert.rejects(barrier.waitAsync({ timeout }), RangeError);
    }
    for (const timeout of [NaN, 'soon', null] as never[]) {
      assert.throws(() => barrier.wait(timeout), TypeError);
      await assert.rejects(barrier.waitAsync({ timeout }), TypeError);
    }
    assert.deepEqual([barrier.nWaiting, barrier.broken], [0, false]);
  });

  test(`${name}.waitAsync() that is aborted is withdrawn, and the others go on`, async () => {
    const barrier = make(3);
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const aborted = barrier.waitAsync(options);
    const parties = await waiting(kind, barrier, 1);
    controller.abort('enough');
    await assert.rejects(aborted, (reason) => reason === 'enough');
    assert.deepEqual([barrier.nWaiting, barrier.broken], [1, false]);
    await assert.rejects(barrier.waitAsync(options), (reason) => reason === 'enough');
    const own = barrier.waitAsync();
    assert.equal(barrier.wait(), 2);
    assert.deepEqual([...(await results(parties)), await own], [0, 1]);
  });
}

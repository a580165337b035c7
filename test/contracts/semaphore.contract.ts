// What every semaphore promises, whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedOptions } from 'heddle/threading';
import { turn, until } from '../support/until.ts';
import { badTimes } from './world.ts';
import type { FullSemaphore, Party, World } from './world.ts';

/** A kind of semaphore, to be run through the contract. */
export interface SemaphoreKind {
  /** Of its class, as it stands in titles and messages. */
  readonly name: string;
  readonly make: (value?: number, options?: NamedOptions) => FullSemaphore;
  readonly world: World;
}

/** Runs the whole contract. */
export function semaphoreContract(kind: SemaphoreKind): void {
  counting(kind);
  waiting(kind);
  givingUp(kind);
  scopes(kind);
  dying(kind);
  limiting(kind);
}

/** A semaphore all of whose permits are taken, so that a bounded one may get them back. */
function taken(make: SemaphoreKind['make'], permits: number): FullSemaphore {
  const semaphore = make(permits, { name: 'seats' });
  for (let i = 0; i < permits; i++) assert.equal(semaphore.acquire({ blocking: false }), true);
  return semaphore;
}

/** A party that waits for a permit; it gives what acquire() told. */
async function waiter(world: World, semaphore: FullSemaphore): Promise<Party<boolean>> {
  const party = world.start(() => semaphore.acquire());
  await until(() => party.waitingFor() !== null, 'the wait for a permit');
  return party;
}

function counting({ name, make, world }: SemaphoreKind): void {
  test(`${name} has one permit at first, or as many as it is told`, () => {
    assert.deepEqual([make().value, make(0).value, make(7).value], [1, 0, 7]);
    assert.equal(make(2 ** 30 - 1).value, 2 ** 30 - 1);
  });

  test(`${name} refuses what is no number of permits`, () => {
    for (const value of [-1, 0.5, NaN, Infinity, 2 ** 30]) {
      assert.throws(() => make(value), { name: 'RangeError', message: /^Cannot make a semaphore/ });
    }
    for (const value of ['1', null, {}] as never[]) assert.throws(() => make(value), TypeError);
  });

  test(`${name}.acquire() takes one permit each time, and release() gives them back`, async () => {
    const semaphore = make(3);
    for (const [i, options] of [undefined, { blocking: false }, { timeout: 1 }].entries()) {
      assert.equal(semaphore.acquire(options), true);
      assert.equal(semaphore.value, 2 - i);
    }
    assert.equal(semaphore.acquire({ blocking: false }), false);
    assert.equal(semaphore.acquire({ timeout: 0 }), false);
    assert.equal(await semaphore.acquireAsync({ timeout: 0 }), false);
    semaphore.release();
    assert.equal(await world.start(() => semaphore.value).result(), 1);
    semaphore.release(2);
    assert.equal(semaphore.value, 3);
  });

  test(`${name}.release() refuses what is no number of permits, and gives none`, () => {
    const semaphore = taken(make, 2);
    for (const n of [0, -1, 0.5, NaN, 2 ** 30])
      assert.throws(() => semaphore.release(n), RangeError);
    for (const n of ['1', null] as never[]) assert.throws(() => semaphore.release(n), TypeError);
    assert.equal(semaphore.value, 0);
  });

  test(`${name}.acquire() refuses options that mean nothing, and takes nothing`, async () => {
    const semaphore = make(1);
    for (const timeout of badTimes(world)) {
      assert.throws(() => semaphore.acquire({ timeout }), RangeError);
      await assert.rejects(semaphore.acquireAsync({ timeout }), RangeError);
    }
    if (world.isLenient !== true) {
      assert.throws(() => semaphore.acquire({ blocking: false, timeout: 0 }), RangeError);
    }
    assert.throws(() => semaphore.acquire({ timeout: NaN }), TypeError);
    assert.equal(semaphore.value, 1);
  });
}

function waiting({ name, make, world }: SemaphoreKind): void {
  test(`${name}.acquire() blocks until there is a permit, and says what it waits for`, async () => {
    const semaphore = taken(make, 1);
    const party = await waiter(world, semaphore);
    assert.equal(party.waitingFor(), `${name} "seats"`);
    semaphore.release();
    assert.equal(await party.result(), true);
    assert.equal(semaphore.value, 0);
  });

  test(`${name}.release(n) lets as many go on as there are permits`, async () => {
    const semaphore = taken(make, 3);
    const go = world.makeCells(1);
    const take = (): void => {
      semaphore.acquire();
      Atomics.add(go, 0, 1);
    };
    const parties: Party<void>[] = [];
    for (let i = 0; i < 4; i++) {
      const party = world.start(take);
      parties.push(party);
      await until(() => party.waitingFor() !== null, 'the wait for a permit');
    }
    semaphore.release(3);
    await until(() => Atomics.load(go, 0) === 3, 'three with a permit');
    await turn();
    assert.deepEqual([Atomics.load(go, 0), semaphore.value], [3, 0]);
    semaphore.release();
    await Promise.all(parties.map((party) => party.result()));
  });

  test(`${name} serves threads and event loops in one line`, async () => {
    const semaphore = taken(make, 4);
    const order = world.makeCells(8);
    const note = (number: number): void => {
      order[Atomics.add(order, 0, 1) + 1] = number;
    };
    const wait = async (number: number): Promise<Party<void>> => {
      const party = world.start(() => {
        semaphore.acquire();
        note(number);
      });
      await until(() => party.waitingFor() !== null, 'the wait for a permit');
      return party;
    };
    const first = await wait(1);
    const second = semaphore.acquireAsync().then(() => note(2));
    const third = await wait(3);
    const fourth = semaphore.acquireAsync().then(() => note(4));
    semaphore.release();
    await first.result();
    semaphore.release(3);
    await Promise.all([second, third.result(), fourth]);
    assert.equal(Atomics.load(order, 0), 4);
    // A woken event loop competes with the next blocked thread.
    assert.deepEqual([order[1], new Set(order.slice(1, 5))], [1, new Set([1, 2, 3, 4])]);
    assert.equal(semaphore.value, 0);
  });
}

function givingUp({ name, make, world }: SemaphoreKind): void {
  test(`${name}.acquire() gives up when the time is up, and takes nothing`, async () => {
    const semaphore = taken(make, 1);
    const before = performance.now();
    assert.equal(semaphore.acquire({ timeout: '20ms' }), false);
    const between = performance.now();
    assert.equal(await semaphore.acquireAsync({ timeout: '20ms' }), false);
    const waits = [between - before, performance.now() - between];
    assert.ok(Math.min(...waits) >= 20, waits.join());
    semaphore.release();
    assert.equal(semaphore.value, 1);
  });

  test(`${name}.acquireAsync() rejects with its signal's reason, and takes nothing`, async () => {
    const semaphore = taken(make, 1);
    const controller = new AbortController();
    const wait = semaphore.acquireAsync({ signal: controller.signal });
    controller.abort('enough');
    await assert.rejects(wait, (reason) => reason === 'enough');
    semaphore.release();
    const late = semaphore.acquireAsync({ signal: controller.signal });
    await assert.rejects(late, (reason) => reason === 'enough');
    assert.equal(semaphore.value, 1);
  });

  test(`${name}.acquireAsync() that is aborted after it was woken passes that on`, async () => {
    const semaphore = taken(make, 1);
    const controller = new AbortController();
    const first = semaphore.acquireAsync({ signal: controller.signal });
    const second = await waiter(world, semaphore);
    semaphore.release(); // the first is woken, and hears of it at the next turn
    controller.abort('too late');
    await assert.rejects(first, (reason) => reason === 'too late');
    assert.equal(await second.result(), true);
    assert.equal(semaphore.value, 0);
  });
}

function scopes({ name, make }: SemaphoreKind): void {
  test(`${name}.guard() and guardAsync() take a permit, and give it back once`, async () => {
    const semaphore = make(2);
    const guards = [semaphore.guard(), await semaphore.guardAsync()];
    assert.equal(semaphore.value, 0);
    const message = new RegExp(`^Cannot enter the scope of ${name} `);
    assert.throws(() => semaphore.guard({ timeout: '2ms' }), { name: 'TimeoutError', message });
    await assert.rejects(semaphore.guardAsync({ timeout: 0 }), { name: 'TimeoutError', message });
    for (const guard of [...guards, ...guards]) guard[Symbol.dispose]();
    assert.equal(semaphore.value, 2);
  });

  test(`${name}.with() and withAsync() nest, and give back whatever happens`, async () => {
    const semaphore = make(2);
    const inside = semaphore.with(() => semaphore.with(() => semaphore.value));
    assert.deepEqual([inside, semaphore.value], [0, 2]);
    const fail = (): never => {
      throw new Error('inside');
    };
    assert.throws(() => semaphore.with(fail), /inside/);
    await assert.rejects(semaphore.withAsync(fail), /inside/);
    const value = semaphore.withAsync(async () => {
      await turn();
      return semaphore.value;
    });
    assert.deepEqual([await value, semaphore.value], [1, 2]);
    const full = semaphore.with(() =>
      semaphore.with(() => semaphore.withAsync(fail, { timeout: 0 })),
    );
    await assert.rejects(full, { name: 'TimeoutError' });
  });
}

function dying({ name, make, world }: SemaphoreKind): void {
  test(`${name} loses no permit to a party that was killed while it waited`, async () => {
    const semaphore = taken(make, 1);
    const first = await waiter(world, semaphore);
    const second = await waiter(world, semaphore);
    const own = semaphore.acquireAsync({ timeout: 15 });
    await first.kill();
    semaphore.release();
    assert.equal(await second.result(), true);
    semaphore.release();
    assert.equal(await own, true);
    assert.equal(semaphore.value, 0);
  });

  test(`${name} uses up the permit of a party that ended with it`, async () => {
    const semaphore = make(2);
    await world.start(() => semaphore.acquire()).result();
    assert.equal(semaphore.value, 1);
  });
}

function limiting({ name, make, world }: SemaphoreKind): void {
  test(`${name} lets so many in at a time, however a permit is taken`, async () => {
    const semaphore = make(2);
    const cells = world.makeCells(2);
    const rounds = 100;
    const work = async (own: number): Promise<number> => {
      let most = 0;
      const count = (): void => {
        most = Math.max(most, Atomics.add(cells, 0, 1) + 1);
        for (let turns = 50; turns > 0; turns--);
        Atomics.sub(cells, 0, 1);
        Atomics.add(cells, 1, 1);
      };
      for (let round = 0; round < rounds; round++) {
        const way = (round + own) % 3;
        if (way === 0) semaphore.with(count);
        else if (way === 1) await semaphore.withAsync(count, { timeout: 15 });
        else if (semaphore.acquire({ timeout: 15 })) {
          count();
          semaphore.release();
        }
      }
      return most;
    };
    const parties = [1, 2, 3].map((own) => world.start(work, own));
    const most = await Promise.all([work(0), ...parties.map((party) => party.result())]);
    assert.ok(Math.max(...most) <= 2, most.join());
    assert.deepEqual([cells[0], cells[1], semaphore.value], [0, 4 * rounds, 2]);
  });
}

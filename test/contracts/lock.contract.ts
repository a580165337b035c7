// What every lock promises, whatever kind it is and whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AsyncOptions, NamedOptions } from 'heddle/threading';
import { turn, until } from '../support/until.ts';
import { badTimes } from './world.ts';
import type { FullLock, Party, World } from './world.ts';

/** A kind of lock, to be run through the contract. */
export interface LockKind {
  /** Of its class, as it stands in titles and messages. */
  readonly name: string;
  /** In messages, where the lock that they speak of has another name. */
  readonly shown?: string;
  readonly make: (options?: NamedOptions) => FullLock;
  readonly world: World;
}

/** Runs the whole contract. */
export function lockContract(kind: LockKind): void {
  taking(kind);
  waiting(kind);
  scopes(kind);
  asyncScopes(kind);
  excluding(kind);
}

function taking({ name, shown = name, make, world }: LockKind): void {
  test(`${name}.acquire() takes a free lock, release() frees it, locked() tells`, () => {
    const lock = make();
    assert.equal(lock.locked(), false);
    for (const options of [undefined, {}, { blocking: false }, { timeout: 0 }, { timeout: '1s' }]) {
      assert.equal(lock.acquire(options as never), true);
      assert.equal(lock.locked(), true);
      lock.release();
      assert.equal(lock.locked(), false);
    }
  });

  test(`${name}.acquire() keeps others out, who may look once or wait a while`, async () => {
    const lock = make();
    lock.acquire();
    const attempt = (): [once: boolean, atMost: boolean, waited: number, seen: boolean] => {
      const once = lock.acquire({ blocking: false }) || lock.acquire({ timeout: 0 });
      const before = performance.now();
      const atMost = lock.acquire({ timeout: '30ms' });
      return [once, atMost, performance.now() - before, lock.locked()];
    };
    const [once, atMost, waited, seen] = await world.start(attempt).result();
    assert.deepEqual([once, atMost, seen], [false, false, true]);
    assert.ok(waited >= 30, `gave up after ${waited} ms`);
    // A time-out leaves the lock as it was.
    lock.release();
    assert.equal(lock.locked(), false);
    assert.equal(await world.start(() => lock.acquire({ timeout: '1s' })).result(), true);
  });

  test(`${name}.acquire() refuses options that mean nothing, and takes nothing`, () => {
    const lock = make();
    const contradictory = [
      { blocking: false, timeout: 0 },
      { blocking: false, timeout: 1 },
    ];
    const times = badTimes(world).map((timeout) => ({ timeout }));
    for (const options of [...times, ...(world.isLenient === true ? [] : contradictory)]) {
      assert.throws(() => lock.acquire(options), RangeError, JSON.stringify(options));
    }
    const typed = [{ timeout: NaN }, { timeout: 'soon' }, { timeout: null }, { blocking: 'no' }];
    for (const options of [...typed, null, false]) {
      assert.throws(() => lock.acquire(options as never), TypeError, JSON.stringify(options));
    }
    assert.equal(lock.locked(), false);
  });

  test(`${name}.release() of a free lock is a RuntimeError that names the lock`, () => {
    const lock = make({ name: 'ledger' });
    const wanted = {
      name: 'RuntimeError',
      message: new RegExp(`^Cannot release ${shown} "ledger"`),
    };
    assert.throws(() => lock.release(), wanted);
    lock.acquire();
    lock.release();
    assert.throws(() => lock.release(), wanted);
  });
}

function waiting({ name, shown = name, make, world }: LockKind): void {
  test(`${name}.withAsync() refuses a signal that is none, and queues nobody`, async () => {
    const lock = make();
    lock.acquire();
    for (const options of [null, 7, { signal: null }, { signal: {} }, { signal: 7 }] as never[]) {
      await assert.rejects(
        lock.withAsync(() => 1, options),
        TypeError,
      );
      await assert.rejects(lock.guardAsync(options), TypeError);
    }
    lock.release();
    assert.equal(await world.start(() => lock.acquire({ blocking: false })).result(), true);
  });

  test(`${name} refuses options that are none`, () => {
    for (const options of [null, 7, 'ledger'] as never[]) {
      assert.throws(() => make(options), TypeError);
    }
  });

  test(`${name}.acquire() blocks until the lock is free, and says what it waits for`, async () => {
    const lock = make({ name: 'ledger' });
    lock.acquire();
    const party = world.start(() => {
      const taken = lock.acquire();
      lock.release();
      return taken;
    });
    await until(() => party.waitingFor() !== null, 'the wait for the lock');
    assert.equal(party.waitingFor(), `${shown} "ledger" held by MainThread`);
    lock.release();
    assert.equal(await party.result(), true);
    assert.equal(lock.locked(), false);
  });

  test(`${name}.acquire() serves those who wait in the order of their arrival`, async () => {
    const lock = make();
    const order = world.makeCells(8);
    lock.acquire();
    const take = (number: number): void => {
      lock.acquire();
      const place = (order[0] ?? 0) + 1;
      order[0] = place;
      order[place] = number;
      lock.release();
    };
    const parties: Party<void>[] = [];
    for (const number of [1, 2, 3, 4]) {
      const party = world.start(take, number);
      parties.push(party);
      await until(() => party.waitingFor() !== null, 'the wait for the lock');
    }
    lock.release();
    await Promise.all(parties.map((party) => party.result()));
    assert.deepEqual([...order], [4, 1, 2, 3, 4, 0, 0, 0]);
  });

  test(`${name}.acquire() of threads and withAsync() of loops stand in one line`, async () => {
    const lock = make();
    const go = world.makeEvent();
    const order = world.makeCells(8);
    const note = (number: number): void => {
      const place = (order[0] ?? 0) + 1;
      order[0] = place;
      order[place] = number;
    };
    // A third party holds the lock, so that this one's event loop may wait like the others.
    const holder = world.start(() => lock.with(() => go.wait()));
    await until(() => holder.waitingFor()?.startsWith('Event') === true, 'the wait for the event');
    const first = world.start(() => lock.with(() => note(1)));
    await until(() => first.waitingFor() !== null, 'the wait for the lock');
    const second = lock.withAsync(() => note(2));
    const third = world.start(() => lock.with(() => note(3)));
    await until(() => third.waitingFor() !== null, 'the wait for the lock');
    const fourth = lock.withAsync(() => note(4));
    go.set();
    await Promise.all([first.result(), second, third.result(), fourth, holder.result()]);
    // An event loop that is woken competes with the next blocked thread, so the rest may differ.
    const [count, ...served] = order;
    assert.deepEqual([count, served[0]], [4, 1]);
    assert.deepEqual(new Set(served), new Set([1, 2, 3, 4, 0]));
  });
}

function scopes({ name, shown = name, make, world }: LockKind): void {
  test(`${name}.guard() holds the lock until it is disposed of, and releases once`, () => {
    const lock = make();
    const guard = lock.guard();
    assert.equal(lock.locked(), true);
    guard[Symbol.dispose]();
    assert.equal(lock.locked(), false);
    lock.acquire();
    guard[Symbol.dispose]();
    assert.equal(lock.locked(), true);
    lock.release();
  });

  test(`${name}.guard() is a TimeoutError when the time is up, and holds nothing`, async () => {
    const lock = make({ name: 'ledger' });
    lock.acquire();
    const attempt = (): string[] =>
      [{ blocking: false }, { timeout: 0 }, { timeout: '5ms' }].map((options) => {
        try {
          lock.guard(options as never);
          return 'taken';
        } catch (error) {
          return String(error);
        }
      });
    const scope = `the scope of ${shown} "ledger" held by ${world.self}`;
    const wanted = `TimeoutError: Cannot enter ${scope}`;
    for (const told of await world.start(attempt).result())
      assert.ok(told.startsWith(wanted), told);
    lock.release();
    assert.equal(lock.locked(), false);
  });

  test(`${name}.with() gives what its body returns, and throws what that throws`, () => {
    const lock = make();
    const held = lock.with(() => lock.locked());
    assert.deepEqual([held, lock.locked()], [true, false]);
    const error = new Error('inside');
    const fail = (): never => {
      throw error;
    };
    assert.throws(() => lock.with(fail), error);
    assert.equal(lock.locked(), false);
  });

  test(`${name}.with() releases before a promise of its body settles`, async () => {
    const lock = make();
    const promise = lock.with(async () => {
      await turn();
      return lock.locked();
    });
    assert.equal(lock.locked(), false);
    assert.equal(await promise, false);
  });
}

function asyncScopes({ name, make, world }: LockKind): void {
  test(`${name}.withAsync() holds the lock until the promise of its body settles`, async () => {
    const lock = make();
    const held = await lock.withAsync(async () => {
      await turn();
      return lock.locked();
    });
    assert.deepEqual([held, lock.locked()], [true, false]);
    assert.equal(await lock.withAsync(() => 7), 7);
    const error = new Error('inside');
    await assert.rejects(
      lock.withAsync(() => Promise.reject(error)),
      error,
    );
    const fail = (): never => {
      throw error;
    };
    await assert.rejects(lock.withAsync(fail), error);
    assert.equal(lock.locked(), false);
  });

  test(`${name}.withAsync() lets the flows of one thread in one after the other`, async () => {
    const lock = make();
    let inside = 0;
    const order: number[] = [];
    const flow = (number: number): Promise<void> =>
      lock.withAsync(async () => {
        inside += 1;
        assert.equal(inside, 1);
        await turn();
        order.push(number);
        inside -= 1;
      });
    await Promise.all([1, 2, 3, 4, 5].map(flow));
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
  });

  test(`${name}.withAsync() gives up with a TimeoutError, without running its body`, async () => {
    const lock = make();
    const go = world.makeEvent();
    const holder = world.start(() => lock.with(() => go.wait()));
    await until(() => lock.locked(), 'the lock of the other');
    let ran = 0;
    for (const timeout of [0, '10ms'] as const) {
      const before = performance.now();
      await assert.rejects(
        lock.withAsync(() => (ran += 1), { timeout }),
        { name: 'TimeoutError' },
      );
      assert.ok(timeout === 0 || performance.now() - before >= 10);
    }
    go.set();
    await holder.result();
    assert.deepEqual([ran, lock.locked()], [0, false]);
  });

  test(`${name}.withAsync() is withdrawn when its signal is aborted`, async () => {
    const lock = make();
    const go = world.makeEvent();
    const holder = world.start(() => lock.with(() => go.wait()));
    await until(() => lock.locked(), 'the lock of the other');
    const controller = new AbortController();
    const options: AsyncOptions = { signal: controller.signal };
    const aborted = lock.withAsync(() => assert.fail('the body ran'), options);
    const next = lock.withAsync(() => 'next');
    go.set();
    // Before this thread's event loop hears that the lock is free.
    while (lock.locked());
    controller.abort('no more');
    await assert.rejects(aborted, (reason) => reason === 'no more');
    assert.equal(await next, 'next');
    await holder.result();
    const before = lock.withAsync(() => assert.fail('the body ran'), options);
    await assert.rejects(before, (reason) => reason === 'no more');
    assert.equal(lock.locked(), false);
  });

  test(`${name}.guardAsync() holds the lock until it is disposed of`, async () => {
    const lock = make();
    const first = await lock.guardAsync();
    assert.equal(await world.start(() => lock.acquire({ blocking: false })).result(), false);
    await assert.rejects(lock.guardAsync({ timeout: '5ms' }), { name: 'TimeoutError' });
    const second = lock.guardAsync();
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    (await second)[Symbol.dispose]();
    assert.equal(lock.locked(), false);
  });
}

function excluding({ name, make, world }: LockKind): void {
  test(`${name} lets one party in at a time, however it is taken`, async () => {
    const lock = make();
    const cells = world.makeCells(1);
    const rounds = 400;
    const work = async (own: number): Promise<number> => {
      const count = (): void => {
        const before = cells[0] ?? 0;
        for (let turns = 30; turns > 0; turns--);
        cells[0] = before + 1;
      };
      let done = 0;
      for (let round = 0; round < rounds; round++) {
        const way = (round + own) % 4;
        if (way === 0) {
          lock.acquire();
          count();
          lock.release();
        } else if (way === 1) {
          lock.with(count);
        } else if (way === 2) {
          const guard = lock.guard({ timeout: 15 });
          count();
          guard[Symbol.dispose]();
        } else {
          await lock.withAsync(count, { timeout: 15 });
        }
        done += 1;
      }
      return done;
    };
    const parties = [1, 2, 3, 4].map((own) => world.start(work, own));
    const done = await Promise.all([work(0), ...parties.map((party) => party.result())]);
    assert.deepEqual(done, [rounds, rounds, rounds, rounds, rounds]);
    assert.equal(cells[0], 5 * rounds);
    assert.equal(lock.locked(), false);
  });
}

// CPython's BaseLockTests, LockTests and RLockTests (Lib/test/lock_tests.py), for any kind of lock
// and whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { LockKind } from '../contracts/lock.contract.ts';
import { until } from '../support/until.ts';
import { assertTimeout, bunch, resultsOf, runBunch, untilBlocked } from './bunch.ts';

/** A kind of lock, under the name of the CPython class whose cases are run for it. */
export interface LockTestsKind extends LockKind {
  readonly suite: string;
  /** How many parties are known to be alive. */
  readonly countAlive: () => number;
}

/** Runs what is common to all locks. */
export function baseLockTests(kind: LockTestsKind): void {
  fresh(kind);
  contended(kind);
  scoped(kind);
  timed(kind);
}

function fresh({ name, suite, make, world }: LockTestsKind): void {
  test(`${name}: ${suite}.test_constructor`, () => {
    assert.equal(make().locked(), false);
  });

  test(`${name}: ${suite}.test_repr`, () => {
    assert.equal(inspect(make()), `${name} { unlocked }`);
    assert.equal(inspect(make({ name: 'ledger' })), `${name} { "ledger", unlocked }`);
  });

  test(`${name}: ${suite}.test_locked_repr`, () => {
    const lock = make();
    lock.acquire();
    assert.equal(inspect(lock), `${name} { locked by MainThread }`);
    lock.release();
  });

  test(`${name}: ${suite}.test_acquire_release`, () => {
    const lock = make();
    assert.equal(lock.acquire(), true);
    assert.equal(lock.release(), undefined);
    assert.equal(lock.locked(), false);
  });

  test(`${name}: ${suite}.test_try_acquire`, () => {
    const lock = make();
    assert.equal(lock.acquire({ blocking: false }), true);
    lock.release();
  });

  test(`${name}: ${suite}.test_try_acquire_contended`, async () => {
    const lock = make();
    lock.acquire();
    const attempt = (): boolean => lock.acquire({ blocking: false });
    assert.deepEqual(await runBunch(world, 1, attempt), [false]);
    lock.release();
  });
}

function contended({ name, suite, make, world, countAlive }: LockTestsKind): void {
  test(`${name}: ${suite}.test_acquire_contended`, async () => {
    const lock = make();
    const finished = world.makeCells(1);
    lock.acquire();
    const parties = bunch(world, 5, () => {
      lock.acquire();
      finished[0] = (finished[0] ?? 0) + 1;
      lock.release();
    });
    await untilBlocked(parties);
    assert.equal(finished[0], 0);
    lock.release();
    await resultsOf(parties);
    assert.equal(finished[0], 5);
  });

  test(`${name}: ${suite}.test_thread_leak`, async () => {
    const lock = make();
    const alive = countAlive();
    await runBunch(world, 15, () => {
      lock.acquire();
      lock.release();
    });
    assert.equal(countAlive(), alive);
  });
}

function scoped({ name, suite, make, world }: LockTestsKind): void {
  test(`${name}: ${suite}.test_with`, async () => {
    const lock = make();
    const use = (): void => {
      lock.acquire();
      lock.release();
    };
    const fail = (): never => {
      throw new TypeError('no');
    };
    lock.with(() => assert.equal(lock.locked(), true));
    await runBunch(world, 1, use);
    assert.throws(() => lock.with(fail), TypeError);
    await runBunch(world, 1, use);
    await assert.rejects(lock.withAsync(fail), TypeError);
    await runBunch(world, 1, use);
  });
}

function timed({ name, suite, make, world }: LockTestsKind): void {
  test(`${name}: ${suite}.test_timeout`, async () => {
    const lock = make();
    assert.throws(() => lock.acquire({ blocking: false, timeout: 1 }), RangeError);
    for (const timeout of [-100, 1e100, 2 ** 31 + 1]) {
      assert.throws(() => lock.acquire({ timeout }), RangeError);
    }
    // The longest time there is, is fine.
    assert.equal(lock.acquire({ timeout: 2 ** 31 }), true);
    lock.release();
    const beforeMs = performance.now();
    assert.equal(lock.acquire({ timeout: 5 }), true);
    assert.ok(performance.now() - beforeMs < 5000);
    const attempt = (): [taken: boolean, seconds: number] => {
      const startMs = performance.now();
      return [lock.acquire({ timeout: 0.5 }), (performance.now() - startMs) / 1000];
    };
    const [[taken, seconds] = [true, 0]] = await runBunch(world, 1, attempt);
    assert.equal(taken, false);
    assertTimeout(seconds, 0.5);
    lock.release();
  });
}

/** Runs CPython's LockTests: for locks that are not reentrant, and that anybody may release. */
export function lockTests(kind: LockTestsKind): void {
  const { name, suite, make, world } = kind;
  baseLockTests(kind);

  test(`${name}: ${suite}.test_reacquire`, async () => {
    const lock = make();
    const phase = world.makeCells(1);
    const party = world.start(() => {
      lock.acquire();
      phase[0] = 1;
      lock.acquire();
      phase[0] = 2;
      lock.release();
    });
    await until(() => phase[0] === 1, 'the first phase');
    await untilBlocked([party]);
    assert.equal(phase[0], 1);
    lock.release();
    await party.result();
    assert.equal(phase[0], 2);
  });

  test(`${name}: ${suite}.test_different_thread`, async () => {
    const lock = make();
    lock.acquire();
    await runBunch(world, 1, () => lock.release());
    assert.equal(lock.acquire(), true);
    lock.release();
  });

  test(`${name}: ${suite}.test_state_after_timeout`, () => {
    const lock = make();
    lock.acquire();
    assert.equal(lock.acquire({ timeout: 0.01 }), false);
    lock.release();
    assert.equal(lock.locked(), false);
    assert.equal(lock.acquire({ blocking: false }), true);
    lock.release();
  });
}

/** Runs CPython's RLockTests: for locks that their owner, and nobody else, may take again. */
export function rlockTests(kind: LockTestsKind): void {
  const { name, suite, make, world } = kind;
  baseLockTests(kind);

  test(`${name}: ${suite}.test_reacquire`, () => {
    const lock = make();
    assert.deepEqual([lock.acquire(), lock.acquire()], [true, true]);
    lock.release();
    assert.equal(lock.acquire(), true);
    lock.release();
    lock.release();
    assert.equal(lock.locked(), false);
  });

  test(`${name}: ${suite}.test_release_unacquired`, () => {
    const lock = make();
    assert.throws(() => lock.release(), { name: 'RuntimeError' });
    lock.acquire();
    lock.acquire();
    lock.release();
    lock.acquire();
    lock.release();
    lock.release();
    assert.throws(() => lock.release(), { name: 'RuntimeError' });
  });

  test(`${name}: ${suite}.test_different_thread`, async () => {
    const lock = make();
    const [taken, mayExit] = [world.makeEvent(), world.makeEvent()];
    const party = world.start(() => {
      lock.acquire();
      taken.set();
      mayExit.wait();
      lock.release();
    });
    assert.equal(await taken.waitAsync({ timeout: 15 }), true);
    assert.throws(() => lock.release(), { name: 'RuntimeError' });
    mayExit.set();
    await party.result();
    assert.equal(lock.locked(), false);
  });

  // Who holds it, and how deep, shows only in what the lock lets whom do.
  test(`${name}: ${suite}.test__is_owned`, async () => {
    const lock = make();
    const taken = (): Promise<boolean[]> =>
      runBunch(world, 1, () => {
        const free = lock.acquire({ blocking: false });
        if (free) lock.release();
        return free;
      });
    const seen = await taken();
    for (const act of ['acquire', 'acquire', 'release', 'release'] as const) {
      lock[act]();
      seen.push(...(await taken()));
    }
    assert.deepEqual(seen, [true, false, false, false, true]);
  });

  test(`${name}: ${suite}.test_recursion_count`, async () => {
    const lock = make();
    for (let depth = 1; depth <= 3; depth++) {
      assert.equal(lock.acquire(), true);
      assert.equal(inspect(lock).includes(`${depth} deep`), depth > 1);
    }
    lock.release();
    assert.match(inspect(lock), /, 2 deep /);
    lock.release();
    lock.release();
    assert.doesNotMatch(inspect(lock), /deep/);
    // Seen by one that does not own it, while another does.
    const [taken, mayExit] = [world.makeEvent(), world.makeEvent()];
    const party = world.start(() => {
      lock.acquire();
      taken.set();
      mayExit.wait();
      lock.release();
    });
    assert.equal(await taken.waitAsync({ timeout: 15 }), true);
    assert.equal(lock.acquire({ blocking: false }), false);
    mayExit.set();
    await party.result();
    assert.equal(lock.acquire({ blocking: false }), true);
    lock.release();
    assert.throws(() => lock.release(), { name: 'RuntimeError' });
  });
}

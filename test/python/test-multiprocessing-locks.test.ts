// CPython's _TestLock, _TestSemaphore, _TestCondition and _TestEvent
// (Lib/test/_test_multiprocessing.py), for processes, managers and threads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { assertTimeout, bunch, resultsOf, untilBlocked } from './bunch.ts';
import { FIXTURES } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';

const LONG_S = 0.2;
const PARTIES = 4;

for (const fixture of FIXTURES) {
  locks(fixture);
  semaphores(fixture);
  notifying(fixture);
  predicates(fixture);
  events(fixture);
}

function locks(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Lock: _TestLock.test_lock, ${type}`, () => {
    const lock = fixture.Lock();
    assert.equal(lock.acquire(), true);
    assert.equal(lock.acquire({ blocking: false }), false);
    assert.equal(lock.release(), undefined);
    assert.throws(() => lock.release(), { name: 'RuntimeError' });
  });

  test(`Lock: _TestLock.test_lock_locked_2processes, ${type}`, async () => {
    const [lock, taken, done] = [fixture.Lock(), fixture.Event(), fixture.Event()];
    const party = world.start(() =>
      lock.with(() => {
        taken.set();
        done.wait();
      }),
    );
    await taken.waitAsync({ timeout: 15 });
    assert.deepEqual([lock.locked(), lock.acquire({ blocking: false })], [true, false]);
    done.set();
    await party.result();
    assert.equal(lock.locked(), false);
  });

  test(`RLock: _TestLock.test_rlock, ${type}`, () => {
    const lock = fixture.RLock();
    for (let depth = 0; depth < 3; depth++) assert.equal(lock.acquire(), true);
    for (let depth = 0; depth < 3; depth++) lock.release();
    assert.throws(() => lock.release(), { name: 'RuntimeError' });
  });

  test(`RLock: _TestLock.test_rlock_locked_2processes, ${type}`, async () => {
    const lock = fixture.RLock();
    lock.acquire();
    const attempt = (): boolean => lock.acquire({ blocking: false }) || !lock.locked();
    assert.equal(await world.start(attempt).result(), false);
    lock.release();
    assert.equal(lock.locked(), false);
  });

  test(`Lock: _TestLock.test_lock_context, ${type}`, () => {
    const lock = fixture.Lock();
    assert.equal(
      lock.with(() => lock.locked()),
      true,
    );
    assert.equal(lock.locked(), false);
  });
}

function semaphores(fixture: Fixture): void {
  const { type } = fixture;
  for (const kind of ['Semaphore', 'BoundedSemaphore'] as const) {
    const name = kind === 'Semaphore' ? 'test_semaphore' : 'test_bounded_semaphore';
    test(`${kind}: _TestSemaphore.${name}, ${type}`, () => {
      const permits = fixture[kind](2);
      const values: unknown[] = [permits.value];
      for (const step of [
        () => permits.acquire(),
        () => permits.acquire(),
        () => permits.acquire({ blocking: false }),
        () => permits.release(),
        () => permits.release(),
      ]) {
        values.push(step(), permits.value);
      }
      assert.deepEqual(values, [2, true, 1, true, 0, false, 0, undefined, 1, undefined, 2]);
      if (kind === 'BoundedSemaphore') assert.throws(() => permits.release(), RangeError);
      else permits.release();
      assert.equal(permits.value, kind === 'Semaphore' ? 3 : 2);
    });
  }

  test(`Semaphore: _TestSemaphore.test_timeout, ${type}`, () => {
    const permits = fixture.Semaphore(0);
    assert.equal(permits.acquire({ blocking: false }), false);
    for (const timeout of [0, LONG_S]) {
      const before = performance.now();
      assert.equal(permits.acquire({ timeout }), false);
      assert.ok(performance.now() - before >= timeout * 1000);
    }
  });
}

// As many as there are parties wait; what each notify() wakes is counted.
function notifying(fixture: Fixture): void {
  const { type, world } = fixture;
  const cases = [
    ['test_notify', [1, 1, 1, 1]],
    ['test_notify_all', [Infinity]],
    ['test_notify_n', [2, 1, 3]],
  ] as const;
  for (const [name, counts] of cases) {
    test(`Condition: _TestCondition.${name}, ${type}`, async () => {
      const [condition, woken] = [fixture.Condition(), fixture.Semaphore(0)];
      const sleep = (): boolean =>
        condition.with(() => {
          const told = condition.wait();
          woken.release();
          return told;
        });
      const parties = bunch(world, PARTIES, sleep);
      await untilBlocked(parties, 'Condition');
      let left = PARTIES;
      for (const count of counts) {
        condition.with(() => {
          if (count === Infinity) condition.notifyAll();
          else condition.notify(count);
        });
        const wakes = Math.min(count, left);
        for (let i = 0; i < wakes; i++) {
          assert.equal(await woken.acquireAsync({ timeout: 15 }), true);
        }
        left -= wakes;
        assert.equal(woken.acquire({ timeout: 0.02 }), false);
      }
      assert.deepEqual(await resultsOf(parties), [true, true, true, true]);
    });
  }

  test(`Condition: _TestCondition.test_timeout, ${type}`, () => {
    const condition = fixture.Condition();
    const before = performance.now();
    assert.equal(
      condition.with(() => condition.wait(LONG_S)),
      false,
    );
    assertTimeout((performance.now() - before) / 1000, LONG_S);
  });

  test(`Condition: _TestCondition.test_wait_result, ${type}`, async () => {
    const condition = fixture.Condition();
    assert.equal(
      condition.with(() => condition.wait(0)),
      false,
    );
    const party = world.start(() => condition.with(() => condition.wait(15)));
    await untilBlocked([party]);
    condition.with(() => condition.notify());
    assert.equal(await party.result(), true);
  });
}

function predicates(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Condition: _TestCondition.test_waitfor, ${type}`, async () => {
    const [condition, state] = [fixture.Condition(), fixture.Value('i32', -1)];
    const target = (): boolean =>
      condition.with(() => {
        state.value = 0;
        condition.notify();
        return condition.waitFor(() => state.value === 4) && state.value === 4;
      });
    const party = world.start(target);
    await condition.withAsync(() =>
      condition.waitForAsync(() => state.value === 0, { timeout: 15 }),
    );
    for (let i = 0; i < 4; i++) {
      condition.with(() => {
        state.add(1);
        condition.notify();
      });
    }
    assert.equal(await party.result(), true);
  });

  test(`Condition: _TestCondition.test_waitfor_timeout, ${type}`, async () => {
    const [condition, state] = [fixture.Condition(), fixture.Value('i32', 0)];
    const target = (): boolean =>
      condition.with(() => condition.waitFor(() => state.value === 4, 0.1));
    const party = world.start(target);
    for (let i = 0; i < 3; i++) {
      condition.with(() => {
        state.add(1);
        condition.notify();
      });
    }
    assert.equal(await party.result(), false);
  });
}

function events(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Event: _TestEvent.test_event, ${type}`, async () => {
    const event = fixture.Event();
    assert.deepEqual([event.isSet(), event.wait(0)], [false, false]);
    const before = performance.now();
    assert.equal(event.wait(LONG_S), false);
    assertTimeout((performance.now() - before) / 1000, LONG_S);
    event.set();
    assert.deepEqual([event.isSet(), event.wait(), event.wait(1)], [true, true, true]);
    event.clear();
    assert.equal(event.isSet(), false);
    const party = world.start(() => event.set());
    assert.equal(await event.waitAsync({ timeout: 15 }), true);
    await party.result();
  });

  test(`Event: _TestEvent.test_repr, ${type}`, () => {
    const event = fixture.Event();
    assert.match(inspect(event), /^Event \{ .*not set.* \}$|^Event \{ unset.* \}$/);
    event.set();
    assert.match(inspect(event), /^Event \{ set.* \}$/);
  });
}

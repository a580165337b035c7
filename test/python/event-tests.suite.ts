// CPython's EventTests (Lib/test/lock_tests.py), for any kind of event and whoever the parties are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { EventKind } from '../contracts/event.contract.ts';
import type { FullEvent, World } from '../contracts/world.ts';
import { assertTimeout, bunch, resultsOf, runBunch, untilBlocked } from './bunch.ts';

const COUNT = 5;
const ALL_TRUE: readonly boolean[] = [true, true, true, true, true];

/** Runs the cases. */
export function eventTests({ name, make, world }: EventKind): void {
  test(`${name}: EventTests.test_is_set`, () => {
    const event = make();
    const seen = [event.isSet()];
    for (const act of ['set', 'set', 'clear', 'clear'] as const) {
      event[act]();
      seen.push(event.isSet());
    }
    assert.deepEqual(seen, [false, true, true, false, false]);
  });

  test(`${name}: EventTests.test_notify`, async () => {
    const event = make();
    await checkNotify(event, world);
    // Another time, after it was set and cleared.
    event.set();
    event.clear();
    await checkNotify(event, world);
  });

  test(`${name}: EventTests.test_timeout`, async () => {
    const event = make();
    const attempt = (): [atOnce: boolean, later: boolean, seconds: number] => {
      const atOnce = event.wait(0);
      const startMs = performance.now();
      return [atOnce, event.wait(0.5), (performance.now() - startMs) / 1000];
    };
    for (const [atOnce, later, seconds] of await runBunch(world, COUNT, attempt)) {
      assert.deepEqual([atOnce, later], [false, false]);
      assertTimeout(seconds, 0.5);
    }
    event.set();
    for (const [atOnce, later] of await runBunch(world, COUNT, attempt)) {
      assert.deepEqual([atOnce, later], [true, true]);
    }
  });

  test(`${name}: EventTests.test_set_and_clear`, async () => {
    const event = make();
    const parties = bunch(world, COUNT, () => event.wait(300));
    await untilBlocked(parties);
    event.set();
    event.clear();
    assert.deepEqual(await resultsOf(parties), ALL_TRUE);
  });

  test(`${name}: EventTests.test_repr`, () => {
    const event = make();
    assert.equal(inspect(event), `${name} { unset }`);
    event.set();
    assert.equal(inspect(event), `${name} { set }`);
    assert.equal(inspect(make({ name: 'gate' })), `${name} { "gate", unset }`);
  });
}

async function checkNotify(event: FullEvent, world: World): Promise<void> {
  const passed = world.makeCells(1);
  const parties = bunch(world, COUNT, () => {
    const first = event.wait();
    passed[0] = 1;
    return [first, event.wait()];
  });
  await untilBlocked(parties);
  assert.equal(passed[0], 0);
  event.set();
  for (const waits of await resultsOf(parties)) assert.deepEqual(waits, [true, true]);
}

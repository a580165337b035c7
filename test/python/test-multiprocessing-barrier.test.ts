// CPython's _TestBarrier (Lib/test/_test_multiprocessing.py), for processes, managers and threads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenBarrierError } from 'heddle/multiprocessing';
import type { Barrier } from 'heddle/threading';
import { runBunch } from './bunch.ts';
import { FIXTURES } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';

const PARTIES = 3;
const LIMIT_S = 15;

for (const fixture of FIXTURES) {
  rounds(fixture);
  breaking(fixture);
  late(fixture);
}

// Every party counts before it waits and after: nobody is a round ahead of the others.
async function pass(fixture: Fixture, barrier: Barrier, times: number): Promise<void> {
  const [before, after] = [fixture.Value('i32', 0), fixture.Value('i32', 0)];
  const target = (): boolean => {
    for (let round = 0; round < times; round++) {
      before.add(1);
      barrier.wait(LIMIT_S);
      if (before.value < (round + 1) * PARTIES) return false;
      after.add(1);
      barrier.wait(LIMIT_S);
      if (after.value !== (round + 1) * PARTIES) return false;
      barrier.wait(LIMIT_S);
    }
    return !barrier.broken;
  };
  assert.deepEqual(await runBunch(fixture.world, PARTIES, target), [true, true, true]);
  assert.equal(after.value, times * PARTIES);
}

function rounds(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Barrier: _TestBarrier.test_barrier, ${type}`, () =>
    pass(fixture, fixture.Barrier(PARTIES), 1));

  test(`Barrier: _TestBarrier.test_barrier_10, ${type}`, () =>
    pass(fixture, fixture.Barrier(PARTIES), 10));

  test(`Barrier: _TestBarrier.test_wait_return, ${type}`, async () => {
    const barrier = fixture.Barrier(PARTIES);
    const found = await runBunch(world, PARTIES, () => barrier.wait(LIMIT_S));
    assert.deepEqual(
      found.toSorted((a, b) => a - b),
      [0, 1, 2],
    );
  });

  test(`Barrier: _TestBarrier.test_action, ${type}`, async () => {
    const count = fixture.Value('i32', 0);
    const barrier = fixture.Barrier(PARTIES, { action: () => void count.add(1) });
    const target = (): number => {
      barrier.wait(LIMIT_S);
      return count.value;
    };
    assert.deepEqual(await runBunch(world, PARTIES, target), [1, 1, 1]);
  });

  test(`Barrier: _TestBarrier.test_single_thread, ${type}`, () => {
    const barrier = fixture.Barrier(1);
    assert.deepEqual([barrier.wait(), barrier.wait()], [0, 0]);
  });
}

function breaking(fixture: Fixture): void {
  const { type, world } = fixture;

  // The one in the middle aborts it, the others are told.
  const abort = async (barrier: Barrier): Promise<void> => {
    const first = fixture.Value('i32', 0);
    const target = (): string => {
      if (first.add(1) === 1) {
        barrier.abort();
        return 'aborted';
      }
      try {
        barrier.wait(LIMIT_S);
        return 'passed';
      } catch (error) {
        return error instanceof BrokenBarrierError ? 'told' : String(error);
      }
    };
    const found = await runBunch(world, PARTIES, target);
    assert.deepEqual(found.toSorted(), ['aborted', 'told', 'told']);
    assert.equal(barrier.broken, true);
  };

  test(`Barrier: _TestBarrier.test_abort, ${type}`, () => abort(fixture.Barrier(PARTIES)));

  test(`Barrier: _TestBarrier.test_abort_and_reset, ${type}`, async () => {
    const barrier = fixture.Barrier(PARTIES);
    await abort(barrier);
    barrier.reset();
    await pass(fixture, barrier, 1);
  });

  test(`Barrier: _TestBarrier.test_reset, ${type}`, async () => {
    const barrier = fixture.Barrier(PARTIES);
    const target = (): string => {
      try {
        barrier.wait(LIMIT_S);
        return 'passed';
      } catch (error) {
        return error instanceof BrokenBarrierError ? 'told' : String(error);
      }
    };
    const reset = (): string => {
      while (barrier.nWaiting < PARTIES - 1);
      barrier.reset();
      return 'reset';
    };
    const parties = [target, target, reset].map((work) => world.start(work));
    const found = await Promise.all(parties.map((party) => party.result()));
    assert.deepEqual(found, ['told', 'told', 'reset']);
    await pass(fixture, barrier, 1);
  });
}

function late(fixture: Fixture): void {
  const { type, world } = fixture;

  // One comes when the time of the others is up: it is broken for all.
  const isTooLate = async (barrier: Barrier, timeout?: number): Promise<void> => {
    const target = (): boolean => {
      try {
        barrier.wait(timeout);
        return false;
      } catch (error) {
        return error instanceof BrokenBarrierError;
      }
    };
    assert.deepEqual(await runBunch(world, PARTIES - 1, target), [true, true]);
    assert.equal(await world.start(target).result(), true);
  };

  test(`Barrier: _TestBarrier.test_timeout, ${type}`, () =>
    isTooLate(fixture.Barrier(PARTIES), 0.1));

  test(`Barrier: _TestBarrier.test_default_timeout, ${type}`, () =>
    isTooLate(fixture.Barrier(PARTIES, { timeout: 0.1 })));
}

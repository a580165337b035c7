// Deadlocks across processes: two that take two locks in opposite order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadlockError, Event, RLock } from 'heddle/multiprocessing';
import { processes } from '../contracts/process-world.ts';

test('RLock.acquire() of two processes in opposite order is a DeadlockError in one', async () => {
  const [first, second] = [new RLock({ name: 'first' }), new RLock({ name: 'second' })];
  const [one, other] = [new Event(), new Event()];
  const take = (mine: RLock, his: RLock, ready: Event, go: Event): string =>
    mine.with(() => {
      ready.set();
      go.wait();
      try {
        return his.with(() => 'both');
      } catch (error) {
        return error instanceof DeadlockError ? error.cycle.join() : String(error);
      }
    });
  const parties = [
    processes.start(take, first, second, one, other),
    processes.start(take, second, first, other, one),
  ];
  const results = await Promise.all(parties.map((party) => party.result()));
  assert.equal(results.filter((result) => result === 'both').length, 1);
  const cycle = results.find((result) => result !== 'both') ?? '';
  assert.match(cycle, /(?:^|,)Process-\d+,/);
  assert.match(cycle, /first.*second|second.*first/);
});

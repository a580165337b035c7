// What CPython's lock tests lean on: a bunch of parties that run one function, and how long is
// long.
import assert from 'node:assert/strict';
import type { Callable } from 'heddle/threading';
import type { Party, World } from '../contracts/world.ts';
import { until } from '../support/until.ts';

/** Starts `count` parties that run `target`. */
export function bunch<A extends readonly unknown[], R>(
  world: World,
  count: number,
  target: Callable<A, R>,
  ...args: A
): Party<Awaited<R>>[] {
  return Array.from({ length: count }, () => world.start(target, ...args));
}

/** Runs a bunch to its end, and gives what they returned. */
export function runBunch<A extends readonly unknown[], R>(
  world: World,
  count: number,
  target: Callable<A, R>,
  ...args: A
): Promise<Awaited<R>[]> {
  return resultsOf(bunch(world, count, target, ...args));
}

/** Waits for the parties, and gives what they returned. */
export function resultsOf<R>(parties: readonly Party<R>[]): Promise<R[]> {
  return Promise.all(parties.map((party) => party.result()));
}

/** Waits until every party waits for something of ours: CPython sleeps 10 ms for each. */
export async function untilBlocked(parties: readonly Party<unknown>[], on = ''): Promise<void> {
  for (const party of parties) {
    const isBlocked = (): boolean => party.waitingFor()?.startsWith(on) === true;
    await until(isBlocked, `the wait of ${party.name}`);
  }
}

/** CPython's own bounds for a wait: clocks are not exact, and machines are busy. */
export function assertTimeout(actualSeconds: number, expectedSeconds: number): void {
  assert.ok(actualSeconds >= expectedSeconds * 0.6, `gave up after ${actualSeconds} s`);
  assert.ok(actualSeconds < expectedSeconds * 10 + 10, `took ${actualSeconds} s`);
}

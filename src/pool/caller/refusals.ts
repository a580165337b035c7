// Why a pool takes no tasks.
import { RuntimeError } from '../../errors/index.ts';
import { FATE, POOL } from '../shared/layout.ts';
import { failureOf, nameOfPool, poolField } from '../shared/state.ts';

/** Throws unless the pool takes tasks. */
export function requireOpen(state: number): void {
  if (poolField(state, POOL.FATE) === FATE.OPEN) return;
  throw whyShut(state);
}

/** What broke the pool, or that it takes no more. */
export function whyShut(state: number): unknown {
  return failureOf(state) ?? refusedAsShut(state);
}

/** The pool takes none any more. */
export function refusedAsShut(state: number): RuntimeError {
  const isClosed = poolField(state, POOL.FATE) === FATE.CLOSED;
  return new RuntimeError(
    `Cannot run a task in pool ${JSON.stringify(nameOfPool(state))} as it was ` +
      `${isClosed ? 'closed' : 'terminated'}\nMake another pool, or close this one later`,
  );
}

/** It was neither closed nor terminated. */
export function joinedOpen(state: number): RuntimeError {
  return new RuntimeError(
    `Cannot join pool ${JSON.stringify(nameOfPool(state))} as it was neither closed nor ` +
      'terminated, so its workers do not end\nCall close() before join()',
  );
}

/** A lazy map hands out each result, and throws each error, by itself. */
export function calledBackLazily(): TypeError {
  return new TypeError(
    'Cannot call back with the results of a lazy map as it hands them out one by one\n' +
      'Loop over them, or use mapAsync()',
  );
}

/** It would wait for the very task that waits. */
export function joinedInside(state: number): RuntimeError {
  return new RuntimeError(
    `Cannot join pool ${JSON.stringify(nameOfPool(state))} in one of its own tasks as it would ` +
      'wait for that task\nJoin it where it was made',
  );
}

/** A wait that blocks the thread whose event loop is to bring the items. */
export function blockedOnAsync(): RuntimeError {
  return new RuntimeError(
    'Cannot block until the results are there as the items come from an asynchronous iterable, ' +
      'which gives none while this thread blocks\nUse await, or for await',
  );
}

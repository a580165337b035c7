// A condition and its lock: how the one comes to the other, and whether the lock is held.
import { RuntimeError } from '../../errors/index.ts';
import {
  Attachment,
  PRIM,
  PRIM_TYPE,
  TID_MASK,
  arena,
  atomics,
  handleOf,
  hasDied,
  initCondition,
  lockOfCondition,
  notifyCondition,
  retain,
  unlock,
  homeOf,
} from '../../kernel/index.ts';
import type { Birth } from '../../kernel/index.ts';
import type { NamedOptions } from '../types.ts';
import { describe } from './describe.ts';
import { mayOwn } from './flow.ts';
import { Lock } from './lock.ts';
import { primitive } from './primitive.ts';
import { RLock } from './rlock.ts';

/** How a condition comes into the world, with its lock; TypeError where that is none. */
export function conditionOf(
  lock: Lock | RLock | undefined,
  options: NamedOptions,
  kind: number,
): Birth {
  const given: unknown = lock;
  const valid = given === undefined || given instanceof Lock || given instanceof RLock;
  if (!valid && !(given instanceof Attachment)) {
    throw new TypeError(
      'Cannot make a condition of what is neither a Lock nor an RLock\n' +
        "Options come second: new Condition(undefined, { name: 'changed' })",
    );
  }
  const named = primitive(kind, PRIM_TYPE.CONDITION, options);
  return {
    ...named,
    // Waiters go from the one to the other, so both are in the same memory.
    home: valid && given !== undefined ? homeOf(handleOf(given) as number) : undefined,
    given,
    init: (handle) => {
      named.init(handle);
      const own = handleOf(lock ?? new RLock(options)) as number;
      retain(own);
      initCondition(homeOf(handle), handle, own);
    },
  };
}

/** RuntimeError unless the condition's lock is held here. */
export function checkHeld(condition: number, reentrant: boolean, act: string): void {
  const lock = lockOfCondition(homeOf(condition), condition);
  if (reentrant ? mayOwn(lock) : isHeld(lock)) return;
  throw new RuntimeError(
    `Cannot ${act} ${describe(condition)} as its lock, ${describe(lock)}, is not held here\n` +
      'Do so within with(), or after acquire()',
  );
}

/** RangeError or TypeError unless it is a number of waiters. */
export function checkCount(n: unknown): void {
  if (typeof n === 'number' && Number.isInteger(n) && n >= 0) return;
  const message = `Cannot notify ${String(n)} waiters as a whole number from 0 up is wanted`;
  throw typeof n === 'number' ? new RangeError(message) : new TypeError(message);
}

/**
 * A wait is over, and its thread has ended: only its event loop went on. Nobody would release the
 * lock that it has now, so it is released, and another waiter notified instead.
 */
export function leaveBehind(condition: number, notified: boolean): RuntimeError {
  const lock = lockOfCondition(homeOf(condition), condition);
  if (notified) notifyCondition(homeOf(condition), condition, 1);
  atomics.poke(arena.cells, lock + PRIM.COUNT, 0);
  atomics.poke(arena.cells, lock + PRIM.FLOW, 0);
  unlock(homeOf(lock), lock);
  return new RuntimeError(
    `Cannot go on after the wait for ${describe(condition)} as the thread that waited has ended`,
  );
}

// Any thread may release a Lock, so whoever holds it, it is held; unless its holder has ended.
function isHeld(lock: number): boolean {
  const owner = atomics.load(arena.cells, lock + PRIM.WORD) & TID_MASK;
  return owner !== 0 && !hasDied(homeOf(lock), owner, false);
}

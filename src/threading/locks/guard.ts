// Locks as scopes: what all of them have in common once they can be acquired and released.
import { AbandonedLockError, RuntimeError, TimeoutError } from '../../errors/index.ts';
import {
  PRIM,
  TAKEN_ABANDONED,
  arena,
  atomics,
  mayBlock,
  toDeadline,
  TID_MASK,
  homeOf,
  isFamily,
} from '../../kernel/index.ts';
import { describe, threadName } from './describe.ts';
import type { AsyncOptions, BlockingOptions } from '../types.ts';

/** Holds a lock; disposing of it releases the lock, once. */
export interface Guard extends Disposable {
  [Symbol.dispose](): void;
}

/** What every lock can do. */
export interface LockLike {
  /** true when taken, false when the time was up or `blocking: false` found it held. */
  acquire(options?: BlockingOptions): boolean;
  /** RuntimeError when not held. */
  release(): void;
  locked(): boolean;
  /** Takes the lock and releases it when the block ends: `using _ = lock.guard()`. */
  guard(options?: BlockingOptions): Guard;
  /** Runs `body` with the lock held; releases it whatever happens. */
  with<T>(body: () => T): T;
  /** The same without blocking the thread; the lock is held until `body`'s promise settles. */
  withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
}

/** A guard that releases once. */
export function guardOf(leave: () => void): Guard {
  let held = true;
  return {
    [Symbol.dispose](): void {
      if (!held) return;
      held = false;
      leave();
    },
  };
}

/**
 * Begins a scope in the lock that this thread holds, and gives what ends it.
 *
 * That does nothing when the thread has ended meanwhile and only its event loop went on: the lock
 * was passed on as abandoned then, and others may hold it. When that has happened already, between
 * an await and now, or another has released the lock, there is no scope.
 *
 * @param isHeld whether this thread holds the lock; told by the lock's word where it is left out
 */
export function beginScope(
  prim: number,
  release: () => void,
  isHeld: boolean = isInWord(prim),
): () => void {
  const home = homeOf(prim);
  const { tid } = home;
  if (!isHeld) {
    throw new RuntimeError(
      `Cannot enter the scope of ${describe(prim)} as this thread holds it no longer: ` +
        'another released it, or this thread has ended',
    );
  }
  return () => {
    if (home.tid === tid) release();
  };
}

/**
 * Takes a lock for a scope: what acquire() tells by its result or leaves held is an error, with the
 * lock not held.
 */
export function enterScope(acquire: () => boolean, release: () => void, prim: number): void {
  let taken = false;
  try {
    taken = acquire();
  } catch (error) {
    if (error instanceof AbandonedLockError) release();
    throw error;
  }
  if (!taken) throw timeUp(prim);
}

/** The same without blocking. */
export async function enterScopeAsync(
  acquire: () => Promise<boolean>,
  release: () => void,
  prim: number,
): Promise<void> {
  let taken = false;
  try {
    taken = await acquire();
  } catch (error) {
    if (error instanceof AbandonedLockError) release();
    throw error;
  }
  if (!taken) throw timeUp(prim);
}

/**
 * True for taken, false for not; throws when the last holder ended without releasing: the lock is
 * held then.
 */
export function tellTaken(outcome: number, prim: number): boolean {
  if (outcome !== TAKEN_ABANDONED) return outcome !== 0;
  const home = homeOf(prim);
  const owner = threadName(atomics.peek(home.cells, prim + PRIM.GONE), home);
  const holder = isFamily(prim) ? owner : `thread "${owner}"`;
  throw new AbandonedLockError(
    `Took ${describe(prim, false)} although ${holder} had ended without releasing it: ` +
      'what it guards may be half done\nRepair that and go on, or release the lock',
    { owner },
  );
}

/**
 * The moment until which acquire() waits; RangeError where the options contradict each other, which
 * what processes share does not mind.
 */
export function deadlineOf(options: BlockingOptions | undefined, prim: number): number {
  if (options === undefined) return Infinity;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot acquire with ${String(options)} as an object of options is wanted\n` +
        "Write { blocking: false } or { timeout: '250ms' }",
    );
  }
  const { blocking, timeout } = options;
  const isLenient = isFamily(prim);
  if (mayBlock(blocking)) return toDeadline(timeout, isLenient);
  if (timeout === undefined || isLenient) return 0;
  throw new RangeError(
    'Cannot acquire with both blocking: false and a timeout as they contradict each other\n' +
      'Leave one of them out; timeout: 0 tries once, too',
  );
}

function timeUp(prim: number): TimeoutError {
  return new TimeoutError(
    `Cannot enter the scope of ${describe(prim)} as the time was up before it was free`,
  );
}

/** Whether a lock's word says that this thread holds it. */
export function isInWord(prim: number): boolean {
  return (atomics.load(arena.cells, prim + PRIM.WORD) & TID_MASK) === homeOf(prim).tid;
}

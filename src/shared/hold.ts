// The lock of a container: held for one operation, or for a transaction of several.
//
// The block of a container begins with the cells of a primitive, and its lock is the kernel's
// (kernel/waiting/lock-word.ts). The thread that has it may take it again: COUNT says how often
// more.
//
// A thread that is killed while it holds the lock leaves the container as it was before or after
// the step it was at, because each step is published by one store. Only COUNT may be left over, and
// what a container merely counts: who takes the lock after it is told.
import {
  PRIM,
  RELEASED_BY,
  TAKEN_ABANDONED,
  TID_MASK,
  atomics,
  checkpoint,
  lockBlocking,
  unlock,
  homeOf,
} from '../kernel/index.ts';

/** Takes the lock, blocking until it is free; true when it comes from a thread that was killed. */
export function enter(handle: number): boolean {
  checkpoint();
  const { cells, tid } = homeOf(handle);
  if (atomics.compareExchange(cells, handle + PRIM.WORD, 0, tid) === 0) return false;
  return enterContended(handle);
}

/** Gives it up. */
export function leave(handle: number): void {
  const { cells, tid } = homeOf(handle);
  const count = atomics.peek(cells, handle + PRIM.COUNT);
  if (count > 0) {
    atomics.poke(cells, handle + PRIM.COUNT, count - 1);
  } else if (atomics.compareExchange(cells, handle + PRIM.WORD, tid, 0) !== tid) {
    // Others wait for it.
    unlock(homeOf(handle), handle);
  }
}

function enterContended(handle: number): boolean {
  const { cells, tid } = homeOf(handle);
  if ((atomics.load(cells, handle + PRIM.WORD) & TID_MASK) === tid) {
    atomics.poke(cells, handle + PRIM.COUNT, atomics.peek(cells, handle + PRIM.COUNT) + 1);
    return false;
  }
  // Two threads, each in a transaction of one container and waiting for the other's, are told.
  const taken = lockBlocking(homeOf(handle), handle, Infinity, RELEASED_BY.OWNER);
  if (taken !== TAKEN_ABANDONED) return false;
  atomics.poke(cells, handle + PRIM.COUNT, 0);
  return true;
}

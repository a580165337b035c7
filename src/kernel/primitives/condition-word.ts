// A condition: waiters that a notifier lets go on, one after the other, with a lock held.
//
//   COUNT  handle of the lock
//
// A waiter enters the condition's queue while it holds the lock, so no notifier can come between
// that and its giving the lock up. A notifier, who holds the lock too, wakes nobody: it moves
// waiters from the condition's queue to the end of the lock's, where they are served like all
// others when the lock is released ("wait morphing"). So notifying a thousand is no stampede, and
// who was notified has the lock when it wakes.
//
// One whose time is up, or that is aborted, moves itself. It thus waits for the lock in one way
// only, and whoever moved it first has decided how its wait ended, as both need both queues.
//
// NODE.NOTIFIED_BY stands from the notification until the waiter has the lock again. When a thread
// dies in between, its notification goes to the next waiter.
//
// The order of locking is: the condition's queue, then the lock's.
//
// After parking_lot's Condvar, and Birrell, "An Introduction to Programming with Threads" (1989).
import { and, load, or, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, PARKED, PRIM, TID_MASK } from '../memory/layout.ts';
import { lookAfterLock, stampNode } from '../waiting/lock-word.ts';
import { enqueue, popWoken, unlink, wakeNode } from '../waiting/wait-list.ts';
import { lockQueue, lookAfterQueue, unlockQueue } from '../waiting/wait-queue.ts';

/** Fills a new primitive as a condition of a lock. */
export function initCondition(arena: Arena, prim: number, lock: number): void {
  poke(arena.cells, prim + PRIM.COUNT, lock);
}

/** The lock of a condition. */
export function lockOfCondition(arena: Arena, prim: number): number {
  return peek(arena.cells, prim + PRIM.COUNT);
}

/** Enters the condition's queue. The caller holds the lock, and gives it up afterwards. */
export function queueOnCondition(arena: Arena, prim: number, node: number): void {
  lockQueue(arena, prim);
  store(arena.cells, node + NODE.NOTIFIED_BY, 0);
  enqueue(arena, prim, node, false);
  unlockQueue(arena, prim);
}

/** Lets so many waiters go on once the lock is free; gives how many there were of these. */
export function notifyCondition(arena: Arena, prim: number, count: number): number {
  const { cells } = arena;
  // Who waits has entered the queue with the lock held, so it is seen here; unless the list is
  // being changed, perhaps by one who died within. In this order: it may be mended between the two
  // looks.
  if (load(cells, prim + PRIM.QUEUE_LOCK) === 0 && load(cells, prim + PRIM.HEAD) === 0) return 0;
  const lock = lockOfCondition(arena, prim);
  let moved = 0;
  lockQueue(arena, prim);
  openLockQueue(arena, lock);
  while (moved < count) {
    const node = load(cells, prim + PRIM.HEAD);
    if (node === 0) break;
    store(cells, node + NODE.NOTIFIED_BY, prim);
    moveToLock(arena, prim, lock, node);
    moved += 1;
  }
  const next = closeLockQueue(arena, lock);
  unlockQueue(arena, prim);
  if (next !== 0) wakeNode(arena, next);
  return moved;
}

/**
 * A waiter goes on by itself, its time being up: from now on it waits for the lock. False when it
 * was notified before.
 */
export function leaveCondition(arena: Arena, prim: number, node: number): boolean {
  const { cells } = arena;
  const lock = lockOfCondition(arena, prim);
  lockQueue(arena, prim);
  if (load(cells, node + NODE.PRIM) !== prim) {
    unlockQueue(arena, prim);
    return false;
  }
  openLockQueue(arena, lock);
  // A notifier may have died before it moved it.
  store(cells, node + NODE.NOTIFIED_BY, 0);
  moveToLock(arena, prim, lock, node);
  const next = closeLockQueue(arena, lock);
  unlockQueue(arena, prim);
  if (next !== 0) wakeNode(arena, next);
  return true;
}

/** The waiter has the lock again, and takes note of how its wait ended. */
export function noteNotified(arena: Arena, node: number): void {
  store(arena.cells, node + NODE.NOTIFIED_BY, 0);
}

/** A waiter died after it was notified, and before it had the lock: another one goes on. */
export function passNotification(arena: Arena, node: number): void {
  const { cells } = arena;
  const prim = load(cells, node + NODE.NOTIFIED_BY);
  if (prim === 0) return;
  // First passed on, then noted: should this thread die in between, one waiter too many goes on,
  // which harms less than one too few.
  notifyCondition(arena, prim, 1);
  store(cells, node + NODE.NOTIFIED_BY, 0);
  // Its holder may be the one that died.
  lookAfterLock(arena, lockOfCondition(arena, prim));
}

/**
 * For one who has waited a while, in either queue; gives the primitive in whose queue it is.
 */
export function lookAfterWaiter(arena: Arena, prim: number, node: number): number {
  const lock = lockOfCondition(arena, prim);
  if (load(arena.cells, node + NODE.PRIM) === lock) {
    lookAfterLock(arena, lock);
    return lock;
  }
  lookAfterQueue(arena, prim);
  return prim;
}

// Before waiters are moved to it: from now on who releases the lock looks at its queue.
function openLockQueue(arena: Arena, lock: number): void {
  lockQueue(arena, lock);
  or(arena.cells, lock + PRIM.WORD, PARKED);
}

// Gives a node to wake: when nobody holds the lock, nobody will release it.
function closeLockQueue(arena: Arena, lock: number): number {
  const { cells } = arena;
  const free = (load(cells, lock + PRIM.WORD) & TID_MASK) === 0;
  const next = free ? popWoken(arena, lock) : 0;
  if (load(cells, lock + PRIM.HEAD) === 0) and(cells, lock + PRIM.WORD, ~PARKED);
  unlockQueue(arena, lock);
  return next;
}

// Both queues are locked. Its wait for the lock begins now, and is counted from now.
function moveToLock(arena: Arena, prim: number, lock: number, node: number): void {
  unlink(arena, prim, node);
  stampNode(arena, node);
  enqueue(arena, lock, node, false);
}

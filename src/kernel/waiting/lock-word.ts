// A mutual-exclusion lock on one shared word, with owners that may die.
//
//   WORD = owner's thread id | PARKED | ABANDONED
//
//   owner 0            free
//   owner alive        held
//   owner has ended    abandoned: whoever takes it next is told, and holds it
//   PARKED             the queue may hold waiters; release() has to look
//   ABANDONED          (free or passed on) the last holder ended without releasing
//
// Acquire and release without contention are one compare-and-exchange each. A waiter spins a
// little, queues, and is woken to try again, while running threads may overtake it ("barging": the
// lock never waits for a sleeper to get going). One that has waited over a millisecond is handed
// the lock instead, so nobody starves.
//
// After parking_lot's RawMutex and Go's sync.Mutex (starvation mode); the owner in the word as in
// Linux's robust futexes.
import { nowMs } from '../deadline.ts';
import { and, compareExchange, load, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import {
  ABANDONED,
  NODE,
  NODE_KIND,
  NODE_STATE,
  PARKED,
  PRIM,
  TID_MASK,
} from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { ownNode, settleNode, waitNode } from './blocking.ts';
import { nowUs } from './clock.ts';
import { enqueue, popWoken, unlink, wakeNode } from './wait-list.ts';
import { cancelNode, lockQueue, lookAfterQueue, rebuildQueue, unlockQueue } from './wait-queue.ts';

/** Outcome of an attempt: 0 is "not taken" (queued, or time up). */
export const TAKEN = 1;
export const TAKEN_ABANDONED = 2;

/**
 * After so long a waiter is handed the lock rather than woken to compete for it (Go: the same
 * millisecond).
 */
const STARVING_US = 1000;

// A lock held for a few operations is free again within so many looks; beyond, sleeping is cheaper
// than burning a core.
const SPIN_ROUNDS = 60;

/** Takes the lock if it is free or abandoned; never queues. */
export function tryLock(arena: Arena, prim: number): number {
  const { cells, tid } = arena;
  const index = prim + PRIM.WORD;
  for (;;) {
    const word = load(cells, index);
    const owner = word & TID_MASK;
    if (owner !== 0 && !hasDied(arena, owner, false)) return 0;
    const left = owner !== 0 || (word & ABANDONED) !== 0;
    if (compareExchange(cells, index, word, (word & PARKED) | tid) === word) {
      if (owner !== 0) poke(cells, prim + PRIM.GONE, owner);
      return left ? TAKEN_ABANDONED : TAKEN;
    }
  }
}

/**
 * Takes the lock or enters the queue; 0 when the node was queued.
 *
 * @param again the node was woken and lost: back to the front
 */
export function lockOrQueue(arena: Arena, prim: number, node: number, again: boolean): number {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  // An event loop must not spin, it has others to serve.
  let spins = peek(cells, node + NODE.KIND) === NODE_KIND.ASYNC ? 0 : SPIN_ROUNDS;
  for (;;) {
    const taken = tryLock(arena, prim);
    if (taken !== 0) return taken;
    const word = load(cells, index);
    if (!(word & PARKED)) {
      if (spins-- > 0) {
        arena.pause();
        continue;
      }
      if (compareExchange(cells, index, word, word | PARKED) !== word) continue;
    }
    lockQueue(arena, prim);
    // PARKED is cleared only under this lock: if it still stands and an owner that lives is there,
    // its release will look.
    const now = load(cells, index);
    const owner = now & TID_MASK;
    const held = owner !== 0 && (now & PARKED) !== 0 && !hasDied(arena, owner, false);
    if (held) enqueue(arena, prim, node, again);
    unlockQueue(arena, prim);
    if (held) return 0;
  }
}

/**
 * Takes the lock, blocking until the deadline (`nowMs()`); 0 when the time was up.
 *
 * @param by who can release it (RELEASED_BY), where a deadlock is to be an error
 */
export function lockBlocking(arena: Arena, prim: number, deadlineMs: number, by = 0): number {
  const taken = tryLock(arena, prim);
  if (taken !== 0 || deadlineMs <= nowMs()) return taken;
  const node = ownNode(arena);
  stampNode(arena, node);
  const outcome = queueUntil(arena, prim, node, deadlineMs, by);
  settleNode(arena, node);
  return outcome;
}

/** Gives the lock up; false when nobody held it. Any thread may, holder or not. */
export function unlock(arena: Arena, prim: number): boolean {
  const { cells, tid } = arena;
  if (compareExchange(cells, prim + PRIM.WORD, tid, 0) === tid) return true;
  return unlockContended(arena, prim);
}

/** A waiter that was woken leaves without trying: the wake-up goes to the next. */
export function forfeitLock(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  const free = (load(arena.cells, prim + PRIM.WORD) & TID_MASK) === 0;
  const next = free ? popWoken(arena, prim) : 0;
  unlockQueue(arena, prim);
  if (next !== 0) wakeNode(arena, next);
}

/**
 * The lock was handed to this thread: notes whether it comes from a holder that ended. 0 when it is
 * ours no more: it was handed to the id that this worker had before its thread ended, and has been
 * passed on.
 */
export function takeHandoff(arena: Arena, prim: number): number {
  const { cells } = arena;
  if ((load(cells, prim + PRIM.WORD) & TID_MASK) !== arena.tid) return 0;
  if (!(load(cells, prim + PRIM.WORD) & ABANDONED)) return TAKEN;
  and(cells, prim + PRIM.WORD, ~ABANDONED);
  return TAKEN_ABANDONED;
}

/** Notes when a waiter began to wait. */
export function stampNode(arena: Arena, node: number): void {
  poke(arena.cells, node + NODE.SINCE, nowUs());
}

/**
 * For one who has waited a while: sees to it that somebody is going to wake the waiters, though the
 * holder died, or one who was about to wake them.
 */
export function lookAfterLock(arena: Arena, prim: number): void {
  lookAfterQueue(arena, prim);
  const owner = load(arena.cells, prim + PRIM.WORD) & TID_MASK;
  if (owner === 0) forfeitLock(arena, prim);
  else if (hasDied(arena, owner, true)) reapLock(arena, prim, owner);
}

/**
 * Puts a lock in order after a thread has ended that may have held it, waited for it, or been about
 * to wake a waiter. Any thread may do so, more than once.
 */
export function reapLock(arena: Arena, prim: number, dead: number): void {
  const { cells } = arena;
  lockQueue(arena, prim);
  rebuildQueue(arena, prim);
  let next = 0;
  if (takeFromDead(arena, prim, dead)) {
    poke(cells, prim + PRIM.GONE, dead);
    poke(cells, prim + PRIM.COUNT, 0);
    poke(cells, prim + PRIM.FLOW, 0);
    next = passOn(arena, prim, ABANDONED);
  } else if ((load(cells, prim + PRIM.WORD) & TID_MASK) === 0) {
    // The wake-up of the first may have died with its receiver.
    next = popWoken(arena, prim);
  }
  unlockQueue(arena, prim);
  if (next !== 0) wakeNode(arena, next);
}

// Takes the lock away from an owner that has ended; false when that has it no more. It must be
// taken, not stored over: running threads may take an abandoned lock at any time, without the
// queue's lock.
function takeFromDead(arena: Arena, prim: number, dead: number): boolean {
  const index = prim + PRIM.WORD;
  for (;;) {
    const word = load(arena.cells, index);
    if ((word & TID_MASK) !== dead) return false;
    // With PARKED no one else changes it.
    if (compareExchange(arena.cells, index, word, arena.tid | PARKED) === word) return true;
  }
}

function queueUntil(
  arena: Arena,
  prim: number,
  node: number,
  deadlineMs: number,
  by: number,
): number {
  let again = false;
  for (;;) {
    const taken = lockOrQueue(arena, prim, node, again);
    if (taken !== 0) return taken;
    const state = waitForLock(arena, prim, node, deadlineMs, by);
    if (state === NODE_STATE.HANDOFF) return takeHandoff(arena, prim);
    if (state === 0) return 0;
    if (deadlineMs <= nowMs()) return lastTry(arena, prim);
    again = true;
  }
}

function waitForLock(
  arena: Arena,
  prim: number,
  node: number,
  deadlineMs: number,
  by: number,
): number {
  const afterSlice = (): void => lookAfterLock(arena, prim);
  const watch = by === 0 ? null : { by, withdraw: () => cancelNode(arena, node) };
  let state = waitNode(arena, node, deadlineMs, prim, afterSlice, watch);
  if (state === 0 && !cancelNode(arena, node)) {
    // Granted in the meantime: the final state is on its way.
    state = waitNode(arena, node, Infinity, prim, afterSlice);
  }
  return state;
}

// Woken when the time was up: it may be free for us all the same; if not, the wake-up is passed on.
function lastTry(arena: Arena, prim: number): number {
  const taken = tryLock(arena, prim);
  if (taken === 0) forfeitLock(arena, prim);
  return taken;
}

function unlockContended(arena: Arena, prim: number): boolean {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  for (;;) {
    const word = load(cells, index);
    if ((word & TID_MASK) === 0) {
      // Left behind by its holder, and taken by nobody since: that is held, too, and anybody may
      // release it.
      if (!(word & ABANDONED)) return false;
      if (compareExchange(cells, index, word, word & ~ABANDONED) === word) return true;
    } else if (word & PARKED) {
      break;
    } else if (compareExchange(cells, index, word, 0) === word) {
      return true;
    }
  }
  lockQueue(arena, prim);
  if ((load(cells, index) & TID_MASK) === 0) {
    unlockQueue(arena, prim);
    return false;
  }
  const first = passOn(arena, prim, 0);
  // An event loop may be busy for long. The first blocked thread behind it is woken too: a herd of
  // two, never a stall.
  const second = isWokenLoop(arena, first) ? popFirstBlocking(arena, prim) : 0;
  unlockQueue(arena, prim);
  if (first !== 0) wakeNode(arena, first);
  if (second !== 0) wakeNode(arena, second);
  return true;
}

// Frees the word and chooses whom to wake. The queue is locked, and the word's owner is the caller
// or has ended.
function passOn(arena: Arena, prim: number, flags: number): number {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  const node = load(cells, prim + PRIM.HEAD);
  if (node === 0) {
    store(cells, index, flags);
    return 0;
  }
  // An event loop is handed the lock only after it has answered one wake-up and lost (it is back at
  // the front).
  const responsive =
    peek(cells, node + NODE.KIND) === NODE_KIND.BLOCKING || peek(cells, node + NODE.SEQ) === -1;
  const fair = responsive && isStarving(arena, node);
  if (fair) store(cells, node + NODE.STATE, NODE_STATE.GRANTING);
  unlink(arena, prim, node);
  const parked = load(cells, prim + PRIM.HEAD) === 0 ? 0 : PARKED;
  const owner = fair ? peek(cells, node + NODE.TID) : 0;
  store(cells, index, owner | parked | flags);
  store(cells, node + NODE.STATE, fair ? NODE_STATE.HANDOFF : NODE_STATE.WOKEN);
  return node;
}

/** Whether a waiter has waited so long that it is not to compete any more. */
export function isStarving(arena: Arena, node: number): boolean {
  return ((nowUs() - peek(arena.cells, node + NODE.SINCE)) | 0) > STARVING_US;
}

/** Whether a node that has just been woken is an event loop's, which may be busy for long. */
export function isWokenLoop(arena: Arena, node: number): boolean {
  if (node === 0 || peek(arena.cells, node + NODE.KIND) !== NODE_KIND.ASYNC) return false;
  return load(arena.cells, node + NODE.STATE) === NODE_STATE.WOKEN;
}

/** Takes the first blocked thread out, to be woken; 0 when there is none. The queue is locked. */
export function popFirstBlocking(arena: Arena, prim: number): number {
  const { cells } = arena;
  let node = load(cells, prim + PRIM.HEAD);
  while (node !== 0 && peek(cells, node + NODE.KIND) !== NODE_KIND.BLOCKING) {
    node = peek(cells, node + NODE.NEXT);
  }
  if (node === 0) return 0;
  unlink(arena, prim, node);
  store(cells, node + NODE.STATE, NODE_STATE.WOKEN);
  return node;
}

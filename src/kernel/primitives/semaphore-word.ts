// A number of permits, and waiters for them.
//
//   WORD   permits that are free | PARKED
//   COUNT  the most permits that may ever be free: a release beyond that is refused
//
// Acquire and release without contention are one compare-and-exchange each. As with a lock
// (waiting/lock-word.ts), a waiter is woken to try again, and a running thread may overtake it; one
// that has waited over a millisecond is handed a permit, which then never shows in the word.
//
// A permit has no owner: a thread that ends with one has used it up. One that was handed to a
// waiter that dies before it takes it is given back.
//
// After the JDK's Semaphore, with parking_lot's eventual fairness.
import { nowMs } from '../deadline.ts';
import { and, compareExchange, load, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, NODE_KIND, NODE_STATE, PARKED, PRIM } from '../memory/layout.ts';
import { forEachNode } from '../table/nodes.ts';
import { ownNode, settleNode, waitNode } from '../waiting/blocking.ts';
import { isStarving, isWokenLoop, popFirstBlocking, stampNode } from '../waiting/lock-word.ts';
import { enqueue, popWoken, unlink, wakeNode } from '../waiting/wait-list.ts';
import {
  cancelNode,
  lockQueue,
  lookAfterQueue,
  rebuildQueue,
  stateAt,
  unlockQueue,
} from '../waiting/wait-queue.ts';

/** The permits in the word; the most that there can be. */
export const PERMITS = 0x3fff_ffff;

// As for a lock: what is held for a few operations is free again within so many looks.
const SPIN_ROUNDS = 60;

/** Fills a new primitive with permits. */
export function initSemaphore(arena: Arena, prim: number, permits: number, most: number): void {
  poke(arena.cells, prim + PRIM.COUNT, most);
  store(arena.cells, prim + PRIM.WORD, permits);
}

/** Permits that are free now. */
export function freePermits(arena: Arena, prim: number): number {
  return load(arena.cells, prim + PRIM.WORD) & PERMITS;
}

/** Takes a permit if one is free: 1, else 0. Never queues. */
export function tryPermit(arena: Arena, prim: number): number {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  for (;;) {
    const word = load(cells, index);
    if ((word & PERMITS) === 0) return 0;
    if (compareExchange(cells, index, word, word - 1) === word) return 1;
  }
}

/**
 * Takes a permit or enters the queue; 0 when the node was queued.
 *
 * @param again the node was woken and lost: back to the front
 */
export function permitOrQueue(arena: Arena, prim: number, node: number, again: boolean): number {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  // An event loop must not spin, it has others to serve.
  let spins = peek(cells, node + NODE.KIND) === NODE_KIND.ASYNC ? 0 : SPIN_ROUNDS;
  for (;;) {
    if (tryPermit(arena, prim) !== 0) return 1;
    const word = load(cells, index);
    if (!(word & PARKED)) {
      if (spins-- > 0) {
        arena.pause();
        continue;
      }
      if (compareExchange(cells, index, word, word | PARKED) !== word) continue;
    }
    lockQueue(arena, prim);
    // PARKED is cleared only under this lock: if it still stands and there is no permit, the next
    // release will look.
    const now = load(cells, index);
    const none = (now & PERMITS) === 0 && (now & PARKED) !== 0;
    if (none) enqueue(arena, prim, node, again);
    unlockQueue(arena, prim);
    if (none) return 0;
  }
}

/** Takes a permit, blocking until the deadline (`nowMs()`); 0 when the time was up. */
export function permitBlocking(arena: Arena, prim: number, deadlineMs: number): number {
  const taken = tryPermit(arena, prim);
  if (taken !== 0 || deadlineMs <= nowMs()) return taken;
  const node = ownNode(arena);
  stampNode(arena, node);
  const outcome = queueUntil(arena, prim, node, deadlineMs);
  settleNode(arena, node);
  return outcome;
}

/** Gives permits back; false, and none given, when there would be more than the most. */
export function releasePermits(arena: Arena, prim: number, count: number): boolean {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  const most = peek(cells, prim + PRIM.COUNT);
  for (;;) {
    const word = load(cells, index);
    if ((word & PERMITS) + count > most) return false;
    if (word & PARKED) return releaseContended(arena, prim, count, most);
    if (compareExchange(cells, index, word, word + count) === word) return true;
  }
}

/** A waiter that was woken leaves without trying: the wake-up goes to the next. */
export function forfeitPermit(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  const next = freePermits(arena, prim) > 0 ? popWoken(arena, prim) : 0;
  unlockQueue(arena, prim);
  if (next !== 0) wakeNode(arena, next);
}

/**
 * Takes the permit that was handed to an asynchronous waiter out of its node, which stays in use
 * for a while. If the thread dies from here on, the permit is used up.
 */
export function takeHandedPermit(arena: Arena, node: number): number {
  store(arena.cells, node + NODE.STATE, NODE_STATE.WOKEN);
  return 1;
}

/**
 * For one who has waited a while: sees to it that somebody is going to wake the waiters, though one
 * who was about to do so died.
 */
export function lookAfterPermits(arena: Arena, prim: number): void {
  lookAfterQueue(arena, prim);
  if (freePermits(arena, prim) > 0) forfeitPermit(arena, prim);
}

/**
 * Puts a semaphore in order after a thread has ended that may have waited for it, or been about to
 * wake a waiter. Any thread may do so, more than once.
 */
export function reapPermits(arena: Arena, prim: number, dead: number): void {
  const { cells } = arena;
  lockQueue(arena, prim);
  rebuildQueue(arena, prim);
  let handed = 0;
  forEachNode(arena, (node) => {
    if (stateAt(arena, prim, node) !== NODE_STATE.HANDOFF) return;
    if (peek(cells, node + NODE.TID) !== dead) return;
    // First out of the node, then back: should this thread die in between, a permit is lost, which
    // harms less than one too many.
    store(cells, node + NODE.STATE, NODE_STATE.IDLE);
    handed += 1;
  });
  // The wake-ups of the first may have died with their receivers.
  const woken: number[] = [];
  for (let free = freePermits(arena, prim); free > 0; free--) {
    const node = popWoken(arena, prim);
    if (node === 0) break;
    woken.push(node);
  }
  unlockQueue(arena, prim);
  for (const node of woken) wakeNode(arena, node);
  // One by one, as an error of the user's may have made them more than the most.
  for (; handed > 0; handed--) releasePermits(arena, prim, 1);
}

function queueUntil(arena: Arena, prim: number, node: number, deadlineMs: number): number {
  const afterSlice = (): void => lookAfterPermits(arena, prim);
  let again = false;
  for (;;) {
    if (permitOrQueue(arena, prim, node, again) !== 0) return 1;
    let state = waitNode(arena, node, deadlineMs, prim, afterSlice);
    if (state === 0) {
      if (cancelNode(arena, node)) return 0;
      // Woken or granted in the meantime, in one step: the final state is there.
      state = load(arena.cells, node + NODE.STATE);
    }
    if (state === NODE_STATE.HANDOFF) return 1;
    if (deadlineMs <= nowMs()) return lastTry(arena, prim);
    again = true;
  }
}

// Woken when the time was up: there may be a permit all the same; if not, the wake-up is passed on.
function lastTry(arena: Arena, prim: number): number {
  const taken = tryPermit(arena, prim);
  if (taken === 0) forfeitPermit(arena, prim);
  return taken;
}

function releaseContended(arena: Arena, prim: number, count: number, most: number): boolean {
  const { cells } = arena;
  lockQueue(arena, prim);
  const handed = starvingAtFront(arena, prim, count);
  // The word first: should this thread die on the way, waiters find what it added after a slice.
  const added = addFree(arena, prim, count, handed, most);
  const toWake = added ? count : 0;
  const woken: number[] = [];
  while (woken.length < toWake) {
    const node = load(cells, prim + PRIM.HEAD);
    if (node === 0) break;
    unlink(arena, prim, node);
    const state = woken.length < handed ? NODE_STATE.HANDOFF : NODE_STATE.WOKEN;
    store(cells, node + NODE.STATE, state);
    woken.push(node);
  }
  // An event loop may be busy for long: the first blocked thread behind it is woken too, as for a
  // lock.
  if (woken.some((node) => isWokenLoop(arena, node))) {
    const second = popFirstBlocking(arena, prim);
    if (second !== 0) woken.push(second);
  }
  // Who set PARKED and is about to queue finds it gone, and tries again.
  if (load(cells, prim + PRIM.HEAD) === 0) and(cells, prim + PRIM.WORD, ~PARKED);
  unlockQueue(arena, prim);
  for (const node of woken) wakeNode(arena, node);
  return added;
}

// How many of the first waiters, one permit each, have waited too long to compete. The queue is
// locked.
function starvingAtFront(arena: Arena, prim: number, count: number): number {
  const { cells } = arena;
  let starving = 0;
  let node = load(cells, prim + PRIM.HEAD);
  while (node !== 0 && starving < count && isToBeHanded(arena, node)) {
    starving += 1;
    node = peek(cells, node + NODE.NEXT);
  }
  return starving;
}

// An event loop is handed a permit only after it has answered one wake-up and lost (it is back at
// the front).
function isToBeHanded(arena: Arena, node: number): boolean {
  const { cells } = arena;
  const responsive =
    peek(cells, node + NODE.KIND) === NODE_KIND.BLOCKING || peek(cells, node + NODE.SEQ) === -1;
  return responsive && isStarving(arena, node);
}

// Adds what is not handed over; false when there would be more than the most.
function addFree(arena: Arena, prim: number, count: number, handed: number, most: number): boolean {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  for (;;) {
    const word = load(cells, index);
    if ((word & PERMITS) + count > most) return false;
    if (compareExchange(cells, index, word, word + count - handed) === word) return true;
  }
}

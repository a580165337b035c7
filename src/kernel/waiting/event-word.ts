// A flag that threads wait for.
//
//   WORD bit 0   set
//
// A waiter enters the queue and then looks at the flag; a setter that found nobody sets the flag
// and then looks at the queue once more. One of the two sees the other (Dekker), so no wake-up is
// lost. Whoever is woken returns true, whatever happens to the flag by then.
//
// A setter that finds waiters sets the flag under their lock. It is tempting to set it first and
// wake whoever is in the queue by then: a thread that saw the flag, took it back and waits for the
// next one would be woken for the same one again.
import { nowMs } from '../deadline.ts';
import { and, load, or, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, NODE_STATE, PRIM } from '../memory/layout.ts';
import { ownNode, settleNode, waitNode } from './blocking.ts';
import { nowUs } from './clock.ts';
import { enqueue, unlink, wakeNode } from './wait-list.ts';
import { cancelNode, lockQueue, lookAfterQueue, rebuildQueue, unlockQueue } from './wait-queue.ts';

const SET = 1;

export function isEventSet(arena: Arena, prim: number): boolean {
  return (load(arena.cells, prim + PRIM.WORD) & SET) !== 0;
}

/** Sets the flag and wakes all who wait. */
export function setEvent(arena: Arena, prim: number): void {
  if (load(arena.cells, prim + PRIM.HEAD) !== 0) return setAndWake(arena, prim);
  or(arena.cells, prim + PRIM.WORD, SET);
  if (load(arena.cells, prim + PRIM.HEAD) !== 0) wakeLate(arena, prim);
}

export function clearEvent(arena: Arena, prim: number): void {
  and(arena.cells, prim + PRIM.WORD, ~SET);
}

/**
 * Puts an event in order after a thread has ended that may have waited for it, or been about to
 * wake those who wait. Any thread may do so, more than once.
 */
export function reapEvent(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  rebuildQueue(arena, prim);
  if (isEventSet(arena, prim)) wakeAll(arena, prim);
  unlockQueue(arena, prim);
}

/**
 * Blocks until the flag is set; false when the deadline passed.
 *
 * @param by who alone can set it (RELEASED_BY), where a deadlock is to be an error
 */
export function waitEventBlocking(
  arena: Arena,
  prim: number,
  deadlineMs: number,
  waitingFor: number,
  afterSlice: () => void,
  by = 0,
): boolean {
  if (isEventSet(arena, prim)) return true;
  if (deadlineMs <= nowMs()) return false;
  const node = ownNode(arena);
  if (by !== 0) poke(arena.cells, node + NODE.SINCE, nowUs());
  const watch = by === 0 ? null : { by, withdraw: () => cancelNode(arena, node) };
  const look = (): void => {
    lookAfterEvent(arena, prim);
    afterSlice();
  };
  const woken =
    queueForEvent(arena, prim, node) ||
    waitNode(arena, node, deadlineMs, waitingFor, look, watch) !== 0 ||
    // Woken between the end of our time and now: the wake-up counts. Its final state is there, as
    // it is set in one step.
    !cancelNode(arena, node);
  settleNode(arena, node);
  return woken;
}

/** Enters the queue; true when the flag is set, and the node was not queued. */
export function queueForEvent(arena: Arena, prim: number, node: number): boolean {
  const { cells } = arena;
  lockQueue(arena, prim);
  enqueue(arena, prim, node, false);
  const set = isEventSet(arena, prim);
  if (set) {
    store(cells, node + NODE.STATE, NODE_STATE.IDLE);
    unlink(arena, prim, node);
  }
  unlockQueue(arena, prim);
  return set;
}

/** For one who has waited a while: who set the flag may have died before it woke those who wait. */
export function lookAfterEvent(arena: Arena, prim: number): void {
  lookAfterQueue(arena, prim);
  if (isEventSet(arena, prim)) wakeLate(arena, prim);
}

function setAndWake(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  or(arena.cells, prim + PRIM.WORD, SET);
  wakeAll(arena, prim);
  unlockQueue(arena, prim);
}

// They came while the flag was being set. If it has been taken back since, they came after that:
// one that looked while it was set is not in the queue.
function wakeLate(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  if (isEventSet(arena, prim)) wakeAll(arena, prim);
  unlockQueue(arena, prim);
}

// The queue is locked.
function wakeAll(arena: Arena, prim: number): void {
  const { cells } = arena;
  for (;;) {
    const node = load(cells, prim + PRIM.HEAD);
    if (node === 0) return;
    unlink(arena, prim, node);
    store(cells, node + NODE.STATE, NODE_STATE.HANDOFF);
    wakeNode(arena, node);
  }
}

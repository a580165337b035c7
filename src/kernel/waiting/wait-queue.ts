// The lock of a wait queue: taken to change it, to withdraw from it, and mended when its holder
// died within.
//
// Mending: the nodes are the truth and the list is an index of them, so the list is made anew from
// the nodes' states.
import type { Arena } from '../memory/arena.ts';
import { and, load, or, peek, poke, store } from '../atomics.ts';
import { NODE, NODE_STATE, PARKED, PRIM, PRIM_TYPE, READ, TID_MASK } from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { forEachNode } from '../table/nodes.ts';
import { lockSide, unlockSide } from './side-lock.ts';
import { unlink, wakeNode } from './wait-list.ts';

/** Takes the queue's lock, and mends the queue if the last holder died within. */
export function lockQueue(arena: Arena, prim: number): void {
  if (lockSide(arena, prim + PRIM.QUEUE_LOCK)) rebuildQueue(arena, prim);
}

export function unlockQueue(arena: Arena, prim: number): void {
  unlockSide(arena, prim + PRIM.QUEUE_LOCK);
}

/**
 * Mends the queue if its lock was left by a thread that died within. For those who wait in it: they
 * may be in no list, and nobody need come by who would find that out.
 */
export function lookAfterQueue(arena: Arena, prim: number): void {
  const holder = load(arena.cells, prim + PRIM.QUEUE_LOCK) & TID_MASK;
  if (holder === 0 || !hasDied(arena, holder, true)) return;
  lockQueue(arena, prim);
  unlockQueue(arena, prim);
}

/**
 * Withdraws a waiter; false when it has been woken or granted already, and its final state is there
 * or on its way.
 *
 * @param only withdraw it only from this primitive: a Condition may have moved it to its lock
 */
export function cancelNode(arena: Arena, node: number, only = 0): boolean {
  const { cells } = arena;
  for (;;) {
    const prim = load(cells, node + NODE.PRIM);
    if (only !== 0 && prim !== only) return false;
    lockQueue(arena, prim);
    const moved = load(cells, node + NODE.PRIM) !== prim;
    const queued = !moved && load(cells, node + NODE.STATE) === NODE_STATE.QUEUED;
    if (queued) {
      store(cells, node + NODE.STATE, NODE_STATE.IDLE);
      unlink(arena, prim, node);
    }
    unlockQueue(arena, prim);
    if (!moved) return queued;
  }
}

/**
 * The state of a node that waits for a primitive, or was woken or granted there; IDLE for one that
 * has nothing to do with it. The queue is locked.
 */
export function stateAt(arena: Arena, prim: number, node: number): number {
  const { cells } = arena;
  if (load(cells, node + NODE.PRIM) !== prim) return NODE_STATE.IDLE;
  const state = load(cells, node + NODE.STATE);
  // Who was woken here may wait elsewhere by now, and that is its state there. It comes back only
  // with the queue's lock.
  return load(cells, node + NODE.PRIM) === prim ? state : NODE_STATE.IDLE;
}

/** Makes the list anew, without the waiters that died. The queue is locked. */
export function rebuildQueue(arena: Arena, prim: number): void {
  const { cells } = arena;
  const type = peek(cells, prim + PRIM.TYPE);
  const waiting: number[] = [];
  let granted = 0;
  forEachNode(arena, (node) => {
    if (stillWaits(arena, prim, node)) waiting.push(node);
    else if (isGranted(arena, prim, node)) granted += 1;
  });
  waiting.sort((a, b) => peek(cells, a + NODE.SEQ) - peek(cells, b + NODE.SEQ));
  relink(arena, prim, waiting);
  if (type === PRIM_TYPE.RWLOCK) store(cells, prim + PRIM.COUNT, granted);
  else if (type !== PRIM_TYPE.LOCK && type !== PRIM_TYPE.SEMAPHORE) return;
  if (waiting.length > 0) or(cells, prim + PRIM.WORD, PARKED);
  else and(cells, prim + PRIM.WORD, ~PARKED);
}

// HEAD is stored once, when the list is whole: who looks whether anybody waits does so without the
// queue's lock, and must not find it empty meanwhile.
function relink(arena: Arena, prim: number, waiting: readonly number[]): void {
  const { cells } = arena;
  let last = 0;
  for (const node of waiting) {
    poke(cells, node + NODE.PREV, last);
    poke(cells, node + NODE.NEXT, 0);
    if (last !== 0) poke(cells, last + NODE.NEXT, node);
    last = node;
  }
  poke(cells, prim + PRIM.TAIL, last);
  store(cells, prim + PRIM.HEAD, waiting[0] ?? 0);
}

// Brings one node to a state that has no "about to": what its waker had begun is finished or
// undone.
function stillWaits(arena: Arena, prim: number, node: number): boolean {
  const { cells } = arena;
  const state = stateAt(arena, prim, node);
  if (state === NODE_STATE.IDLE) return false;
  const tid = peek(cells, node + NODE.TID);
  if (state === NODE_STATE.GRANTING) {
    if ((load(cells, prim + PRIM.WORD) & TID_MASK) === tid) {
      store(cells, node + NODE.STATE, NODE_STATE.HANDOFF);
      wakeNode(arena, node);
      return false;
    }
    store(cells, node + NODE.STATE, NODE_STATE.QUEUED);
  } else if (state === NODE_STATE.WOKEN || state === NODE_STATE.HANDOFF) {
    // Its waker may have died between the store and the notify.
    arena.notify(node + NODE.STATE, 1);
    return false;
  } else if (state !== NODE_STATE.QUEUED) {
    return false;
  }
  if (!hasDied(arena, tid, true)) return true;
  store(cells, node + NODE.STATE, NODE_STATE.IDLE);
  return false;
}

// Let in as a reader, by handing it the lock, and has not gone in yet.
function isGranted(arena: Arena, prim: number, node: number): boolean {
  const { cells } = arena;
  if (stateAt(arena, prim, node) !== NODE_STATE.HANDOFF) return false;
  const isReading = load(cells, node + NODE.ARG) === READ;
  // A writer that was let in may ask for something else elsewhere by now.
  if (!isReading || load(cells, node + NODE.PRIM) !== prim) return false;
  return !hasDied(arena, peek(cells, node + NODE.TID), true);
}

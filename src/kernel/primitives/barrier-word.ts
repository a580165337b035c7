// A meeting point: so many parties wait for each other, again and again.
//
//   WORD  = thread id of the one who runs the action | DOOMED | BROKEN
//   COUNT = parties that have arrived, the one who runs the action included
//
//   filling   those who arrived wait in the queue, in order; let go, each gets a number
//   acting    the last one runs the action. The round is complete: nobody leaves it any more. Who
//             comes is early, and arrives when the action is over. DOOMED: one that was early has
//             given up, so the next round is going to be broken
//   broken    nobody waits until reset()
//
// All under the queue's lock, but for the action. Each waiter is told by its own node what came of
// its wait, so the next round can fill while those of the last have not got going yet.
//
// A party that dies in the queue breaks the barrier, as the others would wait for it for ever: the
// queue then has fewer nodes than COUNT says. So does one that dies while it runs the action: its
// id is in the word.
import { load, peek, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, NODE_STATE, PRIM, TID_MASK } from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { lockSide } from '../waiting/side-lock.ts';
import { enqueue, unlink, wakeNode } from '../waiting/wait-list.ts';
import { rebuildQueue, unlockQueue } from '../waiting/wait-queue.ts';

/** Cells of a barrier, after those of the primitive. */
export const BARRIER: Readonly<Record<'PARTIES' | 'ACTION' | 'TIMEOUT_MS' | 'CELLS', number>> = {
  PARTIES: PRIM.CELLS,
  /** 0 for none; KEPT until a message has been made of it; that message. */
  ACTION: PRIM.CELLS + 1,
  /** The time-out of a wait that gives none, in milliseconds: two cells, a 64-bit float. */
  TIMEOUT_MS: PRIM.CELLS + 2,
  CELLS: PRIM.CELLS + 4,
};

/** BARRIER.ACTION: there is one, and no thread needed it that does not have it. */
export const KEPT = 1;

/** What comes of an arrival: 0 is "queued"; from FIRST on, the party's number. */
export const BROKEN = 1;
/** The caller is the last and has to run the action, and then to call {@link endAction}. */
export const ACT = 2;
export const FIRST = 3;

const BROKEN_FLAG = 0x1000_0000;
const DOOMED = 0x2000_0000;

/** NODE.ARG of a node in the queue. Of one that was let go it is what came of its wait. */
const ARRIVED = 0;
const EARLY = -1;

/**
 * Arrives: BROKEN, ACT, the party's number, or 0 when the node was queued.
 *
 * @param node 0 for one that has no time to wait: if it would have to, that breaks the barrier, and
 *   gives 0
 */
export function arrive(arena: Arena, prim: number, node: number): number {
  lockBarrier(arena, prim);
  const outcome = arriveLocked(arena, prim, node);
  unlockQueue(arena, prim);
  return outcome;
}

/** Ends the action that this thread ran: lets all go, or breaks the barrier. */
export function endAction(arena: Arena, prim: number, succeeded: boolean): number {
  lockBarrier(arena, prim);
  let outcome = BROKEN;
  if (isActing(arena, prim)) {
    if (succeeded) outcome = letGo(arena, prim);
    else breakLocked(arena, prim);
  }
  unlockQueue(arena, prim);
  return outcome;
}

/** Whether this thread is the one who runs the action. */
export function isActing(arena: Arena, prim: number): boolean {
  return (load(arena.cells, prim + PRIM.WORD) & TID_MASK) === arena.tid;
}

/**
 * Takes a waiter out; false when it has been let go, or is going to be as its round is complete.
 *
 * @param expired its time is up, which breaks the barrier; otherwise the others go on waiting
 */
export function withdrawParty(arena: Arena, prim: number, node: number, expired: boolean): boolean {
  lockBarrier(arena, prim);
  const isLeaving = mayLeave(arena, prim, node);
  if (isLeaving) takeOut(arena, prim, node, expired);
  unlockQueue(arena, prim);
  return isLeaving;
}

/** Breaks the barrier for those who wait and those who come. */
export function abortBarrier(arena: Arena, prim: number): void {
  lockBarrier(arena, prim);
  breakLocked(arena, prim);
  unlockQueue(arena, prim);
}

/** Breaks it for those who wait, and makes it as new. A round that is complete is left alone. */
export function resetBarrier(arena: Arena, prim: number): void {
  const { cells } = arena;
  lockBarrier(arena, prim);
  const actor = load(cells, prim + PRIM.WORD) & TID_MASK;
  const isComplete = actor !== 0 && !hasDied(arena, actor, true);
  if (isComplete) store(cells, prim + PRIM.WORD, actor);
  else breakLocked(arena, prim, 0);
  unlockQueue(arena, prim);
}

export function isBroken(arena: Arena, prim: number): boolean {
  const word = load(arena.cells, prim + PRIM.WORD);
  const actor = word & TID_MASK;
  return (word & BROKEN_FLAG) !== 0 || (actor !== 0 && hasDied(arena, actor, false));
}

/** Parties that have arrived and were not let go yet. */
export function countArrived(arena: Arena, prim: number): number {
  return load(arena.cells, prim + PRIM.COUNT);
}

/**
 * Looks after those on whom a waiter depends: who runs the action, who changes the queue, and the
 * one before it in line, so that all are looked after by somebody.
 */
export function lookAfterBarrier(arena: Arena, prim: number, node: number): void {
  const { cells } = arena;
  lockBarrier(arena, prim);
  if (load(cells, node + NODE.STATE) === NODE_STATE.QUEUED) {
    const before = peek(cells, node + NODE.PREV) || peek(cells, prim + PRIM.TAIL);
    const isNextDead = hasDied(arena, peek(cells, before + NODE.TID), true);
    if (isNextDead || isLeft(arena, prim)) mendLocked(arena, prim);
  }
  unlockQueue(arena, prim);
}

/** Puts a barrier in order after a party of it has ended. Any thread may, more than once. */
export function reapBarrier(arena: Arena, prim: number): void {
  lockBarrier(arena, prim);
  mendLocked(arena, prim);
  unlockQueue(arena, prim);
}

function lockBarrier(arena: Arena, prim: number): void {
  if (lockSide(arena, prim + PRIM.QUEUE_LOCK)) mendLocked(arena, prim);
}

function mendLocked(arena: Arena, prim: number): void {
  rebuildQueue(arena, prim);
  if (isLeft(arena, prim) || isBroken(arena, prim)) breakLocked(arena, prim);
}

// Whether the one who runs the action has ended, or one of those who arrived, or who let them go.
function isLeft(arena: Arena, prim: number): boolean {
  const { cells } = arena;
  const actor = load(cells, prim + PRIM.WORD) & TID_MASK;
  if (actor !== 0) return hasDied(arena, actor, true);
  let waiting = 0;
  let node = load(cells, prim + PRIM.HEAD);
  while (node !== 0) {
    waiting += 1;
    node = peek(cells, node + NODE.NEXT);
  }
  return waiting !== load(cells, prim + PRIM.COUNT);
}

function arriveLocked(arena: Arena, prim: number, node: number): number {
  const { cells } = arena;
  const word = load(cells, prim + PRIM.WORD);
  if (word & BROKEN_FLAG) return BROKEN;
  const actor = word & TID_MASK;
  if (actor !== 0) {
    if (hasDied(arena, actor, false)) {
      breakLocked(arena, prim);
      return BROKEN;
    }
    if (node === 0) store(cells, prim + PRIM.WORD, word | DOOMED);
    else queue(arena, prim, node, EARLY);
    return 0;
  }
  const count = load(cells, prim + PRIM.COUNT) + 1;
  const isLast = count === peek(cells, prim + BARRIER.PARTIES);
  if (!isLast && node === 0) {
    breakLocked(arena, prim);
    return 0;
  }
  // First, so that one that dies on the next steps is missed.
  store(cells, prim + PRIM.COUNT, count);
  if (!isLast) {
    queue(arena, prim, node, ARRIVED);
    return 0;
  }
  if (load(cells, prim + BARRIER.ACTION) === 0) return letGo(arena, prim);
  store(cells, prim + PRIM.WORD, arena.tid);
  return ACT;
}

function queue(arena: Arena, prim: number, node: number, mark: number): void {
  store(arena.cells, node + NODE.ARG, mark);
  enqueue(arena, prim, node, false);
}

// Lets the round go, each party with its number, and those who were early arrive.
function letGo(arena: Arena, prim: number): number {
  const { cells } = arena;
  const isDoomed = (load(cells, prim + PRIM.WORD) & DOOMED) !== 0;
  begin(arena, prim, isDoomed ? BROKEN_FLAG : 0);
  let number = FIRST;
  for (let node = load(cells, prim + PRIM.HEAD); node !== 0; node = load(cells, prim + PRIM.HEAD)) {
    const isEarly = peek(cells, node + NODE.ARG) === EARLY;
    if (!isEarly) tell(arena, prim, node, number++);
    else if (isDoomed) tell(arena, prim, node, BROKEN);
    else send(arena, prim, node, NODE_STATE.WOKEN);
  }
  return FIRST + peek(cells, prim + BARRIER.PARTIES) - 1;
}

// Nobody has arrived. This comes before those who wait are woken, so that they find it so; should
// this thread die in between, the queue has more nodes than COUNT says, and the rest are let go.
function begin(arena: Arena, prim: number, word: number): void {
  store(arena.cells, prim + PRIM.COUNT, 0);
  store(arena.cells, prim + PRIM.WORD, word);
}

function breakLocked(arena: Arena, prim: number, word = BROKEN_FLAG): void {
  const { cells } = arena;
  begin(arena, prim, word);
  for (let node = load(cells, prim + PRIM.HEAD); node !== 0; node = load(cells, prim + PRIM.HEAD)) {
    tell(arena, prim, node, BROKEN);
  }
}

function tell(arena: Arena, prim: number, node: number, outcome: number): void {
  store(arena.cells, node + NODE.ARG, outcome);
  send(arena, prim, node, NODE_STATE.HANDOFF);
}

function send(arena: Arena, prim: number, node: number, state: number): void {
  unlink(arena, prim, node);
  store(arena.cells, node + NODE.STATE, state);
  wakeNode(arena, node);
}

function mayLeave(arena: Arena, prim: number, node: number): boolean {
  const { cells } = arena;
  if (load(cells, node + NODE.STATE) !== NODE_STATE.QUEUED) return false;
  const isFilling = (load(cells, prim + PRIM.WORD) & TID_MASK) === 0;
  return isFilling || peek(cells, node + NODE.ARG) === EARLY;
}

function takeOut(arena: Arena, prim: number, node: number, expired: boolean): void {
  const { cells } = arena;
  const word = load(cells, prim + PRIM.WORD);
  if (word === 0) store(cells, prim + PRIM.COUNT, load(cells, prim + PRIM.COUNT) - 1);
  store(cells, node + NODE.STATE, NODE_STATE.IDLE);
  unlink(arena, prim, node);
  if (!expired) return;
  if (word === 0) breakLocked(arena, prim);
  else store(cells, prim + PRIM.WORD, word | DOOMED);
}

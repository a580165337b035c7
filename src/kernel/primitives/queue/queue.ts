// A queue: what is done under its locks, and whom that concerns.
//
// Items are slots, of which this knows nothing but that they are numbers. Every operation is an
// attempt that never waits; turns.ts makes waiting of it. FIFO queues have a lock at each end, the
// others use the getters' lock for both.
import { and, compareExchange, load, or, peek, poke, store } from '../../atomics.ts';
import type { Arena } from '../../memory/arena.ts';
import { PRIM_TYPE } from '../../memory/layout.ts';
import { lockSide, unlockSide } from '../../waiting/side-lock.ts';
import { initPrim } from '../../waiting/primitive.ts';
import { wakeAll, wakeNext } from '../turns.ts';
import type { Line } from '../turns.ts';
import {
  dropClaims,
  isClaimed,
  newClaims,
  orphanedClaim,
  slotOfClaim,
  textOfClaim,
  undo,
} from './claims.ts';
import {
  addFifo,
  addToChunk,
  emptyFifo,
  freeFifo,
  initFifo,
  putBackFifo,
  sizeOfFifo,
  takeFifo,
  takeFromChunk,
} from './fifo.ts';
import { ADDED, GATE, INCOMPARABLE, ORDER, QUEUE, SHUT, WAIT } from './layout.ts';
import {
  addShelf,
  emptyShelf,
  freeShelf,
  initShelf,
  putBackShelf,
  reorderShelf,
  takeShelf,
} from './shelf.ts';
import type { Rank } from './shelf.ts';

/** What was in a queue: slots, and blocks with texts. */
export interface Contents {
  readonly slots: readonly number[];
  readonly texts: readonly number[];
}

/** Fills the block of a new queue. */
export function initQueue(arena: Arena, queue: number, order: number, max: number): void {
  const { cells } = arena;
  for (let cell = 0; cell < QUEUE.CELLS; cell++) poke(cells, queue + cell, 0);
  for (const line of [QUEUE.NOT_EMPTY, QUEUE.NOT_FULL, QUEUE.ALL_DONE]) {
    initPrim(arena, queue + line, PRIM_TYPE.QUEUE);
  }
  poke(cells, queue + QUEUE.ORDER, order);
  poke(cells, queue + QUEUE.MAX, max);
  const isOrdered = order !== ORDER.FIFO;
  store(cells, queue + QUEUE.GATE, (isOrdered ? GATE.ORDERED : 0) | (max > 0 ? GATE.BOUNDED : 0));
  poke(cells, queue + QUEUE.CLAIMS, newClaims(arena));
  if (isOrdered) initShelf(arena, queue);
  else initFifo(arena, queue);
}

/** Puts an item: ADDED, or WAIT when the queue is full, SHUT, or INCOMPARABLE. */
export function attemptPut(arena: Arena, queue: number, slot: number, rank: Rank): number {
  const outcome = isFifo(arena, queue)
    ? putFifo(arena, queue, slot)
    : putShelf(arena, queue, slot, rank);
  if (outcome === ADDED) wakeNext(arena, queue + QUEUE.NOT_EMPTY);
  return outcome;
}

/** Takes the next item: gives the claim on it, or WAIT when the queue is empty, or SHUT. */
export function attemptGet(arena: Arena, queue: number): number {
  lockGetters(arena, queue);
  const gate = peek(arena.cells, queue + QUEUE.GATE);
  let outcome = 0;
  try {
    outcome = gate === 0 ? takeFromChunk(arena, queue) : 0;
    if (outcome === 0) outcome = take(arena, queue, gate);
  } finally {
    unlockSide(arena, queue + QUEUE.GET_LOCK);
  }
  if (outcome <= 0) return attemptAgain(arena, queue, outcome);
  if (gate & GATE.BOUNDED) wakeNext(arena, queue + QUEUE.NOT_FULL);
  return outcome;
}

/**
 * Puts the item of this thread's claim back, in front of all others if order is that of arrival.
 */
export function putBack(arena: Arena, queue: number, claim: number): void {
  lockGetters(arena, queue);
  try {
    if (isClaimed(arena, claim)) putBackClaim(arena, queue, claim);
  } finally {
    unlockSide(arena, queue + QUEUE.GET_LOCK);
  }
  wakeNext(arena, queue + QUEUE.NOT_EMPTY);
}

/** How many items can be taken. */
export function sizeOf(arena: Arena, queue: number): number {
  putBackOrphans(arena, queue, false);
  return isDropped(arena, queue) ? 0 : countOf(arena, queue);
}

/** Whether no more items may be put until one is taken. */
export function isFull(arena: Arena, queue: number): boolean {
  const max = load(arena.cells, queue + QUEUE.MAX);
  return max > 0 && sizeOf(arena, queue) >= max;
}

export function maxOf(arena: Arena, queue: number): number {
  return load(arena.cells, queue + QUEUE.MAX);
}

/** Sets how many items there may be. Those that are there stay. */
export function setMax(arena: Arena, queue: number, max: number): void {
  const { cells } = arena;
  lockBoth(arena, queue);
  store(cells, queue + QUEUE.MAX, max);
  if (max > 0) or(cells, queue + QUEUE.GATE, GATE.BOUNDED);
  else and(cells, queue + QUEUE.GATE, ~GATE.BOUNDED);
  unlockBoth(arena, queue);
  wakeAll(arena, queue + QUEUE.NOT_FULL);
}

/** How many items were put, and neither marked as done nor dropped. */
export function unfinishedOf(arena: Arena, queue: number): number {
  const { cells } = arena;
  // In this order it is never too small. What was marked as done, and dropped later, counts once.
  const done = load(cells, queue + QUEUE.DONE);
  return Math.max(0, ((load(cells, queue + QUEUE.PUTS) - done) | 0) - dropped(arena, queue));
}

/** Marks an item as done; false when all are. */
export function markDone(arena: Arena, queue: number): boolean {
  const { cells } = arena;
  for (;;) {
    const done = load(cells, queue + QUEUE.DONE);
    const left = ((load(cells, queue + QUEUE.PUTS) - done) | 0) - dropped(arena, queue);
    if (left <= 0) return false;
    if (compareExchange(cells, queue + QUEUE.DONE, done, (done + 1) | 0) !== done) continue;
    if (unfinishedOf(arena, queue) === 0) wakeAll(arena, queue + QUEUE.ALL_DONE);
    return true;
  }
}

/** Whether puts fail for ever, and gets once the queue is empty. */
export function isShut(arena: Arena, queue: number): boolean {
  return (load(arena.cells, queue + QUEUE.GATE) & GATE.SHUT) !== 0;
}

/**
 * Closes the queue, and tells all who wait.
 *
 * @param altogether also to getters: gives what was in there, which counts as done. Another time,
 *   what has come back since from getters that died, and zeros for the rest
 */
export function closeQueue(arena: Arena, queue: number, altogether: boolean): Contents {
  const { cells } = arena;
  let contents: Contents = { slots: [], texts: [] };
  lockBoth(arena, queue);
  or(cells, queue + QUEUE.GATE, altogether ? GATE.SHUT | GATE.DROPPED : GATE.SHUT);
  if (altogether) contents = emptied(arena, queue);
  unlockBoth(arena, queue);
  wakeAll(arena, queue + QUEUE.NOT_EMPTY);
  wakeAll(arena, queue + QUEUE.NOT_FULL);
  wakeAll(arena, queue + QUEUE.ALL_DONE);
  return contents;
}

/** Frees what belongs to a queue that nobody knows any more, and gives what was in there. */
export function destroyQueue(arena: Arena, queue: number): Contents {
  const { slots, texts } = emptied(arena, queue);
  const left: { slots: number[]; texts: number[] } = { slots: [...slots], texts: [...texts] };
  dropClaims(arena, queue, (claim) => {
    left.slots.push(slotOfClaim(arena, claim));
    const text = textOfClaim(arena, claim);
    if (text !== 0) left.texts.push(text);
  });
  if (isFifo(arena, queue)) freeFifo(arena, queue);
  else freeShelf(arena, queue);
  return left;
}

/** The line of those who wait until they can put an item. */
export function putters(arena: Arena, queue: number, attempt: () => number): Line {
  return {
    prim: queue + QUEUE.NOT_FULL,
    attempt,
    isReady: () => isShut(arena, queue) || hasRoom(arena, queue),
    mend: () => {},
  };
}

/** The line of those who wait until they can take an item. */
export function getters(arena: Arena, queue: number, attempt: () => number): Line {
  return {
    prim: queue + QUEUE.NOT_EMPTY,
    attempt,
    isReady: () => isShut(arena, queue) || countOf(arena, queue) > 0,
    mend: () => void putBackOrphans(arena, queue, true),
  };
}

/** The line of those who wait until every item is done. */
export function joiners(arena: Arena, queue: number): Line {
  const isDone = (): boolean => unfinishedOf(arena, queue) <= 0;
  return {
    prim: queue + QUEUE.ALL_DONE,
    attempt: () => Number(isDone()),
    isReady: isDone,
    mend: () => void putBackOrphans(arena, queue, true),
  };
}

function putFifo(arena: Arena, queue: number, slot: number): number {
  lockSide(arena, queue + QUEUE.PUT_LOCK);
  try {
    const gate = peek(arena.cells, queue + QUEUE.GATE);
    const outcome = gate === 0 ? ADDED : admit(arena, queue, gate);
    if (outcome === ADDED && !addToChunk(arena, queue, slot)) addFifo(arena, queue, slot);
    return outcome;
  } finally {
    unlockSide(arena, queue + QUEUE.PUT_LOCK);
  }
}

function putShelf(arena: Arena, queue: number, slot: number, rank: Rank): number {
  lockGetters(arena, queue);
  try {
    const outcome = admit(arena, queue, peek(arena.cells, queue + QUEUE.GATE));
    if (outcome !== ADDED) return outcome;
    return addShelf(arena, queue, slot, rank) ? ADDED : INCOMPARABLE;
  } finally {
    unlockSide(arena, queue + QUEUE.GET_LOCK);
  }
}

// Whether an item may be added.
function admit(arena: Arena, queue: number, gate: number): number {
  if (gate & GATE.SHUT) return SHUT;
  return hasRoom(arena, queue) ? ADDED : WAIT;
}

function take(arena: Arena, queue: number, gate: number): number {
  if (gate & GATE.DROPPED) return SHUT;
  const claim = gate & GATE.ORDERED ? takeShelf(arena, queue) : takeFifo(arena, queue);
  return claim === 0 && gate & GATE.SHUT ? SHUT : claim;
}

// What a getter that died had taken may be there again.
function attemptAgain(arena: Arena, queue: number, outcome: number): number {
  return putBackOrphans(arena, queue, false) ? attemptGet(arena, queue) : outcome;
}

// Puts back what getters had taken that died before it reached anybody; true when there were some.
function putBackOrphans(arena: Arena, queue: number, ask: boolean): boolean {
  if (orphanedClaim(arena, queue, ask) === 0) return false;
  let found = 0;
  lockGetters(arena, queue);
  try {
    for (;;) {
      const claim = orphanedClaim(arena, queue, false);
      if (claim === 0) break;
      putBackClaim(arena, queue, claim);
      found += 1;
    }
  } finally {
    unlockSide(arena, queue + QUEUE.GET_LOCK);
  }
  for (let n = 0; n < found; n++) wakeNext(arena, queue + QUEUE.NOT_EMPTY);
  // What is put back into a queue that is closed altogether counts as done.
  if (isDropped(arena, queue)) wakeAll(arena, queue + QUEUE.ALL_DONE);
  return found > 0;
}

function putBackClaim(arena: Arena, queue: number, claim: number): void {
  if (isFifo(arena, queue)) putBackFifo(arena, queue, claim);
  else putBackShelf(arena, queue, claim);
}

// Takes the getters' lock, and puts in order what its last holder left who died with it.
function lockGetters(arena: Arena, queue: number): void {
  if (lockSide(arena, queue + QUEUE.GET_LOCK)) mendGetters(arena, queue);
}

function mendGetters(arena: Arena, queue: number): void {
  undo(arena, queue);
  if (!isFifo(arena, queue)) reorderShelf(arena, queue);
}

// The gate changes only with both locks held, so either is enough to look at it.
function lockBoth(arena: Arena, queue: number): void {
  lockSide(arena, queue + QUEUE.PUT_LOCK);
  lockGetters(arena, queue);
}

function unlockBoth(arena: Arena, queue: number): void {
  unlockSide(arena, queue + QUEUE.GET_LOCK);
  unlockSide(arena, queue + QUEUE.PUT_LOCK);
}

function emptied(arena: Arena, queue: number): Contents {
  if (isFifo(arena, queue)) return { slots: emptyFifo(arena, queue), texts: [] };
  return emptyShelf(arena, queue);
}

function hasRoom(arena: Arena, queue: number): boolean {
  const max = load(arena.cells, queue + QUEUE.MAX);
  return max <= 0 || countOf(arena, queue) < max;
}

function isDropped(arena: Arena, queue: number): boolean {
  return (load(arena.cells, queue + QUEUE.GATE) & GATE.DROPPED) !== 0;
}

function isFifo(arena: Arena, queue: number): boolean {
  return peek(arena.cells, queue + QUEUE.ORDER) === ORDER.FIFO;
}

function countOf(arena: Arena, queue: number): number {
  if (isFifo(arena, queue)) return sizeOfFifo(arena, queue);
  return load(arena.cells, queue + QUEUE.COUNT);
}

// Those that shutdown dropped are still counted, but count as done.
function dropped(arena: Arena, queue: number): number {
  return isDropped(arena, queue) ? countOf(arena, queue) : 0;
}

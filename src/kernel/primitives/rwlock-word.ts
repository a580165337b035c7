// Many readers or one writer, on one shared word and a cell for each thread that reads.
//
//   WORD = writer's thread id | READING | ABANDONED | PARKED
//
//   writer alive       one thread writes
//   writer has ended   abandoned: whoever takes either side next is told, and holds it
//   READING            threads may read: whoever wants to write has to look (rwlock-readers.ts)
//   ABANDONED          (no writer, or handed on) the last writer ended without releasing
//   PARKED             others wait: nothing but a look under the queue's lock lets anybody in
//
// A reader stores its cell and then looks whether the word still says READING and no more; a writer
// changes the word and then looks at the cells. One of the two sees the other (Dekker). Without
// contention a read costs a store and a look on each way, a write one compare-and-exchange.
//
// While PARKED stands, all is decided under the queue's lock, in the order of arrival: so a writer
// that waits stops new readers, and a run of readers at the head of the queue is handed the lock
// together. Writers that run may overtake a writer that sleeps, for a millisecond, but no reader: a
// reader that was handed the lock and has not gone in yet (COUNT of them) keeps them out.
//
// The readers' cells and READING after BRAVO (Dice and Kogan, 2019); the queue after parking_lot.
import { and, compareExchange, load, or, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import {
  ABANDONED,
  NODE,
  NODE_KIND,
  NODE_STATE,
  PARKED,
  PRIM,
  READ,
  TID_MASK,
  WRITE,
} from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { isStarving, TAKEN, TAKEN_ABANDONED } from '../waiting/lock-word.ts';
import { enqueue, unlink, wakeNode } from '../waiting/wait-list.ts';
import { lockQueue, rebuildQueue, unlockQueue } from '../waiting/wait-queue.ts';
import {
  beginReading,
  clearReader,
  countReader,
  discountReader,
  endReading,
  isRead,
  markReaders,
  ownReader,
  reads,
} from './rwlock-readers.ts';

const READING = 0x1000_0000;

/**
 * Takes a side if it is to be had now: TAKEN, TAKEN_ABANDONED, or 0.
 *
 * @param nested a thread that reads already reads once more although a writer waits, which would
 *   wait for it in turn
 */
export function trySide(arena: Arena, prim: number, side: number, nested: boolean): number {
  return side === READ ? tryRead(arena, prim, nested) : tryWrite(arena, prim);
}

/** Reads if no more is needed than that nobody writes or waits; false when a closer look is. */
export function readAtOnce(arena: Arena, prim: number, reader: number): boolean {
  if (!beginReading(arena, reader)) return false;
  return load(arena.cells, prim + PRIM.WORD) === READING || retract(arena, prim, reader);
}

// One who wants to write may have seen us, and wait.
function retract(arena: Arena, prim: number, reader: number): false {
  clearReader(arena, reader);
  if (load(arena.cells, prim + PRIM.WORD) & PARKED) serve(arena, prim);
  return false;
}

function tryRead(arena: Arena, prim: number, nested: boolean): number {
  const { cells } = arena;
  const reader = ownReader(arena, prim);
  if (reads(arena, reader)) {
    if (!nested && load(cells, prim + PRIM.WORD) & PARKED) return takeOrQueue(arena, prim, READ, 0);
    countReader(arena, reader);
    return TAKEN;
  }
  clearReader(arena, reader);
  for (;;) {
    const word = compareExchange(cells, prim + PRIM.WORD, 0, READING);
    if (word !== 0 && word !== READING) {
      return isHeld(arena, word) ? 0 : takeOrQueue(arena, prim, READ, 0);
    }
    if (readAtOnce(arena, prim, reader)) return TAKEN;
  }
}

function tryWrite(arena: Arena, prim: number): number {
  const word = compareExchange(arena.cells, prim + PRIM.WORD, 0, arena.tid);
  if (word === 0) return TAKEN;
  return isHeld(arena, word) ? 0 : takeOrQueue(arena, prim, WRITE, 0);
}

/**
 * Takes a side, or enters the queue; 0 when it was not taken.
 *
 * @param node to be queued; 0 for none
 * @param again the node was woken and lost: back to the front
 */
export function takeOrQueue(
  arena: Arena,
  prim: number,
  side: number,
  node: number,
  again = false,
): number {
  lockAndPark(arena, prim);
  const taken = takeParked(arena, prim, side, again);
  if (taken === 0 && node !== 0) {
    store(arena.cells, node + NODE.ARG, side);
    enqueue(arena, prim, node, again);
  }
  unparkAndUnlock(arena, prim, []);
  return taken;
}

/** A side was handed to this node of ours: takes it; 0 when it has been passed on since. */
export function acceptSide(arena: Arena, prim: number, node: number): number {
  if (peek(arena.cells, node + NODE.ARG) !== READ) return acceptWrite(arena, prim);
  lockAndPark(arena, prim);
  dropGrant(arena, prim, node);
  const taken = takeParked(arena, prim, READ, true);
  unparkAndUnlock(arena, prim, []);
  return taken;
}

/** A side was handed to a node of ours that does not want it any more: it goes to the next. */
export function declineSide(arena: Arena, prim: number, node: number): void {
  if (peek(arena.cells, node + NODE.ARG) === READ) {
    lockAndPark(arena, prim);
    dropGrant(arena, prim, node);
    unparkAndUnlock(arena, prim, letIn(arena, prim));
  } else if (!releaseWrite(arena, prim)) {
    serve(arena, prim);
  }
}

/** Gives up a read of this thread; false when it has none. */
export function releaseRead(arena: Arena, prim: number, reader: number): boolean {
  return endReading(arena, reader) || releaseReadClosely(arena, prim, reader);
}

function releaseReadClosely(arena: Arena, prim: number, reader: number): boolean {
  if (!reads(arena, reader)) return false;
  if (discountReader(arena, reader)) serve(arena, prim);
  return true;
}

/** Gives the write side up; false when this thread does not hold it. */
export function releaseWrite(arena: Arena, prim: number): boolean {
  const { cells, tid } = arena;
  const index = prim + PRIM.WORD;
  if (compareExchange(cells, index, tid, 0) === tid) return true;
  if ((load(cells, index) & TID_MASK) !== tid) return false;
  lockAndPark(arena, prim);
  and(cells, index, ~TID_MASK);
  unparkAndUnlock(arena, prim, letIn(arena, prim));
  return true;
}

/** Lets in whose turn it is: a waiter that had been woken leaves without trying, or has left. */
export function serve(arena: Arena, prim: number): void {
  lockAndPark(arena, prim);
  unparkAndUnlock(arena, prim, letIn(arena, prim));
}

/** Takes a node out of the queue; false when it was woken or granted before. */
export function withdrawSide(arena: Arena, prim: number, node: number): boolean {
  lockAndPark(arena, prim);
  const queued = load(arena.cells, node + NODE.STATE) === NODE_STATE.QUEUED;
  if (queued) {
    store(arena.cells, node + NODE.STATE, NODE_STATE.IDLE);
    unlink(arena, prim, node);
    or(arena.cells, prim + PRIM.WORD, PARKED);
  }
  // Readers may have waited behind a writer that does not want to write any more.
  unparkAndUnlock(arena, prim, queued ? letIn(arena, prim) : []);
  return queued;
}

/** Whether a thread writes, or did when it ended. */
export function isWriteHeld(arena: Arena, prim: number): boolean {
  return (load(arena.cells, prim + PRIM.WORD) & (TID_MASK | ABANDONED)) !== 0;
}

/** Whether a thread reads, or is about to. */
export function isReadHeld(arena: Arena, prim: number): boolean {
  if (!(load(arena.cells, prim + PRIM.WORD) & READING)) return false;
  return load(arena.cells, prim + PRIM.COUNT) !== 0 || isRead(arena, prim, false);
}

/** Looks after those on whom the waiters depend, and lets in whom nobody has. */
export function lookAfterRwlock(arena: Arena, prim: number): void {
  const writer = load(arena.cells, prim + PRIM.WORD) & TID_MASK;
  const keeper = load(arena.cells, prim + PRIM.QUEUE_LOCK) & TID_MASK;
  const left = writer === 0 ? !isRead(arena, prim, true) : hasDied(arena, writer, true);
  if (left || (keeper !== 0 && hasDied(arena, keeper, true))) reapRwlock(arena, prim);
}

/**
 * Puts a lock in order after a thread has ended that may have held it, waited for it, or been about
 * to wake a waiter. Any thread may do so, more than once.
 */
export function reapRwlock(arena: Arena, prim: number): void {
  lockAndPark(arena, prim);
  rebuildQueue(arena, prim);
  or(arena.cells, prim + PRIM.WORD, PARKED);
  unparkAndUnlock(arena, prim, letIn(arena, prim));
}

function isHeld(arena: Arena, word: number): boolean {
  const writer = word & TID_MASK;
  return writer !== 0 && !hasDied(arena, writer, false);
}

// From here on the word changes under this lock only.
function lockAndPark(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  or(arena.cells, prim + PRIM.WORD, PARKED);
}

function unparkAndUnlock(arena: Arena, prim: number, woken: readonly number[]): void {
  let all = woken;
  if (load(arena.cells, prim + PRIM.HEAD) !== 0) {
    markReaders(arena, prim);
    // A reader that left before it was marked lets nobody in. Whom somebody has woken will do so.
    if (all.length === 0) all = letIn(arena, prim);
  }
  if (load(arena.cells, prim + PRIM.HEAD) === 0) and(arena.cells, prim + PRIM.WORD, ~PARKED);
  unlockQueue(arena, prim);
  for (const node of all) wakeNode(arena, node);
}

// Tells whether nobody writes. What a writer that ended has left is marked as such.
function isFree(arena: Arena, prim: number): boolean {
  const word = load(arena.cells, prim + PRIM.WORD);
  if (isHeld(arena, word)) return false;
  const writer = word & TID_MASK;
  if (writer !== 0) {
    poke(arena.cells, prim + PRIM.GONE, writer);
    store(arena.cells, prim + PRIM.WORD, ABANDONED | PARKED);
  }
  return true;
}

function takeParked(arena: Arena, prim: number, side: number, again: boolean): number {
  const { cells } = arena;
  const index = prim + PRIM.WORD;
  if (!isFree(arena, prim)) return 0;
  const left = load(cells, index) & ABANDONED;
  if (side === READ) {
    if (!again && load(cells, prim + PRIM.HEAD) !== 0) return 0;
    or(cells, index, READING);
    countReader(arena, ownReader(arena, prim));
    and(cells, index, ~ABANDONED);
  } else {
    if (!isEmpty(arena, prim)) return 0;
    store(cells, index, arena.tid | PARKED);
  }
  return left === 0 ? TAKEN : TAKEN_ABANDONED;
}

// Nobody reads, and nobody is about to.
function isEmpty(arena: Arena, prim: number): boolean {
  return load(arena.cells, prim + PRIM.COUNT) === 0 && !isRead(arena, prim, false);
}

// Chooses whom to wake: the readers at the head of the queue, or one writer if nobody reads.
function letIn(arena: Arena, prim: number): number[] {
  const { cells } = arena;
  const woken: number[] = [];
  if (!isFree(arena, prim)) return woken;
  let node = load(cells, prim + PRIM.HEAD);
  while (node !== 0 && peek(cells, node + NODE.ARG) === READ) {
    woken.push(grantRead(arena, prim, node));
    node = load(cells, prim + PRIM.HEAD);
  }
  if (node === 0 || !isEmpty(arena, prim)) return woken;
  const isLoop = peek(cells, node + NODE.KIND) === NODE_KIND.ASYNC;
  // An event loop is handed the lock only after it has answered one wake-up and lost.
  const isResponsive = !isLoop || peek(cells, node + NODE.SEQ) === -1;
  if (isResponsive && isStarving(arena, node)) {
    woken.push(handWrite(arena, prim, node));
    return woken;
  }
  woken.push(wakeWriter(arena, prim, node));
  // An event loop may be busy for long, so whoever is next and is not one may go before it.
  const next = isLoop ? firstReaderOrBlocking(arena, prim) : 0;
  if (next === 0) return woken;
  const isReading = peek(cells, next + NODE.ARG) === READ;
  woken.push(isReading ? grantRead(arena, prim, next) : wakeWriter(arena, prim, next));
  return woken;
}

// READING comes first: as long as it stands, no writer gets in without a look at COUNT.
function grantRead(arena: Arena, prim: number, node: number): number {
  const { cells } = arena;
  or(cells, prim + PRIM.WORD, READING);
  store(cells, prim + PRIM.COUNT, load(cells, prim + PRIM.COUNT) + 1);
  unlink(arena, prim, node);
  store(cells, node + NODE.STATE, NODE_STATE.HANDOFF);
  return node;
}

// The word comes first: its owner tells a repair whether the grant was given.
function handWrite(arena: Arena, prim: number, node: number): number {
  const { cells } = arena;
  const left = load(cells, prim + PRIM.WORD) & ABANDONED;
  store(cells, node + NODE.STATE, NODE_STATE.GRANTING);
  store(cells, prim + PRIM.WORD, peek(cells, node + NODE.TID) | left | PARKED);
  unlink(arena, prim, node);
  store(cells, node + NODE.STATE, NODE_STATE.HANDOFF);
  return node;
}

function wakeWriter(arena: Arena, prim: number, node: number): number {
  unlink(arena, prim, node);
  store(arena.cells, node + NODE.STATE, NODE_STATE.WOKEN);
  return node;
}

function firstReaderOrBlocking(arena: Arena, prim: number): number {
  const { cells } = arena;
  let node = load(cells, prim + PRIM.HEAD);
  while (
    node !== 0 &&
    peek(cells, node + NODE.KIND) === NODE_KIND.ASYNC &&
    peek(cells, node + NODE.ARG) !== READ
  ) {
    node = peek(cells, node + NODE.NEXT);
  }
  return node;
}

function acceptWrite(arena: Arena, prim: number): number {
  const { cells, tid } = arena;
  const word = load(cells, prim + PRIM.WORD);
  if ((word & TID_MASK) !== tid) return 0;
  if (!(word & ABANDONED)) return TAKEN;
  and(cells, prim + PRIM.WORD, ~ABANDONED);
  return TAKEN_ABANDONED;
}

// The node is marked as done, so that a repair that counts those granted does not count it again.
function dropGrant(arena: Arena, prim: number, node: number): void {
  const { cells } = arena;
  const granted = load(cells, prim + PRIM.COUNT);
  if (granted > 0) store(cells, prim + PRIM.COUNT, granted - 1);
  store(cells, node + NODE.ARG, 0);
}

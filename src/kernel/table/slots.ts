// The thread table: a slot for each thread that may be alive, and the ids that come and go in it.
import { RuntimeError } from '../../errors/index.ts';
import { compareExchange, load, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { mendMagazine } from '../memory/heap.ts';
import {
  HEADER,
  NODE,
  NODE_KIND,
  NODE_STATE,
  PRIM,
  PRIM_TYPE,
  SLOT,
  SLOT_BITS,
  SLOT_COUNT,
  SLOT_MASK,
  SLOT_STATE,
  TID_MASK,
} from '../memory/layout.ts';
import { freeGilOf } from '../gil/gil.ts';
import { passNotification } from '../primitives/condition-word.ts';
import { reapPermits } from '../primitives/semaphore-word.ts';
import { reapLine } from '../primitives/turns.ts';
import { reapBarrier } from '../primitives/barrier-word.ts';
import { isReader } from '../primitives/rwlock-readers.ts';
import { reapRwlock } from '../primitives/rwlock-word.ts';
import { attended } from '../waiting/doorbell.ts';
import { isEventSet, reapEvent } from '../waiting/event-word.ts';
import { reapLock } from '../waiting/lock-word.ts';
import { lockQueue, rebuildQueue, unlockQueue } from '../waiting/wait-queue.ts';
import { startOf, UNKNOWN_START } from './liveness.ts';
import { ownName } from './proc.ts';
import { blockingNode, forEachNode, giveNode } from './nodes.ts';

/** Takes a free slot for a worker that is about to be made. RuntimeError when all are taken. */
export function claimSlot(arena: Arena): number {
  const { cells } = arena;
  // Slot 0 is nobody's, as thread id 0 is.
  for (let number = 1; number < SLOT_COUNT; number++) {
    const slot = arena.slotOf(number);
    const { FREE, BOOTING } = SLOT_STATE;
    if (load(cells, slot + SLOT.STATE) !== FREE) continue;
    if (compareExchange(cells, slot + SLOT.STATE, FREE, BOOTING) !== FREE) continue;
    clearSlot(arena, number);
    raiseHigh(arena, number + 1);
    return number;
  }
  throw new RuntimeError(
    `Cannot start a thread as ${SLOT_COUNT - 2} threads are alive, which is the most there can be`,
  );
}

/** Makes the slot this thread's own. */
export function enterSlot(arena: Arena, number: number, state: number): void {
  const { cells } = arena;
  const slot = arena.slotOf(number);
  arena.slot = number;
  arena.tid = load(cells, slot + SLOT.TID);
  // First, so that whoever hears of the end of this process finds the slot.
  store(cells, slot + SLOT.OS_PID, process.pid);
  const start = arena.base === 0 ? 0 : (startOf(process.pid) ?? UNKNOWN_START);
  // Without its start, nobody could tell its process from another one.
  const name = start === UNKNOWN_START ? null : ownName();
  store(cells, slot + SLOT.OS_TID, name?.thread ?? 0);
  store(cells, slot + SLOT.OS_START, start);
  // After what it is compared with: who looks for dead processes looks here, too.
  store(cells, slot + SLOT.OS_PROC, name?.process ?? 0);
  store(cells, slot + SLOT.STATE, state);
}

/**
 * Ends the thread that has the slot, and gives the slot a new id: the one thing that tells
 * everybody that it has ended. Locks that it holds are passed on to those who wait for them, as
 * abandoned. The caller is the slot's own thread.
 */
export function turnOver(arena: Arena): void {
  const dead = arena.tid;
  const next = nextTid(dead);
  store(arena.cells, arena.slotOf(dead) + SLOT.TID, next);
  arena.tid = next;
  // What waits asynchronously here goes on waiting, for whoever is next.
  for (const node of attended()) {
    if (node >= arena.base && node < arena.end) adoptNode(arena, node);
  }
  reap(arena, dead, false);
}

/**
 * Clears up after a worker that has exited, whatever way; its slot is free afterwards.
 *
 * @param wasIdle it had no thread, so it cannot have been about to wake anybody
 */
export function burySlot(arena: Arena, number: number, wasIdle = false): void {
  reapSlot(arena, number, wasIdle);
  freeSlot(arena, number);
}

/**
 * The first half of that: what the worker held and waited for is in order afterwards. Where who did
 * it was killed, another one may do it again.
 */
export function reapSlot(arena: Arena, number: number, wasIdle: boolean): void {
  const { cells } = arena;
  const slot = arena.slotOf(number);
  // Who was killed at it may have given the slot its next id already.
  const dead = load(cells, slot + SLOT.BURIED) || load(cells, slot + SLOT.TID);
  store(cells, slot + SLOT.BURIED, dead);
  store(cells, slot + SLOT.STATE, SLOT_STATE.DEAD);
  store(cells, slot + SLOT.TID, nextTid(dead));
  // Each process has a GIL of its own.
  if (arena.base === 0) freeGilOf(arena, number);
  reap(arena, dead, !wasIdle);
  dropNodes(arena, dead);
  // What it waited for may be freed now, and the block another one's, when somebody looks next.
  const node = blockingNode(arena, number);
  store(cells, node + NODE.STATE, NODE_STATE.IDLE);
  store(cells, node + NODE.PRIM, 0);
}

/** The second half: the slot is anybody's. */
export function freeSlot(arena: Arena, number: number): void {
  const { cells } = arena;
  const slot = arena.slotOf(number);
  // Who takes the slot next must not be taken for the one that had it.
  store(cells, slot + SLOT.OS_PROC, 0);
  store(cells, slot + SLOT.OS_PID, 0);
  store(cells, slot + SLOT.BURIED, 0);
  store(cells, slot + SLOT.STATE, SLOT_STATE.FREE);
}

/**
 * Puts in order what a thread that was killed held or waited for. Any thread may, more than once.
 */
export function reapThread(arena: Arena, dead: number): void {
  reap(arena, dead, true);
}

function reap(arena: Arena, dead: number, wasKilled: boolean): void {
  // A Condition may move one of its nodes to a lock's queue while this one looks.
  do for (const prim of touchedBy(arena, dead, wasKilled)) mend(arena, prim, dead);
  while (isQueued(arena, dead));
  forEachNode(arena, (node) => {
    if (peek(arena.cells, node + NODE.TID) === dead) passNotification(arena, node);
  });
}

// What the thread waits for, and what it holds that others wait for.
function touchedBy(arena: Arena, dead: number, wasKilled: boolean): Set<number> {
  const { cells } = arena;
  const touched = new Set<number>();
  forEachNode(arena, (node) => {
    const prim = load(cells, node + NODE.PRIM);
    if (prim === 0 || load(cells, node + NODE.STATE) === NODE_STATE.IDLE) return;
    const isStuck = mayBeStuck(arena, prim, dead, wasKilled);
    if (isStuck || peek(cells, node + NODE.TID) === dead) touched.add(prim);
  });
  return touched;
}

function isQueued(arena: Arena, dead: number): boolean {
  const { cells } = arena;
  let queued = false;
  forEachNode(arena, (node) => {
    if (peek(cells, node + NODE.TID) !== dead || load(cells, node + NODE.PRIM) === 0) return;
    queued ||= load(cells, node + NODE.STATE) === NODE_STATE.QUEUED;
  });
  return queued;
}

// Whether those who wait for a primitive may wait for a dead thread: it had the primitive, or its
// queue. A free lock with waiters, or an event that is set, may be one that a killed thread had
// just given up or set, without having woken anybody; to wake the first once too often is no harm.
function mayBeStuck(arena: Arena, prim: number, tid: number, wasKilled: boolean): boolean {
  const { cells } = arena;
  if ((load(cells, prim + PRIM.QUEUE_LOCK) & TID_MASK) === tid) return true;
  const owner = load(cells, prim + PRIM.WORD) & TID_MASK;
  switch (peek(cells, prim + PRIM.TYPE)) {
    case PRIM_TYPE.EVENT:
    case PRIM_TYPE.THREAD:
      return wasKilled && isEventSet(arena, prim);
    case PRIM_TYPE.LOCK:
      return owner === tid || (wasKilled && owner === 0);
    case PRIM_TYPE.BARRIER:
      return owner === tid;
    case PRIM_TYPE.RWLOCK:
      return owner === tid || isReader(arena, prim, tid);
    default:
      return false;
  }
}

// Puts one primitive in order after a death.
function mend(arena: Arena, prim: number, dead: number): void {
  switch (peek(arena.cells, prim + PRIM.TYPE)) {
    case PRIM_TYPE.LOCK:
      return reapLock(arena, prim, dead);
    case PRIM_TYPE.EVENT:
    case PRIM_TYPE.THREAD:
      return reapEvent(arena, prim);
    case PRIM_TYPE.SEMAPHORE:
      return reapPermits(arena, prim, dead);
    case PRIM_TYPE.QUEUE:
      return reapLine(arena, prim);
    case PRIM_TYPE.BARRIER:
      return reapBarrier(arena, prim);
    case PRIM_TYPE.RWLOCK:
      return reapRwlock(arena, prim);
    default:
      lockQueue(arena, prim);
      rebuildQueue(arena, prim);
      unlockQueue(arena, prim);
  }
}

function nextTid(tid: number): number {
  const next = (tid + SLOT_COUNT) & TID_MASK;
  // A word that holds thread id 0 is free, so a generation may be 0 but a slot number never is.
  return next >>> SLOT_BITS === 0 ? (next & SLOT_MASK) + SLOT_COUNT : next;
}

function clearSlot(arena: Arena, number: number): void {
  const { cells } = arena;
  mendMagazine(arena, number);
  const slot = arena.slotOf(number);
  const tid = load(cells, slot + SLOT.TID);
  if (tid === 0) store(cells, slot + SLOT.TID, number + SLOT_COUNT);
  for (const field of [SLOT.READY, SLOT.BLOCK, SLOT.WAITING, SLOT.REQUEST, SLOT.THREAD]) {
    store(cells, slot + field, 0);
  }
  for (const field of [
    SLOT.OS_PID,
    SLOT.OS_PROC,
    SLOT.OS_TID,
    SLOT.HEAP_KIB,
    SLOT.FAMILY,
    SLOT.RINGER,
    SLOT.HELD,
    SLOT.GONE,
    SLOT.UNSTOPPED,
    SLOT.DOOMED,
    SLOT.AGENT,
    SLOT.GIL_WAIT,
  ])
    store(cells, slot + field, 0);
  const node = blockingNode(arena, number);
  poke(cells, node + NODE.KIND, NODE_KIND.BLOCKING);
  store(cells, node + NODE.STATE, NODE_STATE.IDLE);
  store(cells, node + NODE.PRIM, 0);
  store(cells, node + NODE.NOTIFIED_BY, 0);
}

function raiseHigh(arena: Arena, high: number): void {
  const { cells } = arena;
  for (;;) {
    const seen = load(cells, arena.base + HEADER.SLOTS_HIGH);
    if (seen >= high) return;
    if (compareExchange(cells, arena.base + HEADER.SLOTS_HIGH, seen, high) === seen) return;
  }
}

function adoptNode(arena: Arena, node: number): void {
  const { cells } = arena;
  for (;;) {
    const prim = load(cells, node + NODE.PRIM);
    lockQueue(arena, prim);
    // A Condition may have moved it to its lock.
    const moved = load(cells, node + NODE.PRIM) !== prim;
    if (!moved) poke(cells, node + NODE.TID, arena.tid);
    unlockQueue(arena, prim);
    if (!moved) return;
  }
}

// The asynchronous waits of a worker that is gone. No queue refers to them any more.
function dropNodes(arena: Arena, dead: number): void {
  const own = blockingNode(arena, dead & SLOT_MASK);
  forEachNode(arena, (node) => {
    if (node !== own && load(arena.cells, node + NODE.TID) === dead) giveNode(arena, node);
  });
}

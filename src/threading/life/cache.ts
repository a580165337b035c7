// Workers that wait for threads, and threads that wait for workers.
//
// A parked worker blocks on REQUEST in its slot. A thread that starts takes the worker that parked
// last; without one it queues, and whichever worker is free first takes it: one that boots, or one
// whose thread ends. Both lists are under one lock, so a thread never queues while a worker parks
// beside it.
//
// A worker that boots, or is winding up (its thread has ended, and it looks whether anything is
// left to do), will look at the queue in a moment; no new worker is asked for on behalf of a thread
// that it can take.
import {
  HEADER,
  SLOT,
  SLOT_STATE,
  arena,
  atomics,
  lockSide,
  release,
  retain,
  unlockSide,
} from '../../kernel/index.ts';
import { RECORD, getField, setField } from './record.ts';

/** SLOT.REQUEST: leave. */
export const RETIRE = -1;

/** What became of a thread that wants to start. */
export type Placement = 'leased' | 'leased-last' | 'queued' | 'queued-covered';

/** Gives a thread to a parked worker, or queues it. */
export function place(record: number): Placement {
  retain(record);
  lockSide(arena, HEADER.CACHE_LOCK);
  const number = peek(HEADER.PARKED_HEAD);
  if (number === 0) {
    append(record);
    const waiting = peek(HEADER.STARTING_COUNT);
    const covered = waiting <= countComing();
    unlockSide(arena, HEADER.CACHE_LOCK);
    return covered ? 'queued-covered' : 'queued';
  }
  const slot = arena.slotOf(number);
  const next = peek(slot + SLOT.NEXT_PARKED);
  poke(HEADER.PARKED_HEAD, next);
  atomics.store(arena.cells, slot + SLOT.STATE, SLOT_STATE.LIVE);
  atomics.store(arena.cells, slot + SLOT.REQUEST, record);
  unlockSide(arena, HEADER.CACHE_LOCK);
  arena.notify(slot + SLOT.REQUEST, 1);
  return next === 0 ? 'leased-last' : 'leased';
}

/** Takes the next thread that waits for a worker, with its reference; 0 when there is none. */
export function takeStarting(): number {
  lockSide(arena, HEADER.CACHE_LOCK);
  const record = shift();
  unlockSide(arena, HEADER.CACHE_LOCK);
  return record;
}

/**
 * Takes the next thread that waits, or else parks this worker; 0 then: it has to wait for a
 * request.
 */
export function takeOrPark(): number {
  lockSide(arena, HEADER.CACHE_LOCK);
  const record = shift();
  const slot = arena.slotOf(arena.slot);
  atomics.store(arena.cells, slot + SLOT.STATE, record === 0 ? SLOT_STATE.PARKED : SLOT_STATE.LIVE);
  atomics.store(arena.cells, slot + SLOT.REQUEST, record);
  if (record === 0) {
    poke(slot + SLOT.NEXT_PARKED, peek(HEADER.PARKED_HEAD));
    poke(HEADER.PARKED_HEAD, arena.slot);
  }
  unlockSide(arena, HEADER.CACHE_LOCK);
  return record;
}

/** Blocks this parked worker until it is given a thread, or the time is up (0). */
export function awaitRequest(ms: number): number {
  const index = arena.slotOf(arena.slot) + SLOT.REQUEST;
  arena.wait(index, 0, ms);
  return atomics.load(arena.cells, index);
}

/** Says that this worker has begun the thread that it was given. */
export function accept(record: number): void {
  const index = arena.slotOf(arena.slot) + SLOT.REQUEST;
  atomics.compareExchange(arena.cells, index, record, 0);
}

/** Takes a worker off the parked ones; false when it has just been given a thread. */
export function unpark(number: number): boolean {
  lockSide(arena, HEADER.CACHE_LOCK);
  const found = unlink(number);
  unlockSide(arena, HEADER.CACHE_LOCK);
  return found;
}

/**
 * Takes a worker that is gone out of the cache; gives the thread that it had been given and has not
 * begun, with its reference, or 0.
 */
export function strike(number: number): number {
  lockSide(arena, HEADER.CACHE_LOCK);
  unlink(number);
  const given = atomics.exchange(arena.cells, arena.slotOf(number) + SLOT.REQUEST, RETIRE);
  unlockSide(arena, HEADER.CACHE_LOCK);
  return given === RETIRE ? 0 : given;
}

function unlink(number: number): boolean {
  let link: number = HEADER.PARKED_HEAD;
  while (peek(link) !== 0 && peek(link) !== number) link = nextParked(peek(link));
  const found = peek(link) === number;
  if (found) poke(link, peek(nextParked(number)));
  return found;
}

/**
 * Takes a thread out of the queue, with the queue's reference; false when it is not there any more.
 */
export function withdraw(record: number): boolean {
  lockSide(arena, HEADER.CACHE_LOCK);
  const waiting: number[] = [];
  for (let next = shift(); next !== 0; next = shift()) waiting.push(next);
  const found = waiting.includes(record);
  for (const other of waiting) if (other !== record) append(other);
  unlockSide(arena, HEADER.CACHE_LOCK);
  return found;
}

/** What is in the cache. */
export interface CacheCounts {
  readonly parked: number;
  readonly starting: number;
  readonly coming: number;
  /** Ident of the thread that waits longest; 0 without one. */
  readonly oldest: number;
}

/**
 * Workers parked, threads that wait for one, and workers that will look for a thread before long.
 */
export function cacheCounts(): CacheCounts {
  lockSide(arena, HEADER.CACHE_LOCK);
  let parked = 0;
  for (let number = peek(HEADER.PARKED_HEAD); number !== 0; number = peek(nextParked(number))) {
    parked++;
  }
  const starting = peek(HEADER.STARTING_COUNT);
  const coming = countComing();
  const head = peek(HEADER.STARTING_HEAD);
  const oldest = head === 0 ? 0 : getField(head, RECORD.IDENT);
  unlockSide(arena, HEADER.CACHE_LOCK);
  return { parked, starting, coming, oldest };
}

/** Says that this worker's thread has ended, and that it is about to look for another. */
export function wind(): void {
  atomics.store(arena.cells, arena.slotOf(arena.slot) + SLOT.STATE, SLOT_STATE.WINDING);
}

/** Says that this worker will not look for another thread; gives how many wait for one. */
export function leaveCache(): number {
  lockSide(arena, HEADER.CACHE_LOCK);
  atomics.store(arena.cells, arena.slotOf(arena.slot) + SLOT.STATE, SLOT_STATE.LIVE);
  const waiting = peek(HEADER.STARTING_COUNT);
  unlockSide(arena, HEADER.CACHE_LOCK);
  return waiting;
}

/** Gives the reference of the queue or of a request back. */
export const letGo: (record: number) => void = release;

function append(record: number): void {
  setField(record, RECORD.NEXT_STARTING, 0);
  const tail = peek(HEADER.STARTING_TAIL);
  if (tail === 0) poke(HEADER.STARTING_HEAD, record);
  else setField(tail, RECORD.NEXT_STARTING, record);
  poke(HEADER.STARTING_TAIL, record);
  poke(HEADER.STARTING_COUNT, peek(HEADER.STARTING_COUNT) + 1);
}

function shift(): number {
  const record = peek(HEADER.STARTING_HEAD);
  if (record === 0) return 0;
  const next = getField(record, RECORD.NEXT_STARTING);
  poke(HEADER.STARTING_HEAD, next);
  if (next === 0) poke(HEADER.STARTING_TAIL, 0);
  poke(HEADER.STARTING_COUNT, peek(HEADER.STARTING_COUNT) - 1);
  return record;
}

// Workers that will look for a thread before long; one that is for a single thread does not count.
function countComing(): number {
  const { cells } = arena;
  let count = 0;
  for (let number = 1; number < atomics.load(cells, HEADER.SLOTS_HIGH); number++) {
    const slot = arena.slotOf(number);
    const state = atomics.load(cells, slot + SLOT.STATE);
    const comes = state === SLOT_STATE.BOOTING || state === SLOT_STATE.WINDING;
    if (comes && atomics.load(cells, slot + SLOT.REQUEST) !== RETIRE) count++;
  }
  return count;
}

function nextParked(number: number): number {
  return arena.slotOf(number) + SLOT.NEXT_PARKED;
}

function peek(index: number): number {
  return atomics.peek(arena.cells, index);
}

function poke(index: number, value: number): void {
  atomics.poke(arena.cells, index, value);
}

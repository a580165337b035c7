// Who reads: for each lock, a pair of cells for each slot of the thread table.
//
//   TID     the thread that reads, or 0; one that has ended reads no more. MARKED: others wait
//   AGAIN   how many times more than once it does; only that thread looks at it
//
// A reader that leaves finds out by the mark, in the step by which it leaves, that it has to let in
// those who wait: so a read costs three atomic operations and not four, each of which is a call.
//
// It is tempting to count all readers in one word. A count does not tell whose it is: a reader that
// dies would be counted for ever, and who gives its share back cannot know whether it died before
// or after it was counted. A cell of its own is right whenever its thread dies, and dies with it.
//
// After the "big reader" locks of Linux, with the cells in the lock.
import { compareExchange, load, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { allocateIn, freeIn } from '../memory/heap.ts';
import { HEADER, PARKED, PRIM, SLOT_MASK, TID_MASK } from '../memory/layout.ts';
import { PLAIN } from '../memory/strings.ts';
import { hasDied } from '../table/liveness.ts';

const READER = { TID: 0, AGAIN: 1, CELLS: 2 } as const;

/** READER.TID: others wait for the thread to read no more. */
const MARKED = PARKED;

/** Threads in lower slots have their cells in the lock itself. Few programs have more threads. */
const NEAR_SLOTS = 16;

/** Cells of a lock, after those of the primitive: the first page, and the near readers. */
const RWLOCK = { MORE: PRIM.CELLS, READERS: PRIM.CELLS + 1 } as const;

/** Cells of a lock. */
export const RWLOCK_CELLS: number = RWLOCK.READERS + NEAR_SLOTS * READER.CELLS;

/** Pages with the readers of higher slots, in a chain; once there, they stay. */
const PAGE_SLOTS = 64;
const PAGE = { NEXT: 0, READERS: 1, CELLS: 1 + PAGE_SLOTS * READER.CELLS } as const;

/** Fills the cells of a new lock that are not those of any primitive. */
export function initReaders(arena: Arena, prim: number): void {
  for (let field = PRIM.CELLS; field < RWLOCK_CELLS; field++) poke(arena.cells, prim + field, 0);
}

/** Frees the pages of a lock that goes. */
export function freeReaders(arena: Arena, prim: number): void {
  let page = peek(arena.cells, prim + RWLOCK.MORE);
  while (page !== 0) {
    const next = peek(arena.cells, page + PAGE.NEXT);
    freeIn(arena, page);
    page = next;
  }
}

/** The cells of this thread. */
export function ownReader(arena: Arena, prim: number): number {
  const { slot } = arena;
  if (slot < NEAR_SLOTS) return prim + RWLOCK.READERS + slot * READER.CELLS;
  return farReader(arena, prim, slot);
}

/** Whether this thread reads. */
export function reads(arena: Arena, reader: number): boolean {
  return (load(arena.cells, reader + READER.TID) & TID_MASK) === arena.tid;
}

/**
 * Counts this thread as a reader, if it is clear at a glance that it does not read; it then has to
 * look whether it may.
 */
export function beginReading(arena: Arena, reader: number): boolean {
  return compareExchange(arena.cells, reader + READER.TID, 0, arena.tid) === 0;
}

/** Counts this thread as a reader, once more if it reads. */
export function countReader(arena: Arena, reader: number): void {
  if (reads(arena, reader)) {
    poke(arena.cells, reader + READER.AGAIN, peek(arena.cells, reader + READER.AGAIN) + 1);
  } else {
    clearReader(arena, reader);
    beginReading(arena, reader);
  }
}

/** Ends this thread's only read, if nobody waits for that. */
export function endReading(arena: Arena, reader: number): boolean {
  const { cells, tid } = arena;
  if (peek(cells, reader + READER.AGAIN) !== 0) return false;
  return compareExchange(cells, reader + READER.TID, tid, 0) === tid;
}

/** Counts this thread, which reads, once less; true when it does not read any more. */
export function discountReader(arena: Arena, reader: number): boolean {
  const { cells } = arena;
  const again = peek(cells, reader + READER.AGAIN);
  if (again === 0) store(cells, reader + READER.TID, 0);
  else poke(cells, reader + READER.AGAIN, again - 1);
  return again === 0;
}

/** Forgets what an earlier thread in this slot has left, or takes back {@link beginReading}. */
export function clearReader(arena: Arena, reader: number): void {
  poke(arena.cells, reader + READER.AGAIN, 0);
  store(arena.cells, reader + READER.TID, 0);
}

/** Has each thread that reads let in those who wait when it leaves. */
export function markReaders(arena: Arena, prim: number): void {
  const { cells } = arena;
  markAll(arena, prim + RWLOCK.READERS, NEAR_SLOTS);
  let page = load(cells, prim + RWLOCK.MORE);
  while (page !== 0) {
    markAll(arena, page + PAGE.READERS, PAGE_SLOTS);
    page = load(cells, page + PAGE.NEXT);
  }
}

/**
 * Whether any thread reads.
 *
 * @param ask also ask the operating system whether those who do are alive
 */
export function isRead(arena: Arena, prim: number, ask: boolean): boolean {
  const { cells } = arena;
  const slots = Math.min(load(cells, arena.base + HEADER.SLOTS_HIGH), NEAR_SLOTS);
  if (isAnyReading(arena, prim + RWLOCK.READERS, slots, ask)) return true;
  let page = load(cells, prim + RWLOCK.MORE);
  while (page !== 0) {
    if (isAnyReading(arena, page + PAGE.READERS, PAGE_SLOTS, ask)) return true;
    page = load(cells, page + PAGE.NEXT);
  }
  return false;
}

/** Whether the thread with this id read, alive or not. */
export function isReader(arena: Arena, prim: number, tid: number): boolean {
  const { cells } = arena;
  const slot = tid & SLOT_MASK;
  let readers = prim + RWLOCK.READERS;
  let first = 0;
  let end = NEAR_SLOTS;
  let link = prim + RWLOCK.MORE;
  while (slot >= end) {
    const page = load(cells, link);
    if (page === 0) return false;
    readers = page + PAGE.READERS;
    link = page + PAGE.NEXT;
    first = end;
    end += PAGE_SLOTS;
  }
  return (load(cells, readers + (slot - first) * READER.CELLS + READER.TID) & TID_MASK) === tid;
}

function isAnyReading(arena: Arena, readers: number, slots: number, ask: boolean): boolean {
  for (let slot = 0; slot < slots; slot++) {
    const tid = load(arena.cells, readers + slot * READER.CELLS + READER.TID) & TID_MASK;
    if (tid !== 0 && !hasDied(arena, tid, ask)) return true;
  }
  return false;
}

function markAll(arena: Arena, readers: number, slots: number): void {
  const { cells } = arena;
  for (let slot = 0; slot < slots; slot++) {
    const index = readers + slot * READER.CELLS + READER.TID;
    const tid = load(cells, index);
    // It fails for one that has just left, or come without being let in.
    if (tid !== 0) compareExchange(cells, index, tid, tid | MARKED);
  }
}

function farReader(arena: Arena, prim: number, slot: number): number {
  let link = prim + RWLOCK.MORE;
  let place = slot - NEAR_SLOTS;
  for (;;) {
    const page = load(arena.cells, link) || addPage(arena, link);
    if (place < PAGE_SLOTS) return page + PAGE.READERS + place * READER.CELLS;
    place -= PAGE_SLOTS;
    link = page + PAGE.NEXT;
  }
}

function addPage(arena: Arena, link: number): number {
  const page = allocateIn(arena, PAGE.CELLS * 4, PLAIN);
  for (let field = 0; field < PAGE.CELLS; field++) poke(arena.cells, page + field, 0);
  const found = compareExchange(arena.cells, link, 0, page);
  if (found === 0) return page;
  // Another thread was first.
  freeIn(arena, page);
  return found;
}

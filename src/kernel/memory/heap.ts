// Blocks of shared memory, with a count of those who refer to them.
//
// Blocks come in size classes 32, 48, 64, 96, 128 … bytes, each with a free list; fresh ones are
// cut from the end of the heap. A block is freed when its count falls to zero, and its kind
// (kinds.ts) then releases what it refers to.
//
// Free blocks of the small classes come and go in rows, linked by their first cells. Each thread
// has a magazine: the row that it takes from and adds to, of which nobody else knows, and a full
// one more. So only for one block in a row are there a lock, and cells that others write.
//
//   magazine    belongs to the slot: who has it next goes on with what a thread has left there
//   free list   full rows, linked by the second cells of their first blocks
//
// A list is popped and pushed by one store under its lock, and a block belongs to a magazine by
// one store, so a thread that dies leaves them whole; at worst what it was just moving is lost: a
// block, or a row.
//
// After Bonwick and Adams, "Magazines and Vmem" (2001).
import { HeddleError } from '../../errors/index.ts';
import type { Arena } from './arena.ts';
import { add, compareExchange, load, peek, poke, store } from '../atomics.ts';
import {
  BLOCK,
  FREE_LIST,
  FREE_LISTS,
  HEADER,
  MAGAZINE,
  MAGAZINE_CLASSES,
  MAGAZINES,
  MAGAZINES_CELLS,
  SLOT_MASK,
} from './layout.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';

/** Classes of 2^5 … 2^31 bytes and half a step between. */
const CLASS_COUNT = 54;
const CLASS_MASK = 0x7f;
/** In the class cell: a construction site is recorded for the block (sites.ts). */
const SITED = 0x80;
const KIND_SHIFT = 8;

/** Blocks of a row, unless they are large. */
const MOST_IN_ROW = 16;
const ROW_BYTES = 4096;
/** As many blocks of each class as make a row. */
const rows: readonly number[] = Array.from({ length: CLASS_COUNT }, (_, sizeClass) =>
  sizeClass < MAGAZINE_CLASSES
    ? Math.min(MOST_IN_ROW, Math.floor(ROW_BYTES / classBytes(sizeClass)))
    : 1,
);
/** Cells of a free block. */
const ROW = { NEXT: 0, NEXT_ROW: 1 } as const;

/**
 * Cuts a block; its payload has at least so many bytes, begins at a multiple of 8, and holds
 * whatever was there before.
 */
export function allocateIn(arena: Arena, byteLength: number, kind: number): number {
  const sizeClass = classFor(byteLength);
  const handle =
    popFree(arena, sizeClass) || cutFresh(arena, sizeClass) || popLarger(arena, sizeClass);
  if (handle === 0) throw outOfMemory(arena, byteLength);
  // A block from a larger class keeps that class.
  const found = peek(arena.cells, handle + BLOCK.CLASS) & CLASS_MASK;
  poke(arena.cells, handle + BLOCK.CLASS, found | (kind << KIND_SHIFT));
  store(arena.cells, handle + BLOCK.COUNT, 1);
  return handle;
}

/** Counts one more reference. The caller must hold one, or know that somebody does. */
export function retainIn(arena: Arena, handle: number): void {
  add(arena.cells, handle + BLOCK.COUNT, 1);
}

/** Counts one more reference unless there is none left; false then. */
export function tryRetainIn(arena: Arena, handle: number): boolean {
  const index = handle + BLOCK.COUNT;
  for (;;) {
    const count = load(arena.cells, index);
    if (count <= 0) return false;
    if (compareExchange(arena.cells, index, count, count + 1) === count) return true;
  }
}

/**
 * Counts one reference less; true when it was the last, and the caller has to destroy the block.
 */
export function releaseIn(arena: Arena, handle: number): boolean {
  return add(arena.cells, handle + BLOCK.COUNT, -1) === 1;
}

/** References to a block. */
export function countIn(arena: Arena, handle: number): number {
  return load(arena.cells, handle + BLOCK.COUNT);
}

/** Puts a block that nobody refers to on its free list. */
export function freeIn(arena: Arena, handle: number): void {
  const { cells } = arena;
  const sizeClass = peek(cells, handle + BLOCK.CLASS) & CLASS_MASK;
  if (sizeClass >= MAGAZINE_CLASSES) return pushRow(arena, sizeClass, handle, 0);
  const magazine = magazineOf(arena, arena.slot, sizeClass);
  const count = peek(cells, magazine + MAGAZINE.COUNT);
  if (count >= rowOf(sizeClass)) {
    const spare = peek(cells, magazine + MAGAZINE.SPARE);
    if (spare === 0) keepAsSpare(arena, magazine);
    else pushRow(arena, sizeClass, spare, magazine);
    return freeIn(arena, handle);
  }
  poke(cells, handle + ROW.NEXT, peek(cells, magazine + MAGAZINE.HEAD));
  poke(cells, magazine + MAGAZINE.HEAD, handle);
  poke(cells, magazine + MAGAZINE.COUNT, count + 1);
}

/** Puts the magazine of a slot in order, whose thread may have died while it was using it. */
export function mendMagazine(arena: Arena, slot: number): void {
  const { cells } = arena;
  for (let sizeClass = 0; sizeClass < MAGAZINE_CLASSES; sizeClass++) {
    const magazine = magazineOf(arena, slot, sizeClass);
    // It was becoming the one or the other.
    if (peek(cells, magazine + MAGAZINE.HEAD) === peek(cells, magazine + MAGAZINE.SPARE)) {
      poke(cells, magazine + MAGAZINE.SPARE, 0);
    }
    let count = 0;
    let block = peek(cells, magazine + MAGAZINE.HEAD);
    for (; block !== 0 && count <= rowOf(sizeClass); count++) block = peek(cells, block + ROW.NEXT);
    // No row: it was damaged, and its blocks are lost.
    if (block !== 0) poke(cells, magazine + MAGAZINE.HEAD, 0);
    poke(cells, magazine + MAGAZINE.COUNT, block === 0 ? count : 0);
  }
}

/** Kind of a block. */
export function kindIn(arena: Arena, handle: number): number {
  return peek(arena.cells, handle + BLOCK.CLASS) >>> KIND_SHIFT;
}

/** Bytes of a block's payload. */
export function capacityIn(arena: Arena, handle: number): number {
  return classBytes(peek(arena.cells, handle + BLOCK.CLASS) & CLASS_MASK) - BLOCK.CELLS * 4;
}

/** Whether a construction site is recorded for the block. */
export function isSited(arena: Arena, handle: number): boolean {
  return (peek(arena.cells, handle + BLOCK.CLASS) & SITED) !== 0;
}

export function markSited(arena: Arena, handle: number): void {
  const index = handle + BLOCK.CLASS;
  poke(arena.cells, index, peek(arena.cells, index) | SITED);
}

/** Bytes and blocks in use, for tests and dumps; exact while nobody allocates. */
export function usageIn(arena: Arena): { bytes: number; blocks: number } {
  let bytes = 0;
  let blocks = 0;
  for (let sizeClass = 0; sizeClass < CLASS_COUNT; sizeClass++) {
    const out = load(arena.cells, listOf(arena, sizeClass) + FREE_LIST.IN_USE);
    const inUse = sizeClass < MAGAZINE_CLASSES ? out - inMagazines(arena, sizeClass) : out;
    blocks += inUse;
    bytes += inUse * classBytes(sizeClass);
  }
  return { bytes, blocks };
}

function listOf(arena: Arena, sizeClass: number): number {
  return arena.base + FREE_LISTS + sizeClass * FREE_LIST.CELLS;
}

// Even classes are powers of two from 32 up, odd ones half a step more.
function classBytes(sizeClass: number): number {
  const half = 1 << (4 + (sizeClass >>> 1));
  return half * (sizeClass & 1 ? 3 : 2);
}

function classFor(byteLength: number): number {
  const total = byteLength + BLOCK.CELLS * 4;
  if (total <= 32) return 0;
  if (!(total <= 2 ** 31)) return CLASS_COUNT;
  const power = 31 - Math.clz32(total - 1);
  return total <= 1.5 * (1 << power) ? (power - 5) * 2 + 1 : (power - 4) * 2;
}

function rowOf(sizeClass: number): number {
  return rows[sizeClass] as number;
}

function magazineOf(arena: Arena, slot: number, sizeClass: number): number {
  const magazines = arena.base + MAGAZINES + (slot & SLOT_MASK) * MAGAZINES_CELLS;
  return magazines + sizeClass * MAGAZINE.CELLS;
}

function inMagazines(arena: Arena, sizeClass: number): number {
  const { base, cells } = arena;
  let blocks = 0;
  for (let slot = 0; slot < load(cells, base + HEADER.SLOTS_HIGH); slot++) {
    const magazine = magazineOf(arena, slot, sizeClass);
    blocks += peek(cells, magazine + MAGAZINE.COUNT);
    if (peek(cells, magazine + MAGAZINE.SPARE) !== 0) blocks += rowOf(sizeClass);
  }
  return blocks;
}

function popFree(arena: Arena, sizeClass: number): number {
  if (sizeClass >= CLASS_COUNT) return 0;
  if (sizeClass >= MAGAZINE_CLASSES) return popRow(arena, sizeClass, 0);
  const { cells } = arena;
  const magazine = magazineOf(arena, arena.slot, sizeClass);
  const handle = peek(cells, magazine + MAGAZINE.HEAD) || refill(arena, magazine, sizeClass);
  if (handle === 0) return 0;
  poke(cells, magazine + MAGAZINE.HEAD, peek(cells, handle + ROW.NEXT));
  poke(cells, magazine + MAGAZINE.COUNT, peek(cells, magazine + MAGAZINE.COUNT) - 1);
  return handle;
}

// Gives an empty magazine a row; the first block of it, or 0.
function refill(arena: Arena, magazine: number, sizeClass: number): number {
  const { cells } = arena;
  const spare = peek(cells, magazine + MAGAZINE.SPARE);
  if (spare === 0) return popRow(arena, sizeClass, magazine);
  poke(cells, magazine + MAGAZINE.HEAD, spare);
  poke(cells, magazine + MAGAZINE.SPARE, 0);
  poke(cells, magazine + MAGAZINE.COUNT, rowOf(sizeClass));
  return spare;
}

// Whether a magazine has that row as its spare one, and a full one beside.
function isFull(arena: Arena, magazine: number, sizeClass: number, spare: number): boolean {
  const { cells } = arena;
  if (peek(cells, magazine + MAGAZINE.SPARE) !== spare) return false;
  return peek(cells, magazine + MAGAZINE.COUNT) >= rowOf(sizeClass);
}

// The full row of a magazine becomes the one that it has more.
function keepAsSpare(arena: Arena, magazine: number): void {
  const { cells } = arena;
  poke(cells, magazine + MAGAZINE.SPARE, peek(cells, magazine + MAGAZINE.HEAD));
  poke(cells, magazine + MAGAZINE.HEAD, 0);
  poke(cells, magazine + MAGAZINE.COUNT, 0);
}

// Takes a row from the list, for an empty magazine if there is one; its first block, or 0.
function popRow(arena: Arena, sizeClass: number, magazine: number): number {
  const { cells } = arena;
  const list = listOf(arena, sizeClass);
  lockSide(arena, list + FREE_LIST.LOCK);
  // In GIL mode, what is done between slices may have refilled it while this waited for the lock.
  const own = magazine === 0 ? 0 : peek(cells, magazine + MAGAZINE.HEAD);
  const row = own || peek(cells, list + FREE_LIST.HEAD);
  if (row !== own) {
    poke(cells, list + FREE_LIST.HEAD, peek(cells, row + ROW.NEXT_ROW));
    const blocks = rowOf(sizeClass);
    poke(cells, list + FREE_LIST.IN_USE, peek(cells, list + FREE_LIST.IN_USE) + blocks);
    if (magazine !== 0) {
      poke(cells, magazine + MAGAZINE.HEAD, row);
      poke(cells, magazine + MAGAZINE.COUNT, blocks);
    }
  }
  unlockSide(arena, list + FREE_LIST.LOCK);
  return row;
}

// Puts a row on the list; if it is the spare one of a magazine, the full one takes its place.
function pushRow(arena: Arena, sizeClass: number, row: number, magazine: number): void {
  const { cells } = arena;
  const list = listOf(arena, sizeClass);
  lockSide(arena, list + FREE_LIST.LOCK);
  // See popRow().
  if (magazine !== 0 && !isFull(arena, magazine, sizeClass, row)) {
    return unlockSide(arena, list + FREE_LIST.LOCK);
  }
  if (magazine !== 0) keepAsSpare(arena, magazine);
  poke(cells, row + ROW.NEXT_ROW, peek(cells, list + FREE_LIST.HEAD));
  poke(cells, list + FREE_LIST.HEAD, row);
  const inUse = peek(cells, list + FREE_LIST.IN_USE) - rowOf(sizeClass);
  poke(cells, list + FREE_LIST.IN_USE, inUse);
  unlockSide(arena, list + FREE_LIST.LOCK);
}

function cutFresh(arena: Arena, sizeClass: number): number {
  if (sizeClass >= CLASS_COUNT) return 0;
  const { cells } = arena;
  const size = classBytes(sizeClass) / 4;
  const { base, end } = arena;
  lockSide(arena, base + HEADER.BREAK_LOCK);
  const start = peek(cells, base + HEADER.BREAK);
  const fits = start + size <= end;
  if (fits) poke(cells, base + HEADER.BREAK, start + size);
  unlockSide(arena, base + HEADER.BREAK_LOCK);
  if (!fits) return 0;
  const handle = start + BLOCK.CELLS;
  poke(cells, handle + BLOCK.CLASS, sizeClass);
  const list = listOf(arena, sizeClass);
  lockSide(arena, list + FREE_LIST.LOCK);
  poke(cells, list + FREE_LIST.IN_USE, peek(cells, list + FREE_LIST.IN_USE) + 1);
  unlockSide(arena, list + FREE_LIST.LOCK);
  return handle;
}

// The end of the heap is reached: what is free in larger classes serves too.
function popLarger(arena: Arena, sizeClass: number): number {
  for (let larger = sizeClass + 1; larger < CLASS_COUNT; larger++) {
    const handle = popFree(arena, larger);
    if (handle !== 0) return handle;
  }
  return 0;
}

function outOfMemory(arena: Arena, byteLength: number): HeddleError {
  const megabytes = Math.round((arena.end - arena.base) / 2 ** 18);
  // Processes share what addresses the process's own arena leaves.
  const [whose, cure] =
    arena.base === 0
      ? ['the arena', 'set HEDDLE_ARENA_MB']
      : ['the arena that processes share', 'set HEDDLE_ARENA_MB lower: the rest of 4096 is for it'];
  return new HeddleError(
    `Cannot allocate ${byteLength} bytes of shared memory as no block of that size is left in ` +
      `the ${megabytes} MiB of ${whose}\nKeep fewer or smaller values, or ${cure}`,
    { code: 'ERR_HEDDLE_OUT_OF_MEMORY' },
  );
}

// Blocks of shared memory, with a count of those who refer to them.
//
// Blocks come in size classes 32, 48, 64, 96, 128 … bytes, each with a free list; fresh ones are
// cut from the end of the heap. A block is freed when its count falls to zero, and its kind
// (kinds.ts) then releases what it refers to.
//
// A free list is popped and pushed by one store under its lock, so a thread that dies within leaves
// it whole; at worst one block is lost to it.
import { HeddleError } from '../../errors/index.ts';
import type { Arena } from './arena.ts';
import { add, compareExchange, load, peek, poke, store } from '../atomics.ts';
import { BLOCK, FREE_LIST, FREE_LISTS, HEADER } from './layout.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';

/** Classes of 2^5 … 2^31 bytes and half a step between. */
const CLASS_COUNT = 54;
const CLASS_MASK = 0x7f;
/** In the class cell: a construction site is recorded for the block (sites.ts). */
const SITED = 0x80;
const KIND_SHIFT = 8;

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
  const list = listOf(arena, peek(cells, handle + BLOCK.CLASS) & CLASS_MASK);
  lockSide(arena, list + FREE_LIST.LOCK);
  poke(cells, handle, peek(cells, list + FREE_LIST.HEAD));
  poke(cells, list + FREE_LIST.HEAD, handle);
  poke(cells, list + FREE_LIST.IN_USE, peek(cells, list + FREE_LIST.IN_USE) - 1);
  unlockSide(arena, list + FREE_LIST.LOCK);
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
    const inUse = load(arena.cells, listOf(arena, sizeClass) + FREE_LIST.IN_USE);
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

function popFree(arena: Arena, sizeClass: number): number {
  if (sizeClass >= CLASS_COUNT) return 0;
  const { cells } = arena;
  const list = listOf(arena, sizeClass);
  lockSide(arena, list + FREE_LIST.LOCK);
  const handle = peek(cells, list + FREE_LIST.HEAD);
  if (handle !== 0) {
    poke(cells, list + FREE_LIST.HEAD, peek(cells, handle));
    poke(cells, list + FREE_LIST.IN_USE, peek(cells, list + FREE_LIST.IN_USE) + 1);
  }
  unlockSide(arena, list + FREE_LIST.LOCK);
  return handle;
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

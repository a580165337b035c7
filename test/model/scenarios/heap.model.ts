// The heap: blocks that are cut, counted and freed by several threads, one of them killed.
import { arena } from '../../../src/kernel/memory/arena.ts';
import { load, peek, poke, store } from '../../../src/kernel/atomics.ts';
import {
  allocateIn,
  freeIn,
  mendMagazine,
  releaseIn,
  retainIn,
  tryRetainIn,
  usageIn,
} from '../../../src/kernel/memory/heap.ts';
import { HEADER, HEAP } from '../../../src/kernel/memory/layout.ts';
import type { Scenario } from '../engine/scenario.ts';

/** Holds the handle of the block that all know. */
const SHARED = HEAP - 1;

function setUp(): void {
  store(arena.cells, HEADER.BREAK, HEAP);
}

function share(): void {
  setUp();
  store(arena.cells, SHARED, allocateIn(arena, 16, 0));
}

function drop(block: number): void {
  if (releaseIn(arena, block)) freeIn(arena, block);
}

// A block is nobody else's until it is given back.
function useBlocks(times: number): void {
  const { cells, tid } = arena;
  for (let i = 0; i < times; i++) {
    const block = allocateIn(arena, 16, 0);
    poke(cells, block, tid);
    if (peek(cells, block) !== tid) throw new Error('Two threads have one block');
    drop(block);
  }
}

// Of a class of which two are a row: the lists are pushed to, and popped from.
function useRows(count: number): void {
  const { cells, tid } = arena;
  const blocks: number[] = [];
  for (let i = 0; i < count; i++) {
    const block = allocateIn(arena, 1400, 0);
    poke(cells, block, tid);
    blocks.push(block);
  }
  for (const block of blocks) {
    if (peek(cells, block) !== tid) throw new Error('Two threads have one block');
  }
  for (const block of blocks) drop(block);
}

function useShared(): void {
  const block = load(arena.cells, SHARED);
  if (!tryRetainIn(arena, block)) return;
  if (load(arena.cells, block - 1) <= 0) throw new Error('A block that is gone was taken');
  retainIn(arena, block);
  drop(block);
  drop(block);
}

function dropShared(): void {
  drop(load(arena.cells, SHARED));
}

function checkUsage(most: number): void {
  const { blocks } = usageIn(arena);
  if (blocks < 0 || blocks > most) throw new Error(`${blocks} blocks are in use`);
  checkFree(16, 3, new Set());
}

// The lists are whole, and no block is in them twice.
function checkFree(size: number, count: number, known: Set<number>): void {
  for (let i = 0; i < count; i++) {
    const block = allocateIn(arena, size, 0);
    if (known.has(block)) throw new Error('A block is free twice');
    known.add(block);
  }
}

// Whoever takes the slot of the dead goes on with its magazine.
function checkRows(most: number): void {
  const own = arena.slot;
  const slots = load(arena.cells, HEADER.SLOTS_HIGH);
  for (let slot = 1; slot < slots; slot++) mendMagazine(arena, slot);
  const { blocks } = usageIn(arena);
  if (blocks < 0 || blocks > most) throw new Error(`${blocks} blocks are in use`);
  const known = new Set<number>();
  for (let slot = 1; slot < slots; slot++) {
    arena.slot = slot;
    checkFree(1400, 5, known);
  }
  arena.slot = own;
}

const common = { setUp, names: { SHARED } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Heap: two threads cut and free blocks',
    threads: { A: () => useBlocks(2), B: () => useBlocks(1) },
    check: () => checkUsage(0),
  },
  {
    ...common,
    setUp: share,
    name: 'Heap: the last reference goes while others are taken',
    threads: { A: useShared, B: useShared, C: dropShared },
    check: () => checkUsage(0),
  },
  {
    ...common,
    name: 'Heap: two threads cut and free blocks, one is killed',
    threads: { V: () => useBlocks(2), A: () => useBlocks(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkUsage(1),
  },
  {
    ...common,
    name: 'Heap: two threads move rows of blocks',
    threads: { A: () => useRows(6), B: () => useRows(5) },
    check: () => checkRows(0),
  },
  {
    ...common,
    name: 'Heap: two threads move rows of blocks, one is killed',
    threads: { V: () => useRows(6), A: () => useRows(5) },
    kills: 1,
    mayDie: ['V'],
    // With five blocks, it may lose a row.
    check: () => checkRows(7),
  },
];

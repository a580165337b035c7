// What each thread refers to, written down where others can read it: when the thread is gone,
// whatever way, its references are given back.
//
// A thread's slot heads a chain of entries, which only that thread changes, each time by one store:
// so whoever reads the chain after its death finds it whole. An entry is made after its reference
// was counted, and goes before that is given back. A thread that dies in between leaves one
// reference too many, never one too few.
import { peek, poke, store } from '../atomics.ts';
import type { Arena } from './arena.ts';
import { allocateIn, freeIn } from './heap.ts';
import { release } from './kinds.ts';
import { SLOT } from './layout.ts';
import { PLAIN } from './strings.ts';

/** Cells of an entry. */
const ENTRY = { NEXT: 0, PREV: 1, HANDLE: 2, CELLS: 3 } as const;

/** Writes down that this thread refers to a block, and gives the entry. */
export function addHolding(home: Arena, handle: number): number {
  const { cells } = home;
  const entry = allocateIn(home, ENTRY.CELLS * 4, PLAIN);
  const head = home.slotOf(home.slot) + SLOT.HELD;
  const first = peek(cells, head);
  poke(cells, entry + ENTRY.HANDLE, handle);
  poke(cells, entry + ENTRY.NEXT, first);
  poke(cells, entry + ENTRY.PREV, 0);
  if (first !== 0) poke(cells, first + ENTRY.PREV, entry);
  store(cells, head, entry);
  return entry;
}

/**
 * Strikes an entry of this thread's out, and gives the block; its reference is the caller's now.
 */
export function takeHolding(home: Arena, entry: number): number {
  const { cells } = home;
  const handle = peek(cells, entry + ENTRY.HANDLE);
  const next = peek(cells, entry + ENTRY.NEXT);
  const prev = peek(cells, entry + ENTRY.PREV);
  if (next !== 0) poke(cells, next + ENTRY.PREV, prev);
  store(cells, prev === 0 ? home.slotOf(home.slot) + SLOT.HELD : prev + ENTRY.NEXT, next);
  freeIn(home, entry);
  return handle;
}

/**
 * Gives back all that the thread of a slot refers to, which has ended or is about to. Who is killed
 * at it leaves one reference too many, and the others to whoever does it again. Throws at the end
 * what the first throws that cannot be given back.
 */
export function releaseHoldings(home: Arena, slotNumber: number): void {
  const { cells } = home;
  const head = home.slotOf(slotNumber) + SLOT.HELD;
  const failures: unknown[] = [];
  for (let entry = peek(cells, head); entry !== 0; entry = peek(cells, head)) {
    const handle = peek(cells, entry + ENTRY.HANDLE);
    const next = peek(cells, entry + ENTRY.NEXT);
    if (next !== 0) poke(cells, next + ENTRY.PREV, 0);
    store(cells, head, next);
    freeIn(home, entry);
    try {
      release(handle);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

// Names of the threads that ended last, for messages about what they left behind.
//
// A small hash table that forgets: a later thread may overwrite the entry of an earlier one.
import { exchange, load, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { freeIn, releaseIn, tryRetainIn } from '../memory/heap.ts';
import { ENDED, ENDED_BITS, ENDED_COUNT, SLOT_BITS, SLOT_MASK } from '../memory/layout.ts';
import { readText } from '../memory/strings.ts';

/** Keeps the name of a thread that ends; the reference to the name's block passes to the table. */
export function keepName(arena: Arena, tid: number, name: number): void {
  const entry = entryOf(arena, tid);
  store(arena.cells, entry, 0);
  const old = exchange(arena.cells, entry + 1, name);
  store(arena.cells, entry, tid);
  if (old !== 0 && releaseIn(arena, old)) freeIn(arena, old);
}

/** The name of a thread that has ended, as far as it is remembered. */
export function nameOfEnded(arena: Arena, tid: number): string {
  const entry = entryOf(arena, tid);
  const name = load(arena.cells, entry + 1);
  if (name === 0 || !tryRetainIn(arena, name)) return 'a thread that has ended';
  const known = load(arena.cells, entry) === tid && load(arena.cells, entry + 1) === name;
  const text = readText(arena, name);
  if (releaseIn(arena, name)) freeIn(arena, name);
  return known ? text : 'a thread that has ended';
}

// Generations of one slot have entries side by side; those of another begin far away (Knuth, "The
// Art of Computer Programming" 3, 6.4), or the few small slots and generations of a young program,
// such as those of one process that was killed, would meet.
function entryOf(arena: Arena, tid: number): number {
  const begin = Math.imul(tid & SLOT_MASK, 0x9e37_79b1) >>> (32 - ENDED_BITS);
  const entry = (begin + (tid >>> SLOT_BITS)) & (ENDED_COUNT - 1);
  return arena.base + ENDED + entry * 2;
}

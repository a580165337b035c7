// Is anybody left that could go on? When every thread of the program blocks without a time-out,
// nothing can happen any more: no event loop turns, so nothing asynchronous does either.
//
// As Go's "all goroutines are asleep".
import type { Arena } from '../memory/arena.ts';
import { load, peek } from '../atomics.ts';
import { isSited } from '../memory/heap.ts';
import { BLOCK, HEADER, PRIM, PRIM_TYPE, RELEASED_BY, SLOT } from '../memory/layout.ts';
import { edgeOf, ownerOf } from './graph.ts';
import type { Edge } from './graph.ts';

/** What all threads of the program block on; null when one of them can go on. */
export function findStuck(arena: Arena): Edge[] | null {
  const { cells } = arena;
  const edges: Edge[] = [];
  const high = load(cells, HEADER.SLOTS_HIGH);
  for (let number = 1; number < high; number++) {
    const slot = arena.slotOf(number);
    // Without a thread it is the keeper, or a worker that boots or is parked, and nobody who could
    // give it one is left. The helper and those run no code of the user's.
    if (load(cells, slot + SLOT.THREAD) === 0) continue;
    const edge = edgeOf(arena, load(cells, slot + SLOT.TID));
    if (edge === null) return null;
    edges.push(edge);
  }
  return edges;
}

/**
 * Whether some of them wait for one another in a cycle: those break it, and go on, and then others
 * may, too.
 */
export function haveCycle(arena: Arena, edges: readonly Edge[]): boolean {
  const owners = new Map<number, number>();
  for (const { tid, prim, by } of edges) {
    if (by === RELEASED_BY.OWNER) owners.set(tid, ownerOf(arena, prim));
  }
  // Who is in no cycle leaves the walk, or has been gone by.
  for (const start of owners.keys()) {
    const passed = new Set<number>();
    let tid = start;
    while (tid !== 0 && !passed.has(tid)) {
      passed.add(tid);
      tid = owners.get(tid) ?? 0;
      if (tid === start) return true;
    }
  }
  return false;
}

/**
 * Of those that are stuck, the ones that may be told: who waits for a lock that only its owner
 * releases, or for one that he holds himself.
 */
export function entitled(arena: Arena, edges: readonly Edge[]): Edge[] {
  return edges.filter(({ tid, prim, by }) => {
    const type = peek(arena.cells, prim + PRIM.TYPE);
    if (type === PRIM_TYPE.THREAD) return false;
    const owner = ownerOf(arena, prim);
    return by === RELEASED_BY.OWNER ? owner !== 0 : owner === tid;
  });
}

/** Whether this thread waits for a lock that it holds itself. */
export function holdsItself(arena: Arena, prim: number): boolean {
  return ownerOf(arena, prim) === arena.tid;
}

/**
 * Whether no other thread knows an object or can come to know it. The reference is this thread's.
 */
export function isPrivate(arena: Arena, handle: number): boolean {
  return load(arena.cells, handle + BLOCK.COUNT) === 1 && !isSited(arena, handle);
}

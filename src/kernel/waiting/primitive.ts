// A primitive's cells at its birth.
import { poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { PRIM } from '../memory/layout.ts';

/** Fills a new block as a primitive that nobody holds or waits for. */
export function initPrim(arena: Arena, handle: number, type: number): void {
  for (let field = 0; field < PRIM.CELLS; field++) poke(arena.cells, handle + field, 0);
  poke(arena.cells, handle + PRIM.TYPE, type);
  store(arena.cells, handle + PRIM.WORD, 0);
}

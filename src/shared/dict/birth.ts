// The beginning and the end of a dict's block.
import { PRIM_TYPE, arena, atomics, initPrim, release, homeOf } from '../../kernel/index.ts';
import type { Birth } from '../../kernel/index.ts';
import { finish } from './journal.ts';
import { mergeEntries } from './operations.ts';
import { DICT, detachAll, dropData } from './table.ts';

/** How a dict comes into the world: with its first entries, or not at all. */
export function birthOf(kind: number, entries: unknown, action: string): Birth {
  return {
    kind,
    byteLength: DICT.CELLS * 4,
    given: entries,
    init: (handle) => {
      initPrim(homeOf(handle), handle, PRIM_TYPE.LOCK);
      atomics.poke(arena.cells, handle + DICT.DATA, 0);
      atomics.poke(arena.cells, handle + DICT.JOURNAL, 0);
      atomics.poke(arena.cells, handle + DICT.SEED, Math.floor(Math.random() * 2 ** 32));
      try {
        mergeEntries(handle, entries, action);
      } catch (error) {
        release(handle);
        throw error;
      }
    },
  };
}

/** Lets go of all that is in a dict that nobody refers to any more. */
export function destroyDict(dict: number): void {
  // The last who used it may have been killed in the midst of a merge.
  finish(dict);
  dropData(detachAll(dict));
}

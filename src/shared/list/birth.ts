// The beginning and the end of a list's block.
import { PRIM_TYPE, arena, atomics, initPrim, release, homeOf } from '../../kernel/index.ts';
import type { Birth } from '../../kernel/index.ts';
import { requireIterable } from '../arguments.ts';
import { LIST, detachAll, dropData } from './block.ts';
import { pushItems } from './operations.ts';

/** How a list comes into the world: with its first items, or not at all. */
export function birthOf(kind: number, values: Iterable<unknown>): Birth {
  return {
    kind,
    byteLength: LIST.CELLS * 4,
    given: values,
    init: (handle) => {
      initPrim(homeOf(handle), handle, PRIM_TYPE.LOCK);
      atomics.poke(arena.cells, handle + LIST.DATA, 0);
      try {
        pushItems(handle, requireIterable(values, 'make a SharedList from'));
      } catch (error) {
        release(handle);
        throw error;
      }
    },
  };
}

/** Lets go of the items of a list that nobody refers to any more. */
export function destroyList(list: number): void {
  dropData(detachAll(list));
}

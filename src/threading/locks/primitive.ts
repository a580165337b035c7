// What all synchronisation objects are born with: a primitive's cells and, if given, a name.
import { PRIM, arena, atomics, initPrim, release, writeText, homeOf } from '../../kernel/index.ts';
import type { Birth } from '../../kernel/index.ts';
import { textOf } from '../thread-options.ts';
import type { NamedOptions } from '../types.ts';

/** How a new primitive, or one that is attached to, comes into the world. */
export function primitive(kind: number, type: number, options: NamedOptions): Birth {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot make a lock or event with ${String(options)} as an object of options is wanted\n` +
        "Write { name: 'ledger' }",
    );
  }
  return {
    kind,
    byteLength: PRIM.CELLS * 4,
    given: options,
    init: (handle) => {
      initPrim(homeOf(handle), handle, type);
      const { name } = options;
      if (name !== undefined) {
        atomics.store(arena.cells, handle + PRIM.NAME, writeText(homeOf(handle), textOf(name)));
      }
    },
  };
}

/** Releases what a primitive refers to. */
export function destroyPrimitive(handle: number): void {
  const name = atomics.peek(arena.cells, handle + PRIM.NAME);
  if (name !== 0) release(name);
}

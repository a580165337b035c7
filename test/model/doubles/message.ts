// Stands in for the messages of the wire room in the model: values are `{ n }` with a number.
import { allocate, arena, atomics } from '../../../src/kernel/index.ts';

/** A value that travels. */
export interface Boxed {
  readonly n: number;
}

/** Writes a value into a block, which is the caller's. */
export function store(value: unknown, what: string): number {
  if (typeof value !== 'object' || value === null || !('n' in value)) {
    throw new TypeError(`Cannot write the ${what} in the model as it is no box`);
  }
  const block = allocate(8);
  atomics.poke(arena.cells, block, (value as Boxed).n);
  return block;
}

/** The value in a block. */
export function load(block: number): Boxed {
  return { n: atomics.peek(arena.cells, block) };
}

/** The same: a box needs no module. */
export const loadAsync: (block: number) => unknown = load;

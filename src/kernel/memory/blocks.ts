// Blocks of the program's own arena, for the rooms above.
import { homeOf } from '../family/family.ts';
import { arena } from './arena.ts';
import { capacityIn, countIn, retainIn, tryRetainIn, usageIn } from './heap.ts';
import { allocateKind } from './kinds.ts';
import { PLAIN } from './strings.ts';

/** Every cell of the arena; a handle is an index into it. */
export const cells: typeof arena.cells = arena.cells;

/**
 * The bytes of the arena that a cell is in, which another process may have written: its memory is
 * here from then on.
 */
export function bytesOf(index: number): typeof arena.bytes {
  return homeOf(index).bytes;
}

/** Where in {@link bytesOf} those of a cell begin; the bytes of a block begin with its handle's. */
export function offsetOf(index: number): number {
  return homeOf(index).offsetOf(index);
}

/**
 * Cuts a block with one reference, which is the caller's. Its bytes hold whatever was there before.
 *
 * @param home where; this process's own arena unless it is said
 */
export function allocate(
  byteLength: number,
  kind: number = PLAIN,
  home: typeof arena = arena,
): number {
  return allocateKind(home, byteLength, kind);
}

/** Counts one more reference to a block. */
export function retain(handle: number): void {
  retainIn(arena, handle);
}

/** Counts one more reference unless there is none left; false then. */
export function tryRetain(handle: number): boolean {
  return tryRetainIn(arena, handle);
}

/** References to a block, of all threads and containers; another number a moment later. */
export function referencesTo(handle: number): number {
  return countIn(arena, handle);
}

/** Bytes that a block has room for. */
export function byteLengthOf(handle: number): number {
  return capacityIn(arena, handle);
}

/** Bytes and blocks in use. */
export function usage(): { bytes: number; blocks: number } {
  return usageIn(arena);
}

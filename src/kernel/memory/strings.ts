// Short texts in the arena: names, places in sources. A block with its length, then UTF-8.
import type { Arena } from './arena.ts';
import { load, peek, poke } from '../atomics.ts';
import { allocateIn, capacityIn } from './heap.ts';

/** Kind of blocks that refer to nothing. */
export const PLAIN = 0;

/** Writes a text into a new block. */
export function writeText(arena: Arena, text: string): number {
  const length = Buffer.byteLength(text);
  const handle = allocateIn(arena, 4 + length, PLAIN);
  poke(arena.cells, handle, length);
  arena.bytes.write(text, arena.offsetOf(handle) + 4, length);
  return handle;
}

/** Reads a text; '' for handle 0. */
export function readText(arena: Arena, handle: number): string {
  if (handle === 0) return '';
  const start = arena.offsetOf(handle) + 4;
  // Bounded, as a reader may hold a handle that was freed a moment ago, and finds out only
  // afterwards.
  const length = Math.min(peek(arena.cells, handle) >>> 0, capacityIn(arena, handle) - 4);
  return arena.bytes.toString('utf8', start, start + length);
}

/** Reads the text that a cell refers to, which others may replace and free meanwhile. */
export function readTextAt(arena: Arena, index: number): string {
  for (;;) {
    const handle = load(arena.cells, index);
    const text = readText(arena, handle);
    if (load(arena.cells, index) === handle) return text;
  }
}

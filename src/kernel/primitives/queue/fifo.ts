// First in, first out: slots in chunks that are linked, one lock for putters and one for getters.
//
//   HEAD, PUTS   how many items were taken and put: an item is there when PUTS counts it, and gone
//                when HEAD does; each is one store
//   chunks       a slot for each item; found from HEAD_CHUNK or TAIL_CHUNK, which may lag behind
//
// Putters and getters touch the same cells only when the queue is nearly empty. A chunk goes when
// its last item has gone. After the two-lock queue of Michael and Scott (1996), with the chunks of
// an unrolled list; a ring would have to be copied as it grows, with both locks held.
import { load, peek, poke, store, wide } from '../../atomics.ts';
import type { Arena } from '../../memory/arena.ts';
import { allocateIn, freeIn } from '../../memory/heap.ts';
import { PLAIN } from '../../memory/strings.ts';
import { CLAIM, freeClaim, noteVoid, slotOfClaim, strikeUndo } from './claims.ts';
import { QUEUE } from './layout.ts';

/** Cells of a chunk: the next one, which item has its first slot, and the slots. */
const CHUNK = { NEXT: 0, BASE: 1, SLOTS: 2 } as const;

/** As many slots as fill a block of 512 bytes. */
const SLOTS = 62;

/** Gives a new queue its first chunk. */
export function initFifo(arena: Arena, queue: number): void {
  const chunk = newChunk(arena, 0, 0);
  poke(arena.cells, queue + QUEUE.TAIL_CHUNK, chunk);
  poke(arena.cells, queue + QUEUE.HEAD_CHUNK, chunk);
}

/** How many items there are. */
export function sizeOfFifo(arena: Arena, queue: number): number {
  const { cells } = arena;
  // In this order it is never negative.
  const head = load(cells, queue + QUEUE.HEAD);
  return (load(cells, queue + QUEUE.PUTS) - head) | 0;
}

/**
 * Adds an item at the end, if the last chunk has room; else false. The putters' lock is held.
 */
export function addToChunk(arena: Arena, queue: number, slot: number): boolean {
  const { cells } = arena;
  const puts = peek(cells, queue + QUEUE.PUTS);
  const chunk = peek(cells, queue + QUEUE.TAIL_CHUNK);
  const place = (puts - peek(cells, chunk + CHUNK.BASE)) | 0;
  if (place >= SLOTS) return false;
  wide.poke(arena.numbers, (chunk + CHUNK.SLOTS) / 2 + place, slot);
  store(cells, queue + QUEUE.PUTS, (puts + 1) | 0);
  return true;
}

/** Adds an item at the end. The putters' lock is held. */
export function addFifo(arena: Arena, queue: number, slot: number): void {
  const { cells } = arena;
  while (!addToChunk(arena, queue, slot)) {
    const chunk = peek(cells, queue + QUEUE.TAIL_CHUNK);
    if (load(cells, chunk + CHUNK.NEXT) === 0) {
      const base = (peek(cells, chunk + CHUNK.BASE) + SLOTS) | 0;
      store(cells, chunk + CHUNK.NEXT, newChunk(arena, base, 0));
    }
    poke(cells, queue + QUEUE.TAIL_CHUNK, load(cells, chunk + CHUNK.NEXT));
  }
}

/**
 * Takes the first item under a claim, which it gives; 0 when there is none, or it is not in the
 * first chunk. The getters' lock is held.
 */
export function takeFromChunk(arena: Arena, queue: number): number {
  const { cells, numbers } = arena;
  const head = peek(cells, queue + QUEUE.HEAD);
  if (head === peek(cells, queue + QUEUE.PUTS_SEEN) && !seePuts(arena, queue, head)) return 0;
  const chunk = peek(cells, queue + QUEUE.HEAD_CHUNK);
  const place = (head - peek(cells, chunk + CHUNK.BASE)) | 0;
  if (place >= SLOTS) return 0;
  const claim = freeClaim(arena, queue);
  noteVoid(arena, queue, queue + QUEUE.HEAD, head, claim);
  const slot = wide.peek(numbers, (chunk + CHUNK.SLOTS) / 2 + place);
  wide.poke(numbers, (claim + CLAIM.SLOT) / 2, slot);
  poke(cells, claim + CLAIM.TID, arena.tid);
  store(cells, queue + QUEUE.HEAD, (head + 1) | 0);
  return claim;
}

/**
 * Takes the first item under a claim, which it gives; 0 when there is none. The getters' lock is
 * held.
 */
export function takeFifo(arena: Arena, queue: number): number {
  // An empty queue's putters may still be at the chunk that its getters have emptied.
  if (sizeOfFifo(arena, queue) === 0) return 0;
  headChunk(arena, queue, peek(arena.cells, queue + QUEUE.HEAD));
  return takeFromChunk(arena, queue);
}

/** Puts the item of a claim back, as the first. The getters' lock is held. */
export function putBackFifo(arena: Arena, queue: number, claim: number): void {
  const { cells } = arena;
  const head = (peek(cells, queue + QUEUE.HEAD) - 1) | 0;
  let chunk = peek(cells, queue + QUEUE.HEAD_CHUNK);
  const base = peek(cells, chunk + CHUNK.BASE);
  if (((head - base) | 0) < 0) {
    chunk = newChunk(arena, (base - SLOTS) | 0, chunk);
    store(cells, queue + QUEUE.HEAD_CHUNK, chunk);
  } else {
    chunk = headChunk(arena, queue, head);
  }
  wide.poke(arena.numbers, slotIndex(arena, chunk, head), slotOfClaim(arena, claim));
  noteVoid(arena, queue, queue + QUEUE.HEAD, head, claim);
  store(cells, queue + QUEUE.HEAD, head);
  store(cells, claim + CLAIM.TID, 0);
  strikeUndo(arena, queue);
}

/**
 * Takes the slots out of all items, and gives them; the items stay, as plain zeros. Both locks are
 * held, or nobody knows the queue any more.
 */
export function emptyFifo(arena: Arena, queue: number): number[] {
  const { cells, numbers } = arena;
  const slots: number[] = [];
  const puts = load(cells, queue + QUEUE.PUTS);
  let chunk = peek(cells, queue + QUEUE.HEAD_CHUNK);
  for (let at = peek(cells, queue + QUEUE.HEAD); at !== puts; at = (at + 1) | 0) {
    while (((at - peek(cells, chunk + CHUNK.BASE)) | 0) >= SLOTS) {
      chunk = load(cells, chunk + CHUNK.NEXT);
    }
    const index = slotIndex(arena, chunk, at);
    slots.push(wide.peek(numbers, index));
    wide.poke(numbers, index, 0);
  }
  return slots;
}

/** Frees the chunks. */
export function freeFifo(arena: Arena, queue: number): void {
  const { cells } = arena;
  for (let chunk = peek(cells, queue + QUEUE.HEAD_CHUNK); chunk !== 0;) {
    const next = load(cells, chunk + CHUNK.NEXT);
    freeIn(arena, chunk);
    chunk = next;
  }
}

// The chunk with the slot of an item that is the first, or is about to be. Those before it go:
// nobody has anything in them; putters are at this one or further.
function headChunk(arena: Arena, queue: number, head: number): number {
  const { cells } = arena;
  let chunk = peek(cells, queue + QUEUE.HEAD_CHUNK);
  while (((head - peek(cells, chunk + CHUNK.BASE)) | 0) >= SLOTS) {
    const next = load(cells, chunk + CHUNK.NEXT);
    store(cells, queue + QUEUE.HEAD_CHUNK, next);
    freeIn(arena, chunk);
    chunk = next;
  }
  return chunk;
}

function seePuts(arena: Arena, queue: number, head: number): boolean {
  const puts = load(arena.cells, queue + QUEUE.PUTS);
  poke(arena.cells, queue + QUEUE.PUTS_SEEN, puts);
  return puts !== head;
}

function newChunk(arena: Arena, base: number, next: number): number {
  const chunk = allocateIn(arena, (CHUNK.SLOTS + SLOTS * 2) * 4, PLAIN);
  poke(arena.cells, chunk + CHUNK.BASE, base);
  poke(arena.cells, chunk + CHUNK.NEXT, next);
  return chunk;
}

function slotIndex(arena: Arena, chunk: number, position: number): number {
  const base = peek(arena.cells, chunk + CHUNK.BASE);
  return (chunk + CHUNK.SLOTS) / 2 + ((position - base) | 0);
}

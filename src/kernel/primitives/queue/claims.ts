// Items between the queue and the one who took them.
//
// A getter takes an item out in one step, but has then to make a value of it, which may take long
// and may fail. Meanwhile the item is under a claim: a record of the item with the getter's thread
// id. He gives up the claim as the last thing that he does, so a getter that dies anywhere before
// leaves it, and the next who comes puts the item back. An item that cannot be read is put back by
// the getter himself.
//
// Making a claim and taking the item are two steps. So that a death in between neither loses the
// item nor doubles it, the getters' lock guards a note of what to undo:
//
//   if cell KEY still has the value EXPECTED, then cell TARGET gets the value BEFORE
//
// where KEY is the cell whose store takes the item (or puts it back). Who takes the lock over from
// a dead thread does what the note says.
import { compareExchange, load, peek, poke, store, wide } from '../../atomics.ts';
import type { Arena } from '../../memory/arena.ts';
import { allocateIn, freeIn } from '../../memory/heap.ts';
import { PLAIN } from '../../memory/strings.ts';
import { hasDied } from '../../table/liveness.ts';
import { QUEUE } from './layout.ts';

/** Cells of a claim. SLOT and RANK are 64-bit numbers. */
export const CLAIM = {
  /** Thread that has taken the item; 0 for a claim that is free. */
  TID: 0,
  /** Priority: number of arrival, and the block with a rank that is a string. */
  ARRIVAL: 1,
  TEXT: 2,
  SLOT: 4,
  RANK: 6,
  CELLS: 8,
} as const;

/** Cells of a block of claims: the next block, then the claims. */
const BLOCK = { NEXT: 0, CLAIMS: 2, CELLS: 58 } as const;

const UNDO = { KEY: 0, EXPECTED: 1, TARGET: 2, BEFORE: 3 } as const;

/** Makes a block of claims, all free. */
export function newClaims(arena: Arena): number {
  const block = allocateIn(arena, BLOCK.CELLS * 4, PLAIN);
  for (let cell = 0; cell < BLOCK.CELLS; cell++) poke(arena.cells, block + cell, 0);
  return block;
}

/** A claim that nobody has. The getters' lock is held. */
export function freeClaim(arena: Arena, queue: number): number {
  const { cells } = arena;
  const first = peek(cells, queue + QUEUE.CLAIMS);
  if (load(cells, first + BLOCK.CLAIMS + CLAIM.TID) === 0) return first + BLOCK.CLAIMS;
  return findClaim(arena, first);
}

function findClaim(arena: Arena, first: number): number {
  const { cells } = arena;
  for (let block = first; ;) {
    for (let claim = block + BLOCK.CLAIMS; claim < block + BLOCK.CELLS; claim += CLAIM.CELLS) {
      if (load(cells, claim + CLAIM.TID) === 0) return claim;
    }
    const next = load(cells, block + BLOCK.NEXT);
    if (next === 0) store(cells, block + BLOCK.NEXT, newClaims(arena));
    block = load(cells, block + BLOCK.NEXT);
  }
}

/** Gives a claim up, as the value has arrived; false when the item was put back since. */
export function giveUpClaim(arena: Arena, claim: number): boolean {
  const { cells, tid } = arena;
  return compareExchange(cells, claim + CLAIM.TID, tid, 0) === tid;
}

/** Whether the claim is still this thread's. */
export function isClaimed(arena: Arena, claim: number): boolean {
  return load(arena.cells, claim + CLAIM.TID) === arena.tid;
}

/** The slot of the item under a claim. */
export function slotOfClaim(arena: Arena, claim: number): number {
  return wide.peek(arena.numbers, (claim + CLAIM.SLOT) / 2);
}

/** The block with the rank of the item under a claim, or 0. */
export function textOfClaim(arena: Arena, claim: number): number {
  return peek(arena.cells, claim + CLAIM.TEXT);
}

/**
 * A claim of a thread that has ended, or 0.
 *
 * @param ask also ask the operating system whether it has
 */
export function orphanedClaim(arena: Arena, queue: number, ask: boolean): number {
  const { cells } = arena;
  for (let block = peek(cells, queue + QUEUE.CLAIMS); block !== 0;) {
    for (let claim = block + BLOCK.CLAIMS; claim < block + BLOCK.CELLS; claim += CLAIM.CELLS) {
      const tid = load(cells, claim + CLAIM.TID);
      if (tid !== 0 && tid !== arena.tid && hasDied(arena, tid, ask)) return claim;
    }
    block = load(cells, block + BLOCK.NEXT);
  }
  return 0;
}

/** Frees the blocks of claims, and calls for the claims that dead threads have left. */
export function dropClaims(arena: Arena, queue: number, drop: (claim: number) => void): void {
  const { cells } = arena;
  for (let block = peek(cells, queue + QUEUE.CLAIMS); block !== 0;) {
    for (let claim = block + BLOCK.CLAIMS; claim < block + BLOCK.CELLS; claim += CLAIM.CELLS) {
      if (load(cells, claim + CLAIM.TID) !== 0) drop(claim);
    }
    const next = load(cells, block + BLOCK.NEXT);
    freeIn(arena, block);
    block = next;
  }
}

/** Notes that a claim is void if the key cell has the value. The getters' lock is held. */
export function noteVoid(
  arena: Arena,
  queue: number,
  key: number,
  expected: number,
  claim: number,
): void {
  noteUndo(arena, queue, key, expected, claim + CLAIM.TID, 0);
}

/** Notes what to undo if the key cell has the value. The getters' lock is held. */
export function noteUndo(
  arena: Arena,
  queue: number,
  key: number,
  expected: number,
  target: number,
  before: number,
): void {
  const { cells } = arena;
  const note = queue + QUEUE.UNDO;
  // Half a note must never count.
  poke(cells, note + UNDO.KEY, 0);
  poke(cells, note + UNDO.EXPECTED, expected);
  poke(cells, note + UNDO.TARGET, target);
  poke(cells, note + UNDO.BEFORE, before);
  poke(cells, note + UNDO.KEY, key);
}

/** Strikes the note out: the key cell is about to change for another reason. */
export function strikeUndo(arena: Arena, queue: number): void {
  poke(arena.cells, queue + QUEUE.UNDO + UNDO.KEY, 0);
}

/** Does what the note says, after the holder of the getters' lock died. */
export function undo(arena: Arena, queue: number): void {
  const { cells } = arena;
  const note = queue + QUEUE.UNDO;
  const key = peek(cells, note + UNDO.KEY);
  if (key !== 0 && load(cells, key) === peek(cells, note + UNDO.EXPECTED)) {
    store(cells, peek(cells, note + UNDO.TARGET), peek(cells, note + UNDO.BEFORE));
  }
  poke(cells, note + UNDO.KEY, 0);
}

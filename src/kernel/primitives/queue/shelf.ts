// Last in, first out, and smallest first: entries on a shelf, and an order of them.
//
//   shelf    CAPACITY, then so many entries, then as many entry numbers:
//            the first COUNT of these are the items, in order; the others are free entries
//   order    LIFO: the last is the next to leave
//            priority: a binary heap, the first is the next; equal ranks leave as they arrived
//
// The STATE of an entry is the truth: one store puts an item or takes it. The order is only an
// index of it, and is made anew when a thread dies in the midst of changing it.
//
// All functions here want the getters' lock held.
import { load, peek, poke, store, wide } from '../../atomics.ts';
import type { Arena } from '../../memory/arena.ts';
import { allocateIn, capacityIn, freeIn } from '../../memory/heap.ts';
import { PLAIN, readText } from '../../memory/strings.ts';
import { CLAIM, freeClaim, noteUndo, noteVoid, slotOfClaim, strikeUndo } from './claims.ts';
import { ORDER, QUEUE } from './layout.ts';

/** Cells of a shelf. */
const SHELF = { CAPACITY: 0, ENTRIES: 2 } as const;

/** Cells of an entry. SLOT and RANK are 64-bit numbers. */
const ENTRY = { STATE: 0, ARRIVAL: 1, TEXT: 2, SLOT: 4, RANK: 6, CELLS: 8 } as const;
const STATE = { FREE: 0, IN: 1 } as const;

const FEWEST = 7;

/** What decides when an item leaves: a number, or a block with a text. */
export interface Rank {
  readonly number: number;
  readonly text: number;
}

/** Gives a new queue its first shelf. */
export function initShelf(arena: Arena, queue: number): void {
  poke(arena.cells, queue + QUEUE.SHELF, newShelf(arena, FEWEST));
}

/** Adds an item; false when it cannot be compared with those that are there. */
export function addShelf(arena: Arena, queue: number, slot: number, rank: Rank): boolean {
  const { cells } = arena;
  const count = peek(cells, queue + QUEUE.COUNT);
  if (count > 0 && hasText(arena, entryAt(arena, queue, 0)) !== (rank.text !== 0)) return false;
  const entry = freeEntry(arena, queue);
  poke(cells, entry + ENTRY.ARRIVAL, nextArrival(arena, queue));
  poke(cells, entry + ENTRY.TEXT, rank.text);
  wide.poke(arena.numbers, (entry + ENTRY.RANK) / 2, rank.number);
  wide.poke(arena.numbers, (entry + ENTRY.SLOT) / 2, slot);
  const puts = peek(cells, queue + QUEUE.PUTS);
  noteUndo(arena, queue, entry + ENTRY.STATE, STATE.FREE, queue + QUEUE.PUTS, puts);
  store(cells, queue + QUEUE.PUTS, (puts + 1) | 0);
  store(cells, entry + ENTRY.STATE, STATE.IN);
  include(arena, queue, count);
  return true;
}

/** Takes the next item under a claim, which it gives; 0 when there is none. */
export function takeShelf(arena: Arena, queue: number): number {
  const { cells, numbers } = arena;
  const count = peek(cells, queue + QUEUE.COUNT);
  if (count === 0) return 0;
  const place = peek(cells, queue + QUEUE.ORDER) === ORDER.LIFO ? count - 1 : 0;
  const entry = entryAt(arena, queue, place);
  const claim = freeClaim(arena, queue);
  noteVoid(arena, queue, entry + ENTRY.STATE, STATE.IN, claim);
  poke(cells, claim + CLAIM.ARRIVAL, peek(cells, entry + ENTRY.ARRIVAL));
  poke(cells, claim + CLAIM.TEXT, peek(cells, entry + ENTRY.TEXT));
  wide.poke(numbers, (claim + CLAIM.RANK) / 2, wide.peek(numbers, (entry + ENTRY.RANK) / 2));
  wide.poke(numbers, (claim + CLAIM.SLOT) / 2, wide.peek(numbers, (entry + ENTRY.SLOT) / 2));
  poke(cells, claim + CLAIM.TID, arena.tid);
  store(cells, entry + ENTRY.STATE, STATE.FREE);
  exclude(arena, queue, place, count - 1);
  return claim;
}

/** Puts the item of a claim back: as the last that came, or where its rank and arrival put it. */
export function putBackShelf(arena: Arena, queue: number, claim: number): void {
  const { cells, numbers } = arena;
  const isLifo = peek(cells, queue + QUEUE.ORDER) === ORDER.LIFO;
  const entry = freeEntry(arena, queue);
  const arrival = isLifo ? nextArrival(arena, queue) : peek(cells, claim + CLAIM.ARRIVAL);
  poke(cells, entry + ENTRY.ARRIVAL, arrival);
  poke(cells, entry + ENTRY.TEXT, peek(cells, claim + CLAIM.TEXT));
  wide.poke(numbers, (entry + ENTRY.RANK) / 2, wide.peek(numbers, (claim + CLAIM.RANK) / 2));
  wide.poke(numbers, (entry + ENTRY.SLOT) / 2, slotOfClaim(arena, claim));
  noteVoid(arena, queue, entry + ENTRY.STATE, STATE.IN, claim);
  store(cells, entry + ENTRY.STATE, STATE.IN);
  store(cells, claim + CLAIM.TID, 0);
  include(arena, queue, peek(cells, queue + QUEUE.COUNT));
  strikeUndo(arena, queue);
}

/** Makes the order anew from the entries, after a thread died in the midst of changing it. */
export function reorderShelf(arena: Arena, queue: number): void {
  const { cells } = arena;
  const capacity = peek(cells, peek(cells, queue + QUEUE.SHELF) + SHELF.CAPACITY);
  const all = Array.from({ length: capacity }, (_, number) => number);
  const isIn = (number: number): boolean =>
    load(cells, entryOf(arena, queue, number) + ENTRY.STATE) === STATE.IN;
  const items = all.filter(isIn);
  // What is sorted is a heap, too.
  items.sort((a, b) =>
    isBefore(arena, queue, entryOf(arena, queue, a), entryOf(arena, queue, b)) ? -1 : 1,
  );
  const order = orderOf(arena, queue);
  const free = all.filter((number) => !isIn(number));
  for (const [place, number] of [...items, ...free].entries()) poke(cells, order + place, number);
  poke(cells, queue + QUEUE.COUNT, items.length);
}

/** Takes slots and texts out of all items, and gives them; the items stay, as plain zeros. */
export function emptyShelf(arena: Arena, queue: number): { slots: number[]; texts: number[] } {
  const { cells, numbers } = arena;
  const slots: number[] = [];
  const texts: number[] = [];
  const count = peek(cells, queue + QUEUE.COUNT);
  for (let place = 0; place < count; place++) {
    const entry = entryAt(arena, queue, place);
    slots.push(wide.peek(numbers, (entry + ENTRY.SLOT) / 2));
    texts.push(peek(cells, entry + ENTRY.TEXT));
    wide.poke(numbers, (entry + ENTRY.SLOT) / 2, 0);
    poke(cells, entry + ENTRY.TEXT, 0);
  }
  return { slots, texts: texts.filter((text) => text !== 0) };
}

/** Frees the shelf. */
export function freeShelf(arena: Arena, queue: number): void {
  freeIn(arena, peek(arena.cells, queue + QUEUE.SHELF));
}

function nextArrival(arena: Arena, queue: number): number {
  const { cells } = arena;
  const arrival = (peek(cells, queue + QUEUE.ARRIVAL) + 1) | 0;
  poke(cells, queue + QUEUE.ARRIVAL, arrival);
  return arrival;
}

// A free entry: the first that stands behind the items in the order.
function freeEntry(arena: Arena, queue: number): number {
  const { cells } = arena;
  const shelf = peek(cells, queue + QUEUE.SHELF);
  const capacity = peek(cells, shelf + SHELF.CAPACITY);
  const count = peek(cells, queue + QUEUE.COUNT);
  if (count === capacity) growShelf(arena, queue, shelf, capacity);
  return entryAt(arena, queue, count);
}

function growShelf(arena: Arena, queue: number, shelf: number, capacity: number): void {
  const { cells, bytes } = arena;
  const next = newShelf(arena, capacity * 2);
  // Entries and order are cells like any others, and keep their numbers.
  const [from = 0, to = 0] = [shelf, next].map((data) => arena.offsetOf(data + SHELF.ENTRIES));
  bytes.copy(bytes, to, from, from + capacity * ENTRY.CELLS * 4);
  const order = orderOf(arena, queue);
  const nextOrder = orderIn(arena, next);
  for (let place = 0; place < capacity; place++) {
    poke(cells, nextOrder + place, peek(cells, order + place));
  }
  // The note names a cell of the old shelf.
  strikeUndo(arena, queue);
  store(cells, queue + QUEUE.SHELF, next);
  freeIn(arena, shelf);
}

function newShelf(arena: Arena, least: number): number {
  const { cells } = arena;
  const perEntry = ENTRY.CELLS + 1;
  const shelf = allocateIn(arena, (SHELF.ENTRIES + least * perEntry) * 4, PLAIN);
  // The block may have come larger than it was asked for.
  const capacity = Math.floor((capacityIn(arena, shelf) / 4 - SHELF.ENTRIES) / perEntry);
  poke(cells, shelf + SHELF.CAPACITY, capacity);
  for (let number = 0; number < capacity; number++) {
    poke(cells, shelf + SHELF.ENTRIES + number * ENTRY.CELLS + ENTRY.STATE, STATE.FREE);
    poke(cells, orderIn(arena, shelf) + number, number);
  }
  return shelf;
}

function entryOf(arena: Arena, queue: number, number: number): number {
  return peek(arena.cells, queue + QUEUE.SHELF) + SHELF.ENTRIES + number * ENTRY.CELLS;
}

function entryAt(arena: Arena, queue: number, place: number): number {
  return entryOf(arena, queue, peek(arena.cells, orderOf(arena, queue) + place));
}

function orderOf(arena: Arena, queue: number): number {
  return orderIn(arena, peek(arena.cells, queue + QUEUE.SHELF));
}

function orderIn(arena: Arena, shelf: number): number {
  return shelf + SHELF.ENTRIES + peek(arena.cells, shelf + SHELF.CAPACITY) * ENTRY.CELLS;
}

// The entry at a place is an item now: it goes up until what is above it leaves earlier.
function include(arena: Arena, queue: number, last: number): void {
  const { cells } = arena;
  poke(cells, queue + QUEUE.COUNT, last + 1);
  if (peek(cells, queue + QUEUE.ORDER) === ORDER.LIFO) return;
  let place = last;
  while (place > 0) {
    const above = (place - 1) >> 1;
    const [entry, upper] = [entryAt(arena, queue, place), entryAt(arena, queue, above)];
    if (!isBefore(arena, queue, entry, upper)) return;
    swap(arena, queue, place, above);
    place = above;
  }
}

// The entry at a place is free now: the last takes its place, and goes down until what is below
// leaves later.
function exclude(arena: Arena, queue: number, gone: number, last: number): void {
  const { cells } = arena;
  swap(arena, queue, gone, last);
  poke(cells, queue + QUEUE.COUNT, last);
  if (peek(cells, queue + QUEUE.ORDER) === ORDER.LIFO) return;
  let place = gone;
  for (;;) {
    let below = 2 * place + 1;
    if (below >= last) return;
    if (below + 1 < last) {
      const [left, right] = [entryAt(arena, queue, below), entryAt(arena, queue, below + 1)];
      if (isBefore(arena, queue, right, left)) below += 1;
    }
    const [entry, lower] = [entryAt(arena, queue, place), entryAt(arena, queue, below)];
    if (!isBefore(arena, queue, lower, entry)) return;
    swap(arena, queue, place, below);
    place = below;
  }
}

function swap(arena: Arena, queue: number, a: number, b: number): void {
  const { cells } = arena;
  const order = orderOf(arena, queue);
  const number = peek(cells, order + a);
  poke(cells, order + a, peek(cells, order + b));
  poke(cells, order + b, number);
}

// Whether one of two entries leaves before the other; for LIFO, whether it lies below it.
function isBefore(arena: Arena, queue: number, a: number, b: number): boolean {
  const { cells, numbers } = arena;
  if (peek(cells, queue + QUEUE.ORDER) === ORDER.PRIORITY) {
    if (hasText(arena, a)) {
      const texts = [a, b].map((entry) => readText(arena, peek(cells, entry + ENTRY.TEXT)));
      const [first, second] = texts as [string, string];
      if (first !== second) return first < second;
    } else {
      const first = wide.peek(numbers, (a + ENTRY.RANK) / 2);
      const second = wide.peek(numbers, (b + ENTRY.RANK) / 2);
      if (first !== second) return first < second;
    }
  }
  return ((peek(cells, a + ENTRY.ARRIVAL) - peek(cells, b + ENTRY.ARRIVAL)) | 0) < 0;
}

function hasText(arena: Arena, entry: number): boolean {
  return peek(arena.cells, entry + ENTRY.TEXT) !== 0;
}

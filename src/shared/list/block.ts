// The blocks of a list, and every change that is made to them.
//
//   list block   the lock (hold.ts), then DATA, the handle of the data block; 0 for an empty list
//   data block   START and END of the items, CAPACITY, then the slots
//
//       | header | free … | item START … item END - 1 | … free |
//
// A change is one store: END for what is added or taken at the end, START at the front, a slot for
// an item that is replaced, and DATA for everything else, which is built aside in a new data block.
// A thread that is killed anywhere has made the change or has not; at worst one block is lost.
//
// All functions here want the list's lock held, and call nothing of the user's.
import {
  PRIM,
  allocate,
  arena,
  atomics,
  byteLengthOf,
  bytesOf,
  offsetOf,
  release,
  homeOf,
  PLAIN,
} from '../../kernel/index.ts';
import { numbers } from '../kinds.ts';
import { dropSlot } from '../items/slots.ts';

/** Cells of the list block. */
export const LIST: Readonly<Record<'DATA' | 'CELLS', number>> = {
  DATA: PRIM.CELLS,
  CELLS: PRIM.CELLS + 1,
};

/** Cells of a data block. */
const DATA = { START: 0, END: 1, CAPACITY: 2, SLOTS: 4 } as const;

const FEWEST = 4;
/** Up to here an empty list keeps its data block for the next item. */
const KEPT = 64;
/** From here on the native copy is faster than the loop (measured on Node 26). */
const LOOP_LENGTH = 40;

const { cells } = arena;

/** How many items the list has. */
export function lengthOf(list: number): number {
  const data = atomics.peek(cells, list + LIST.DATA);
  if (data === 0) return 0;
  return atomics.peek(cells, data + DATA.END) - atomics.peek(cells, data + DATA.START);
}

/** The slot of an item that is there. */
export function slotAt(list: number, index: number): number {
  return peek(firstSlot(list) + index);
}

/** Replaces an item that is there, and gives its slot back, to be dropped. */
export function replaceAt(list: number, index: number, slot: number): number {
  const at = firstSlot(list) + index;
  const old = peek(at);
  poke(at, slot);
  return old;
}

/** Adds an item at the end. */
export function append(list: number, slot: number): void {
  const data = roomFor(list, 1);
  const end = atomics.peek(cells, data + DATA.END);
  poke(slotsOf(data) + end, slot);
  atomics.store(cells, data + DATA.END, end + 1);
}

/** Adds items at the end, all at once. */
export function appendAll(list: number, slots: readonly number[]): void {
  if (slots.length === 0) return;
  const data = roomFor(list, slots.length);
  const end = atomics.peek(cells, data + DATA.END);
  for (const [i, slot] of slots.entries()) poke(slotsOf(data) + end + i, slot);
  atomics.store(cells, data + DATA.END, end + slots.length);
}

/** Adds an item before another, or at the end. */
export function insertAt(list: number, index: number, slot: number): void {
  const length = lengthOf(list);
  if (index === length) return append(list, slot);
  const data = atomics.peek(cells, list + LIST.DATA);
  const start = atomics.peek(cells, data + DATA.START);
  if (index === 0 && start > 0) {
    poke(slotsOf(data) + start - 1, slot);
    atomics.store(cells, data + DATA.START, start - 1);
    return;
  }
  const from = slotsOf(data) + start;
  const next = newData(list, length + 1, capacityFor(length + 1));
  copySlots(slotsOf(next), from, index);
  poke(slotsOf(next) + index, slot);
  copySlots(slotsOf(next) + index + 1, from + index, length - index);
  publish(list, next);
}

/** Takes an item out, and gives its slot: the reference is the caller's now. */
export function removeAt(list: number, index: number): number {
  const data = atomics.peek(cells, list + LIST.DATA);
  const start = atomics.peek(cells, data + DATA.START);
  const end = atomics.peek(cells, data + DATA.END);
  const from = slotsOf(data) + start;
  const slot = peek(from + index);
  const length = end - start - 1;
  if (length === 0 && atomics.peek(cells, data + DATA.CAPACITY) > KEPT) {
    publish(list, 0);
  } else if (index === length) {
    atomics.store(cells, data + DATA.END, end - 1);
  } else if (index === 0) {
    atomics.store(cells, data + DATA.START, start + 1);
  } else {
    const next = newData(list, length, capacityFor(length));
    copySlots(slotsOf(next), from, index);
    copySlots(slotsOf(next) + index, from + index + 1, length - index);
    publish(list, next);
  }
  return slot;
}

/** Puts the same items into another order, told by their indexes now. */
export function reorder(list: number, order: Iterable<number>): void {
  const length = lengthOf(list);
  if (length < 2) return;
  const from = firstSlot(list);
  const next = newData(list, length, capacityFor(length));
  let to = slotsOf(next);
  for (const index of order) {
    poke(to++, peek(from + index));
  }
  publish(list, next);
}

/** Takes all items out, and gives the data block that they are in: it is the caller's now. */
export function detachAll(list: number): number {
  const data = atomics.peek(cells, list + LIST.DATA);
  atomics.store(cells, list + LIST.DATA, 0);
  return data;
}

/** Drops a data block and all of its items. Needs no lock, as nobody else knows the block. */
export function dropData(data: number): void {
  if (data === 0) return;
  const end = slotsOf(data) + atomics.peek(cells, data + DATA.END);
  for (let at = slotsOf(data) + atomics.peek(cells, data + DATA.START); at < end; at++) {
    dropSlot(peek(at));
  }
  release(data);
}

/** A copy of the slots from one index to another. */
export function copyRange(list: number, from: number, to: number): number[] {
  const copy: number[] = [];
  if (from >= to) return copy;
  const first = firstSlot(list);
  // By hand, into an array: the memory of a typed array alone costs more than a hundred items.
  for (let index = from; index < to; index++) copy.push(peek(first + index));
  return copy;
}

function slotsOf(data: number): number {
  return (data + DATA.SLOTS) / 2;
}

function firstSlot(list: number): number {
  const data = atomics.peek(cells, list + LIST.DATA);
  return slotsOf(data) + atomics.peek(cells, data + DATA.START);
}

// The list's data block, with room behind its items.
function roomFor(list: number, count: number): number {
  const data = atomics.peek(cells, list + LIST.DATA);
  if (data !== 0) {
    const room = atomics.peek(cells, data + DATA.CAPACITY) - atomics.peek(cells, data + DATA.END);
    if (room >= count) return data;
  }
  const length = lengthOf(list);
  const next = newData(list, length, capacityFor(length + count));
  if (length > 0) copySlots(slotsOf(next), firstSlot(list), length);
  publish(list, next);
  return next;
}

// Twice what is needed: so a list that grows, or is used as a queue, is copied once in as many
// steps.
function capacityFor(length: number): number {
  return Math.max(FEWEST, length * 2);
}

function newData(list: number, length: number, capacity: number): number {
  const data = allocate((DATA.SLOTS + capacity * 2) * 4, PLAIN, homeOf(list));
  // The block may have come larger than it was asked for.
  const most = Math.floor((byteLengthOf(data) / 4 - DATA.SLOTS) / 2);
  atomics.poke(cells, data + DATA.START, 0);
  atomics.poke(cells, data + DATA.END, length);
  atomics.poke(cells, data + DATA.CAPACITY, most);
  return data;
}

// The one store by which a new data block takes the place of the old one; the items are in it now.
function publish(list: number, next: number): void {
  const old = atomics.peek(cells, list + LIST.DATA);
  atomics.store(cells, list + LIST.DATA, next);
  if (old !== 0) release(old);
}

function copySlots(to: number, from: number, count: number): void {
  if (count > LOOP_LENGTH) {
    const bytes = bytesOf(to * 2);
    const start = offsetOf(from * 2);
    bytes.copy(bytes, offsetOf(to * 2), start, start + count * 8);
  } else for (let i = 0; i < count; i++) poke(to + i, peek(from + i));
}

function peek(index: number): number {
  return atomics.wide.peek(numbers, index);
}

function poke(index: number, slot: number): void {
  atomics.wide.poke(numbers, index, slot);
}

// The blocks of a dict, and every change that is made to them.
//
//   dict block   the lock (hold.ts); DATA, the handle of the data block, 0 for an empty dict; SEED
//                of the hashes; JOURNAL of a merge (journal.ts)
//   data block   counts, the index, the entries
//
//       | counts | index: numbers of entries, by hash | entry 1 … entry USED | free … |
//
// CPython's compact dict: the entries lie in order of insertion, and the index, at most two thirds
// full, says where to look for a key (Raymond Hettinger, 2012).
//
// The entries are the truth: those up to USED that are not DEAD. A change is one store: USED for
// what is added, META for what is taken out, the value for what is replaced, and DATA for all else,
// which is built aside. A number in the index that leads to no entry, to a dead one or to another
// key is passed over, so an entry is entered there before it is, and never taken out. DELETED and
// FILLED are only counted; who takes the lock after a thread that was killed counts again.
//
// All functions here want the dict's lock held, and call nothing of the user's.
import {
  PRIM,
  allocate,
  arena,
  atomics,
  bytesOf,
  offsetOf,
  release,
  homeOf,
  PLAIN,
} from '../../kernel/index.ts';
import { dropSlot } from '../items/slots.ts';
import { numbers } from '../kinds.ts';
import { DEAD, ENTRY, allocateKey, dropKey, hasKey, writeKey } from './keys.ts';
import type { Sought } from './keys.ts';

/** Cells of the dict block. */
export const DICT: Readonly<Record<'DATA' | 'SEED' | 'JOURNAL' | 'CELLS', number>> = {
  DATA: PRIM.CELLS,
  SEED: PRIM.CELLS + 1,
  JOURNAL: PRIM.CELLS + 2,
  CELLS: PRIM.CELLS + 3,
};

/** Cells of a data block. Of the entries up to USED, DELETED are dead; FILLED is the index. */
const DATA = { USED: 0, DELETED: 1, FILLED: 2, CAPACITY: 3, MASK: 4, INDEX: 6 } as const;

/** Cells of the smallest index. */
const FEWEST = 8;
/** Up to here a dict that becomes empty keeps its data block for the next key. */
const KEPT = 64;
/** From here on the native call clears an index faster than the loop (measured on Node 26). */
const LOOP_LENGTH = 128;

const { cells } = arena;

/** How many keys the dict has. */
export function sizeOf(dict: number): number {
  const data = atomics.peek(cells, dict + DICT.DATA);
  if (data === 0) return 0;
  return atomics.peek(cells, data + DATA.USED) - atomics.peek(cells, data + DATA.DELETED);
}

/** The entry of a key; 0 when there is none. */
export function find(dict: number, key: Sought): number {
  const data = atomics.peek(cells, dict + DICT.DATA);
  if (data === 0) return 0;
  const used = atomics.peek(cells, data + DATA.USED);
  const mask = atomics.peek(cells, data + DATA.MASK);
  const index = data + DATA.INDEX;
  for (let probe = key.hash & mask; ; probe = (probe + 1) & mask) {
    const number = atomics.peek(cells, index + probe);
    if (number === 0) return 0;
    if (number > used) continue;
    const entry = index + mask + 1 + (number - 1) * ENTRY.CELLS;
    if (hasKey(entry, key)) return entry;
  }
}

/** The slot of an entry's value. */
export function valueAt(entry: number): number {
  return atomics.wide.peek(numbers, (entry + ENTRY.VALUE) / 2);
}

/** Replaces the value of an entry. */
export function setValueAt(entry: number, slot: number): void {
  atomics.wide.poke(numbers, (entry + ENTRY.VALUE) / 2, slot);
}

/** Gives a key a value, and gives back the slot that it had, to be dropped. */
export function put(dict: number, key: Sought, slot: number): number {
  const entry = find(dict, key);
  if (entry === 0) {
    insert(dict, key, slot);
    return 0;
  }
  const old = valueAt(entry);
  setValueAt(entry, slot);
  return old;
}

/** Adds a key that is not there. */
export function insert(dict: number, key: Sought, slot: number): void {
  const data = roomFor(dict, 1);
  const used = prepare(
    data,
    atomics.peek(cells, data + DATA.USED),
    key,
    allocateKey(key, homeOf(dict)),
    slot,
  );
  atomics.store(cells, data + DATA.USED, used);
}

/**
 * Writes the entry after so many, with the block of its key, and gives how many there are then. It
 * is not there until USED says so.
 */
export function prepare(
  data: number,
  used: number,
  key: Sought,
  block: number,
  slot: number,
): number {
  const entry = entryAt(data, used + 1);
  writeKey(entry, key, block);
  setValueAt(entry, slot);
  enterIndex(data, key.hash, used + 1);
  return used + 1;
}

/** Says how many entries there are: those that were prepared are there from now on. */
export function publishUsed(data: number, used: number): void {
  atomics.store(cells, data + DATA.USED, used);
}

/** How many entries there are, the dead ones among them. */
export function usedOf(data: number): number {
  return atomics.peek(cells, data + DATA.USED);
}

/** Takes an entry out, and gives the slot of its value: the reference is the caller's now. */
export function remove(dict: number, entry: number): number {
  const data = atomics.peek(cells, dict + DICT.DATA);
  const slot = valueAt(entry);
  const meta = atomics.peek(cells, entry + ENTRY.META);
  atomics.store(cells, entry + ENTRY.META, DEAD);
  dropKey(entry, meta);
  atomics.poke(cells, data + DATA.DELETED, atomics.peek(cells, data + DATA.DELETED) + 1);
  trim(data);
  if (usedOf(data) === 0 && atomics.peek(cells, data + DATA.CAPACITY) > KEPT) publish(dict, 0);
  return slot;
}

/** The entry that was added last; 0 when there is none. */
export function lastEntry(dict: number): number {
  const data = atomics.peek(cells, dict + DICT.DATA);
  return data === 0 || usedOf(data) === 0 ? 0 : entryAt(data, usedOf(data));
}

/** Does something with each entry, in order. */
export function eachEntry(data: number, visit: (entry: number) => void): void {
  if (data === 0) return;
  const end = entryAt(data, usedOf(data) + 1);
  for (let entry = entryAt(data, 1); entry < end; entry += ENTRY.CELLS) {
    if (!isDead(entry)) visit(entry);
  }
}

/** Takes all out, and gives the data block that it is in: it is the caller's now. */
export function detachAll(dict: number): number {
  const data = atomics.peek(cells, dict + DICT.DATA);
  atomics.store(cells, dict + DICT.DATA, 0);
  return data;
}

/** Drops a data block and all that is in it. Needs no lock, as nobody else knows the block. */
export function dropData(data: number): void {
  if (data === 0) return;
  eachEntry(data, (entry) => {
    dropKey(entry, atomics.peek(cells, entry + ENTRY.META));
    dropSlot(valueAt(entry));
  });
  release(data);
}

/** The dict's data block, with room for so many more keys. */
export function roomFor(dict: number, count: number): number {
  const data = atomics.peek(cells, dict + DICT.DATA);
  if (data !== 0) {
    const most = atomics.peek(cells, data + DATA.CAPACITY) - count;
    if (usedOf(data) <= most && atomics.peek(cells, data + DATA.FILLED) <= most) return data;
  }
  const next = newData(dict, sizeOf(dict) + count);
  let used = 0;
  eachEntry(data, (entry) => {
    copyEntry(entryAt(next, ++used), entry);
    enterIndex(next, atomics.peek(cells, entry + ENTRY.HASH), used);
  });
  atomics.poke(cells, next + DATA.USED, used);
  publish(dict, next);
  return next;
}

/** Counts again, after a thread that was killed while it held the lock. */
export function recount(dict: number): void {
  const data = atomics.peek(cells, dict + DICT.DATA);
  if (data === 0) return;
  let live = 0;
  eachEntry(data, () => live++);
  atomics.poke(cells, data + DATA.DELETED, usedOf(data) - live);
  trim(data);
  let filled = 0;
  const end = entryAt(data, 1);
  for (let at = data + DATA.INDEX; at < end; at++) if (atomics.peek(cells, at) !== 0) filled++;
  atomics.poke(cells, data + DATA.FILLED, filled);
}

// Entries count from 1, as 0 in the index is none.
function entryAt(data: number, number: number): number {
  const index = data + DATA.INDEX;
  return index + atomics.peek(cells, data + DATA.MASK) + 1 + (number - 1) * ENTRY.CELLS;
}

function isDead(entry: number): boolean {
  return atomics.peek(cells, entry + ENTRY.META) === DEAD;
}

// So that the last entry is not a dead one: a dict is used as a stack, too.
function trim(data: number): void {
  let used = usedOf(data);
  let deleted = atomics.peek(cells, data + DATA.DELETED);
  for (; used > 0 && isDead(entryAt(data, used)); used--) deleted--;
  if (used === usedOf(data)) return;
  atomics.store(cells, data + DATA.USED, used);
  atomics.poke(cells, data + DATA.DELETED, deleted);
}

// A cell that leads to a dead entry, or to one from this number on, has been left behind.
function enterIndex(data: number, hash: number, number: number): void {
  const mask = atomics.peek(cells, data + DATA.MASK);
  const index = data + DATA.INDEX;
  for (let probe = hash & mask; ; probe = (probe + 1) & mask) {
    const found = atomics.peek(cells, index + probe);
    if (found > 0 && found < number && !isDead(entryAt(data, found))) continue;
    atomics.poke(cells, index + probe, number);
    if (found > 0) return;
    return atomics.poke(cells, data + DATA.FILLED, atomics.peek(cells, data + DATA.FILLED) + 1);
  }
}

// With room for half as many keys again: so a dict that grows, or is used as a queue, is copied
// once in as many steps.
function newData(dict: number, count: number): number {
  let size = FEWEST;
  while (capacityOf(size) < count * 1.5) size *= 2;
  const capacity = capacityOf(size);
  const data = allocate((DATA.INDEX + size + capacity * ENTRY.CELLS) * 4, PLAIN, homeOf(dict));
  atomics.poke(cells, data + DATA.USED, 0);
  atomics.poke(cells, data + DATA.DELETED, 0);
  atomics.poke(cells, data + DATA.FILLED, 0);
  atomics.poke(cells, data + DATA.CAPACITY, capacity);
  atomics.poke(cells, data + DATA.MASK, size - 1);
  const index = data + DATA.INDEX;
  if (size > LOOP_LENGTH) bytesOf(index).fill(0, offsetOf(index), offsetOf(index) + size * 4);
  else for (let i = 0; i < size; i++) atomics.poke(cells, index + i, 0);
  return data;
}

function capacityOf(size: number): number {
  return Math.floor((size * 2) / 3);
}

function copyEntry(to: number, from: number): void {
  // Not as numbers of 64 bits: the bytes of a text may be a NaN, which is not kept as it is.
  for (let i = 0; i < ENTRY.CELLS; i++) atomics.poke(cells, to + i, atomics.peek(cells, from + i));
}

// The one store by which a new data block takes the place of the old one; all is in it now.
function publish(dict: number, next: number): void {
  const old = atomics.peek(cells, dict + DICT.DATA);
  atomics.store(cells, dict + DICT.DATA, next);
  if (old !== 0) release(old);
}

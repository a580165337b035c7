// Reading a list as a whole: snapshots, and the search for an item.
//
// What is read may run code of the user's (what revives an instance, a module that is imported for
// it), so the lock is not held meanwhile: the slots are copied, and what they refer to is held.
import { requireIndex } from '../arguments.ts';
import { copyRange, lengthOf, removeAt, slotAt } from './block.ts';
import { isEqual } from '../items/equal.ts';
import { enter, leave } from '../hold.ts';
import { holdAll, letGo } from '../items/held.ts';
import type { Held } from '../items/held.ts';
import { dropSlot, holdSlot, isMessage, knownSlot, readItem } from '../items/slots.ts';

/** A copy of a part of the list's slots, which hold their items until they are let go of. */
export function snapshot(list: number, start = 0, end: number = Infinity): Held {
  for (const index of [start, end]) {
    if (typeof index !== 'number') requireIndex(index, 'slice a SharedList at');
  }
  enter(list);
  try {
    const length = lengthOf(list);
    return holdAll(list, copyRange(list, bound(start, length), bound(end, length)));
  } finally {
    leave(list);
  }
}

/** The indexes of items that are equal to a value, at most so many. */
export function indexesOf(list: number, value: unknown, most: number): number[] {
  const known = knownSlot(value);
  if (known === undefined) return indexesInMessages(list, value, most);
  const found: number[] = [];
  enter(list);
  try {
    const length = lengthOf(list);
    for (let index = 0; index < length && found.length < most; index++) {
      if (isSame(slotAt(list, index), known)) found.push(index);
    }
    return found;
  } finally {
    leave(list);
  }
}

/** Removes the first item that is equal to a value; false when there is none. */
export function removeEqual(list: number, value: unknown): boolean {
  const known = knownSlot(value);
  let index = 0;
  let removed: number;
  // Held while items are read: another one must not move to the index in the meantime.
  enter(list);
  try {
    for (;;) {
      if (index >= lengthOf(list)) return false;
      const slot = slotAt(list, index);
      const matches = known === undefined ? isEqualInMessage(slot, value) : isSame(slot, known);
      // Reading it may have run code that changed the list in this very thread.
      if (matches && index < lengthOf(list) && isSame(slotAt(list, index), slot)) break;
      index += 1;
    }
    removed = removeAt(list, index);
  } finally {
    leave(list);
  }
  dropSlot(removed);
  return true;
}

/** Whether two slots have the same item: NaN is NaN, and 0 is -0. */
export function isSame(slot: number, other: number): boolean {
  return slot === other || (Number.isNaN(slot) && Number.isNaN(other));
}

function indexesInMessages(list: number, value: unknown, most: number): number[] {
  const held = snapshot(list);
  const found: number[] = [];
  try {
    for (const [index, slot] of held.slots.entries()) {
      if (found.length === most) break;
      if (isMessage(slot) && isEqual(readItem(slot), value)) found.push(index);
    }
  } finally {
    letGo(held);
  }
  return found;
}

function isEqualInMessage(slot: number, value: unknown): boolean {
  if (!isMessage(slot)) return false;
  holdSlot(slot);
  try {
    return isEqual(readItem(slot), value);
  } finally {
    dropSlot(slot);
  }
}

// As Array.prototype.slice() has it.
function bound(index: number, length: number): number {
  const place = Math.trunc(index) || 0;
  return place < 0 ? Math.max(0, length + place) : Math.min(place, length);
}

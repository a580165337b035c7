// The operations of a list on its items, each atomic: what it writes is written before the lock is
// taken, what it reads or drops after the lock has been given up.
import { homeOf } from '../../kernel/index.ts';
import * as block from './block.ts';
import { enter, leave } from '../hold.ts';
import { readOnce } from '../items/read-all.ts';
import { dropSlot, holdSlot, readItem, writeItem } from '../items/slots.ts';

/** How many items there are. */
export function countItems(list: number): number {
  enter(list);
  try {
    return block.lengthOf(list);
  } finally {
    leave(list);
  }
}

/** Adds an item at the end, and gives the length after it. */
export function pushItem(list: number, item: unknown): number {
  const slot = writeItem(item, homeOf(list));
  let isIn = false;
  enter(list);
  try {
    block.append(list, slot);
    isIn = true;
    return block.lengthOf(list);
  } finally {
    leave(list);
    if (!isIn) dropSlot(slot);
  }
}

/** Adds items at the end, all or none, and gives the length after it. */
export function pushItems(list: number, items: readonly unknown[]): number {
  const slots: number[] = [];
  let areIn = false;
  try {
    for (const item of items) slots.push(writeItem(item, homeOf(list)));
    enter(list);
    try {
      block.appendAll(list, slots);
      areIn = true;
      return block.lengthOf(list);
    } finally {
      leave(list);
    }
  } finally {
    if (!areIn) slots.forEach(dropSlot);
  }
}

/** Reads the item at an index; undefined when there is none. */
export function readAt(list: number, index: number): unknown {
  let slot: number;
  enter(list);
  try {
    const place = placeOf(list, index);
    if (place < 0) return undefined;
    slot = block.slotAt(list, place);
    holdSlot(slot);
  } finally {
    leave(list);
  }
  return readOnce(slot);
}

/** Takes the item at an index out; undefined when there is none. */
export function takeAt(list: number, index: number): unknown {
  let slot: number;
  let place: number;
  enter(list);
  try {
    place = placeOf(list, index);
    if (place < 0) return undefined;
    slot = block.removeAt(list, place);
  } finally {
    leave(list);
  }
  let item: unknown;
  try {
    item = readItem(slot);
  } catch (error) {
    // Another thread may be able to read it.
    insertSlot(list, place, slot);
    throw error;
  }
  dropSlot(slot);
  return item;
}

/** Adds an item before the one at an index; beyond the ends, as the first or the last. */
export function insertItem(list: number, index: number, item: unknown): void {
  const slot = writeItem(item, homeOf(list));
  let isIn = false;
  try {
    insertSlot(list, index, slot);
    isIn = true;
  } finally {
    if (!isIn) dropSlot(slot);
  }
}

/** Replaces the item at an index; false when there is none. */
export function replaceItem(list: number, index: number, item: unknown): boolean {
  // What is not in the list in the end is dropped: the old item, or the new one.
  let left = writeItem(item, homeOf(list));
  enter(list);
  try {
    const place = placeOf(list, index);
    if (place < 0) return false;
    left = block.replaceAt(list, place, left);
    return true;
  } finally {
    leave(list);
    dropSlot(left);
  }
}

/** Removes the item at an index; false when there is none. */
export function deleteAt(list: number, index: number): boolean {
  let slot: number;
  enter(list);
  try {
    const place = placeOf(list, index);
    if (place < 0) return false;
    slot = block.removeAt(list, place);
  } finally {
    leave(list);
  }
  dropSlot(slot);
  return true;
}

/** Removes all items. */
export function clearItems(list: number): void {
  let data = 0;
  enter(list);
  try {
    data = block.detachAll(list);
  } finally {
    leave(list);
  }
  block.dropData(data);
}

/** Turns the order of the items round. */
export function reverseItems(list: number): void {
  enter(list);
  try {
    const length = block.lengthOf(list);
    block.reorder(
      list,
      Array.from({ length }, (_, index) => length - 1 - index),
    );
  } finally {
    leave(list);
  }
}

function insertSlot(list: number, index: number, slot: number): void {
  enter(list);
  try {
    const length = block.lengthOf(list);
    block.insertAt(list, index < 0 ? Math.max(0, index + length) : Math.min(index, length), slot);
  } finally {
    leave(list);
  }
}

// Counted from the front; -1 when there is no item.
function placeOf(list: number, index: number): number {
  const length = block.lengthOf(list);
  if (index < 0) return Math.max(-1, index + length);
  return index < length ? index : -1;
}

// The items of many slots at once.
import { dropSlot, isItself, readItem } from './slots.ts';

/** Reads the items of slots that are held, and drops the slots. */
export function readAll(slots: number[]): unknown[] {
  if (slots.every(isItself)) return slots;
  const items: unknown[] = [];
  try {
    for (const slot of slots) items.push(readItem(slot));
    return items;
  } finally {
    slots.forEach(dropSlot);
  }
}

/** Reads the item of a slot that is held, and drops the slot. */
export function readOnce(slot: number): unknown {
  try {
    return readItem(slot);
  } finally {
    dropSlot(slot);
  }
}

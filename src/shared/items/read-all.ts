// The items of many slots at once.
import { letGo } from './held.ts';
import type { Held } from './held.ts';
import { dropSlot, isItself, readItem } from './slots.ts';

/** Reads the items of slots that are held, and lets go of them. */
export function readAll(held: Held): unknown[] {
  const { slots } = held;
  if (slots.every(isItself)) return slots;
  const items: unknown[] = [];
  try {
    for (const slot of slots) items.push(readItem(slot));
    return items;
  } finally {
    letGo(held);
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

// The operations of a dict on its keys, each atomic: what it writes is written before the lock is
// taken, what it reads or drops after the lock has been given up. Only update() calls the user's
// function in between.
import { arena, atomics, homeOf } from '../../kernel/index.ts';
import { refusePromise, requireSynchronous } from '../container.ts';
import { readOnce } from '../items/read-all.ts';
import { dropSlot, holdSlot, readItem, writeItem } from '../items/slots.ts';
import { entriesFrom } from './entries.ts';
import { putAll } from './journal.ts';
import { readKey, seek } from './keys.ts';
import type { Key, Sought } from './keys.ts';
import { enter, leave } from './lock.ts';
import * as table from './table.ts';

const UPDATE = 'update a key by %';

/** How many keys there are. */
export function countKeys(dict: number): number {
  enter(dict);
  try {
    return table.sizeOf(dict);
  } finally {
    leave(dict);
  }
}

/** Whether there is such a key. */
export function hasEntry(dict: number, key: unknown): boolean {
  const sought = soughtIn(dict, key, 'look for');
  enter(dict);
  try {
    return table.find(dict, sought) !== 0;
  } finally {
    leave(dict);
  }
}

/** Reads the value of a key, or gives the other value when there is no such key. */
export function readEntry(dict: number, key: unknown, fallback: unknown): unknown {
  const slot = heldSlot(dict, soughtIn(dict, key, 'get'));
  return slot === undefined ? fallback : readOnce(slot);
}

/** Gives a key a value. */
export function setEntry(dict: number, key: unknown, value: unknown): void {
  const sought = soughtIn(dict, key, 'set');
  // What is not in the dict in the end is dropped: the old value, or the new one.
  let left = writeItem(value, homeOf(dict));
  enter(dict);
  try {
    left = table.put(dict, sought, left);
  } finally {
    leave(dict);
    dropSlot(left);
  }
}

/** Gives a key a value if it has none; and gives the value that it has. */
export function setDefault(dict: number, key: unknown, value: unknown): unknown {
  const sought = soughtIn(dict, key, 'set the default of');
  let slot = heldSlot(dict, sought);
  if (slot !== undefined) return readOnce(slot);
  let own = writeItem(value, homeOf(dict));
  enter(dict);
  try {
    // Another thread may have been quicker.
    slot = heldSlot(dict, sought);
    if (slot === undefined) {
      table.insert(dict, sought, own);
      own = 0;
      return value;
    }
  } finally {
    leave(dict);
    dropSlot(own);
  }
  return readOnce(slot);
}

/** Removes a key; false when there is none. */
export function deleteEntry(dict: number, key: unknown): boolean {
  const slot = takenSlot(dict, soughtIn(dict, key, 'delete'));
  if (slot === undefined) return false;
  dropSlot(slot);
  return true;
}

/** Takes a key out, and gives its value; undefined when there is none. */
export function takeEntry(dict: number, key: unknown): unknown {
  const sought = soughtIn(dict, key, 'pop');
  const slot = takenSlot(dict, sought);
  return slot === undefined ? undefined : readTaken(dict, sought, slot);
}

/** Takes out the key that was added last; undefined when there is none. */
export function takeLast(dict: number): [Key, unknown] | undefined {
  let key: Key;
  let slot: number;
  enter(dict);
  try {
    const entry = table.lastEntry(dict);
    if (entry === 0) return undefined;
    key = readKey(entry);
    slot = table.remove(dict, entry);
  } finally {
    leave(dict);
  }
  return [key, readTaken(dict, soughtIn(dict, key, 'pop'), slot)];
}

/** Removes all keys. */
export function clearEntries(dict: number): void {
  let data = 0;
  enter(dict);
  try {
    data = table.detachAll(dict);
  } finally {
    leave(dict);
  }
  table.dropData(data);
}

/** Replaces the value of a key by what a function makes of it, with the lock held. */
export function updateEntry(
  dict: number,
  key: unknown,
  fn: (current: unknown) => unknown,
): unknown {
  const sought = soughtIn(dict, key, 'update');
  requireSynchronous(fn, UPDATE);
  let left = 0;
  enter(dict);
  try {
    const slot = heldSlot(dict, sought);
    const value = fn(slot === undefined ? undefined : readOnce(slot));
    refusePromise(value, UPDATE);
    left = writeItem(value, homeOf(dict));
    // Looked for again: the function may have changed the dict.
    left = table.put(dict, sought, left);
    return value;
  } finally {
    leave(dict);
    dropSlot(left);
  }
}

/** Sets many keys, all or none. */
export function mergeEntries(dict: number, source: unknown, action: string): void {
  const entries = entriesFrom(source, action);
  const keys: Sought[] = [];
  let left: number[] | readonly number[] = [];
  const slots: number[] = [];
  for (const key of entries.keys()) keys.push(soughtIn(dict, key, 'set'));
  try {
    left = slots;
    for (const value of entries.values()) slots.push(writeItem(value, homeOf(dict)));
    enter(dict);
    try {
      left = putAll(dict, keys, slots);
    } finally {
      leave(dict);
    }
  } finally {
    left.forEach(dropSlot);
  }
}

function soughtIn(dict: number, key: unknown, action: string): Sought {
  return seek(key, atomics.peek(arena.cells, dict + table.DICT.SEED), action);
}

// The slot of a key's value, held once more; undefined when there is no such key.
function heldSlot(dict: number, key: Sought): number | undefined {
  enter(dict);
  try {
    const entry = table.find(dict, key);
    if (entry === 0) return undefined;
    const slot = table.valueAt(entry);
    holdSlot(slot);
    return slot;
  } finally {
    leave(dict);
  }
}

function takenSlot(dict: number, key: Sought): number | undefined {
  enter(dict);
  try {
    const entry = table.find(dict, key);
    return entry === 0 ? undefined : table.remove(dict, entry);
  } finally {
    leave(dict);
  }
}

function readTaken(dict: number, key: Sought, slot: number): unknown {
  let value: unknown;
  try {
    value = readItem(slot);
  } catch (error) {
    // Another thread may be able to read it.
    putBack(dict, key, slot);
    throw error;
  }
  dropSlot(slot);
  return value;
}

// Unless the key has got another value meanwhile.
function putBack(dict: number, key: Sought, slot: number): void {
  let left = slot;
  enter(dict);
  try {
    if (table.find(dict, key) !== 0) return;
    table.insert(dict, key, slot);
    left = 0;
  } finally {
    leave(dict);
    dropSlot(left);
  }
}

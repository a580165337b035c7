// Reading a dict as a whole: what it had at one moment, in order of insertion.
//
// Reading a value may run code of the user's, so the lock is not held meanwhile: the slots are
// copied, and what they refer to is held. Keys are read at once.
import { arena, atomics } from '../../kernel/index.ts';
import { holdAll } from '../items/held.ts';
import type { Held } from '../items/held.ts';
import { readAll } from '../items/read-all.ts';
import { readKey } from './keys.ts';
import type { Key } from './keys.ts';
import { enter, leave } from './lock.ts';
import { DICT, eachEntry, valueAt } from './table.ts';

/** All keys. */
export function allKeys(dict: number): Key[] {
  const keys: Key[] = [];
  enter(dict);
  try {
    eachEntry(dataOf(dict), (entry) => keys.push(readKey(entry)));
  } finally {
    leave(dict);
  }
  return keys;
}

/** All values. */
export function allValues(dict: number): unknown[] {
  let held: Held;
  enter(dict);
  try {
    const slots: number[] = [];
    eachEntry(dataOf(dict), (entry) => slots.push(valueAt(entry)));
    held = holdAll(dict, slots);
  } finally {
    leave(dict);
  }
  return readAll(held);
}

/** All keys with their values. */
export function allEntries(dict: number): [Key, unknown][] {
  const keys: Key[] = [];
  let held: Held;
  enter(dict);
  try {
    const slots: number[] = [];
    eachEntry(dataOf(dict), (entry) => {
      keys.push(readKey(entry));
      slots.push(valueAt(entry));
    });
    held = holdAll(dict, slots);
  } finally {
    leave(dict);
  }
  const values = readAll(held);
  return keys.map((key, i) => [key, values[i]]);
}

function dataOf(dict: number): number {
  return atomics.peek(arena.cells, dict + DICT.DATA);
}

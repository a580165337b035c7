// Sorting a list: its items are read, brought into order here, and their slots put into that order
// at once. An item that is not read anew need not be written anew.
import { RuntimeError } from '../../errors/index.ts';
import { copyRange, lengthOf, reorder } from './block.ts';
import { requireFunction } from '../arguments.ts';
import { enter, leave } from '../hold.ts';
import { readAll } from '../items/read-all.ts';
import { isSame, snapshot } from './search.ts';

type Compare<T> = ((a: T, b: T) => number) | undefined;

/** Sorts as Array.prototype.sort() does, with the list's lock held from beginning to end. */
export function sortList<T>(list: number, compare: Compare<T>): void {
  if (compare !== undefined) requireFunction(compare, 'sort a SharedList by');
  enter(list);
  try {
    const held = snapshot(list);
    const order = sortedOrder(readAll(held) as T[], compare);
    if (!isUnchanged(list, held.slots)) {
      throw new RuntimeError(
        'Cannot sort the list as it was changed by the function that compares its items\n' +
          'Its changes stand, and the list is not sorted',
      );
    }
    reorder(list, order);
  } finally {
    leave(list);
  }
}

function sortedOrder<T>(items: readonly T[], compare: Compare<T>): number[] {
  const indexes = [...items.keys()];
  const present = indexes.filter((index) => items[index] !== undefined);
  const absent = indexes.filter((index) => items[index] === undefined);
  if (present.length < 2) return [...present, ...absent];
  if (compare === undefined) {
    const texts = items.map(String);
    const textOf = (index: number): string => texts[index] as string;
    present.sort((a, b) => Number(textOf(a) > textOf(b)) - Number(textOf(a) < textOf(b)));
  } else {
    present.sort((a, b) => compare(items[a] as T, items[b] as T));
  }
  return [...present, ...absent];
}

function isUnchanged(list: number, slots: readonly number[]): boolean {
  const length = lengthOf(list);
  if (length !== slots.length) return false;
  const now = copyRange(list, 0, length);
  return slots.every((slot, index) => isSame(slot, now[index] as number));
}

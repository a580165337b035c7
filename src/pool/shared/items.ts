// What came of a chunk with each item written on its own, so that one that cannot be written, or
// read by the caller, fails alone: a block with a slot for each item, and whether that is an error.
//
// It takes more time and room than one message for all, so it is for chunks in which that may
// happen: not for plain data.
import { allocate, arena, atomics, byteLengthOf, defineKind, release } from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { blockOfSlot, dropSlot, isMessage, readItem, writeItem } from '../../wire/index.ts';
import { sendableError } from './task.ts';

/** The values of a chunk, and the errors of some, by place. */
export type Outcomes = readonly [
  values: readonly unknown[],
  errors: readonly (readonly [place: number, error: unknown])[],
];

/** Outcomes as they are written: the block, and how many of them are errors. */
export interface Written {
  readonly block: number;
  readonly failed: number;
}

/** How many are written, and how many are to be; then slots of two cells, then 1 for each error. */
const ITEMS = { WRITTEN: 0, COUNT: 1, SLOTS: 2 } as const;

const POOL_ITEMS: number = defineKind('PoolItems', import.meta.url, {
  destroy: (block) => {
    const written = atomics.peek(arena.cells, block + ITEMS.WRITTEN);
    for (let i = 0; i < written; i++) dropSlot(atomics.wide.peek(arena.numbers, slotAt(block, i)));
  },
});

/**
 * Writes outcomes each on its own; null when that would take more than so many bytes, or than there
 * are.
 */
export function writeOutcomes(
  [values, errors]: Outcomes,
  mostBytes: number,
  home: Arena,
): Written | null {
  const { cells, numbers } = arena;
  const thrown = new Map(errors);
  const count = values.length;
  const block = allocate((ITEMS.SLOTS + 3 * count) * 4, POOL_ITEMS, home);
  atomics.poke(cells, block + ITEMS.WRITTEN, 0);
  atomics.poke(cells, block + ITEMS.COUNT, count);
  let failed = 0;
  let left = mostBytes;
  try {
    for (let i = 0; i < count && left >= 0; i++) {
      const [isError, slot] = thrown.has(i)
        ? writeError(thrown.get(i), home)
        : writeValue(values[i], home);
      atomics.wide.poke(numbers, slotAt(block, i), slot);
      atomics.poke(cells, errorMark(block, count, i), isError);
      atomics.poke(cells, block + ITEMS.WRITTEN, i + 1);
      failed += isError;
      if (isMessage(slot)) left -= byteLengthOf(blockOfSlot(slot));
    }
    if (left >= 0) return { block, failed };
  } catch {
    // There is not even room for the error of that.
  }
  release(block);
  return null;
}

/** Reads them: what cannot be read here is an error. */
export function readOutcomes(block: number): Outcomes {
  const { cells, numbers } = arena;
  const count = atomics.peek(cells, block + ITEMS.COUNT);
  const values: unknown[] = [];
  const errors: [place: number, error: unknown][] = [];
  for (let i = 0; i < count; i++) {
    let isError = atomics.peek(cells, errorMark(block, count, i)) === 1;
    let item: unknown;
    try {
      item = readItem(atomics.wide.peek(numbers, slotAt(block, i)));
    } catch (error) {
      isError = true;
      item = error;
    }
    values.push(isError ? undefined : item);
    if (isError) errors.push([i, item]);
  }
  return [values, errors];
}

function writeValue(value: unknown, home: Arena): [isError: 0 | 1, slot: number] {
  try {
    return [0, writeItem(value, home)];
  } catch (error) {
    return writeError(error, home);
  }
}

function writeError(error: unknown, home: Arena): [isError: 1, slot: number] {
  return [1, writeItem(sendableError(error, home), home)];
}

function slotAt(block: number, place: number): number {
  return (block + ITEMS.SLOTS) / 2 + place;
}

function errorMark(block: number, count: number, place: number): number {
  return block + ITEMS.SLOTS + 2 * count + place;
}

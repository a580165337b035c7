// Several keys set at once: all or none, also when the thread is killed in the midst of it.
//
// New keys are prepared behind the others, where one store makes them all visible. The values that
// are replaced cannot be replaced by one store; so what is to be done is written to a journal
// first. The one store by which the dict refers to it decides: whoever takes the lock after a
// thread that was killed from there on does the rest (finish), and doing it twice does no harm.
//
// Called with the dict's lock held.
import { allocate, arena, atomics, release, homeOf, PLAIN } from '../../kernel/index.ts';
import { numbers } from '../kinds.ts';
import { allocateKey } from './keys.ts';
import type { Sought } from './keys.ts';
import { DICT, find, prepare, publishUsed, roomFor, setValueAt, usedOf, valueAt } from './table.ts';

/** Cells of a journal: how many entries there are to be, and which get which values. */
const JOURNAL = { USED: 0, COUNT: 1, ROWS: 2 } as const;
const ROW = { SLOT: 0, ENTRY: 2, CELLS: 4 } as const;

const { cells } = arena;

/** Gives keys, no two of them alike, their values; and gives back the slots to be dropped. */
export function putAll(
  dict: number,
  keys: readonly Sought[],
  slots: readonly number[],
): readonly number[] {
  if (keys.length === 0) return [];
  const data = roomFor(dict, keys.length);
  const rows: Row[] = [];
  const blocks: number[] = [];
  let used = usedOf(data);
  try {
    for (const [i, key] of keys.entries()) {
      const slot = slots[i] as number;
      const entry = find(dict, key);
      if (entry !== 0) {
        rows.push({ entry, slot });
      } else {
        const block = allocateKey(key, homeOf(dict));
        if (block !== 0) blocks.push(block);
        used = prepare(data, used, key, block, slot);
      }
    }
    if (rows.length > 0) return replaceAll(dict, used, rows);
  } catch (error) {
    // The memory is full; what was prepared is not there.
    blocks.forEach(release);
    throw error;
  }
  publishUsed(data, used);
  return [];
}

/** Does the rest of what a thread was doing that was killed. */
export function finish(dict: number): void {
  const journal = atomics.peek(cells, dict + DICT.JOURNAL);
  if (journal === 0) return;
  const data = atomics.peek(cells, dict + DICT.DATA);
  const count = atomics.peek(cells, journal + JOURNAL.COUNT);
  for (let i = 0, row = journal + JOURNAL.ROWS; i < count; i++, row += ROW.CELLS) {
    const slot = atomics.wide.peek(numbers, (row + ROW.SLOT) / 2);
    setValueAt(atomics.peek(cells, row + ROW.ENTRY), slot);
  }
  publishUsed(data, atomics.peek(cells, journal + JOURNAL.USED));
  atomics.store(cells, dict + DICT.JOURNAL, 0);
  release(journal);
}

interface Row {
  readonly entry: number;
  readonly slot: number;
}

function replaceAll(dict: number, used: number, rows: readonly Row[]): number[] {
  const journal = allocate((JOURNAL.ROWS + rows.length * ROW.CELLS) * 4, PLAIN, homeOf(dict));
  const replaced = rows.map(({ entry }) => valueAt(entry));
  atomics.poke(cells, journal + JOURNAL.USED, used);
  atomics.poke(cells, journal + JOURNAL.COUNT, rows.length);
  for (const [i, { entry, slot }] of rows.entries()) {
    const row = journal + JOURNAL.ROWS + i * ROW.CELLS;
    atomics.wide.poke(numbers, (row + ROW.SLOT) / 2, slot);
    atomics.poke(cells, row + ROW.ENTRY, entry);
  }
  atomics.store(cells, dict + DICT.JOURNAL, journal);
  finish(dict);
  return replaced;
}

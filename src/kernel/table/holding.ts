// What the program waits for before it ends: threads and processes that are not daemons.
//
// A cell says of each whether it is counted. The cell and the count change together, under a lock:
// what they are to be is written down first, so that whoever takes the lock over from a thread that
// was stopped within does it once more.
import { load, peek, poke, store } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { HEADER } from '../memory/layout.ts';
import { setEvent } from '../waiting/event-word.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';

/** Counts what a cell belongs to among those whose end the program awaits. */
export function hold(cell: number): void {
  change(cell, 1);
}

/** The program need not wait for it any more. Any thread may say so, more than once. */
export function letGo(cell: number): void {
  change(cell, 0);
  // Whoever counted down last may have been stopped before he could tell.
  if (load(arena.cells, HEADER.HOLDING) !== 0) return;
  const idle = load(arena.cells, HEADER.IDLE_EVENT);
  if (idle !== 0) setEvent(arena, idle);
}

function change(cell: number, value: 0 | 1): void {
  const { cells } = arena;
  lockSide(arena, HEADER.HOLDING_LOCK);
  finishChange();
  if (load(cells, cell) !== value) {
    poke(cells, HEADER.HOLDING_VALUE, value);
    poke(cells, HEADER.HOLDING_AFTER, peek(cells, HEADER.HOLDING) + (value === 1 ? 1 : -1));
    store(cells, HEADER.HOLDING_CELL, cell);
    finishChange();
  }
  unlockSide(arena, HEADER.HOLDING_LOCK);
}

function finishChange(): void {
  const { cells } = arena;
  const cell = load(cells, HEADER.HOLDING_CELL);
  if (cell === 0) return;
  store(cells, cell, peek(cells, HEADER.HOLDING_VALUE));
  store(cells, HEADER.HOLDING, peek(cells, HEADER.HOLDING_AFTER));
  store(cells, HEADER.HOLDING_CELL, 0);
}

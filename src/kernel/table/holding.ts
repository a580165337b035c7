// What the program waits for before it ends: threads and processes that are not daemons.
//
// A cell says of each whether it is counted, so that it is counted once and counted down once.
import { add, compareExchange, load, store } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { HEADER } from '../memory/layout.ts';
import { setEvent } from '../waiting/event-word.ts';

/** Counts what a cell belongs to among those whose end the program awaits. */
export function hold(cell: number): void {
  store(arena.cells, cell, 1);
  add(arena.cells, HEADER.HOLDING, 1);
}

/** The program need not wait for it any more. Any thread may say so, more than once. */
export function letGo(cell: number): void {
  const { cells } = arena;
  if (compareExchange(cells, cell, 1, 0) !== 1) return;
  if (add(cells, HEADER.HOLDING, -1) !== 1) return;
  const idle = load(cells, HEADER.IDLE_EVENT);
  if (idle !== 0) setEvent(arena, idle);
}

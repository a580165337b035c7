// The threads that are alive, in the order in which they were started. The main thread is the
// first.
import {
  HEADER,
  arena,
  atomics,
  lockSide,
  release,
  retain,
  unlockSide,
} from '../../kernel/index.ts';
import { RECORD, getField, setField } from './record.ts';

/** Puts a record into the list; the list refers to it. */
export function enlist(record: number): void {
  retain(record);
  lockSide(arena, HEADER.ALIVE_LOCK);
  let link: number = HEADER.ALIVE_HEAD;
  for (let next = peek(link); next !== 0; next = peek(link)) link = next + RECORD.NEXT_ALIVE;
  setField(record, RECORD.NEXT_ALIVE, 0);
  atomics.poke(arena.cells, link, record);
  unlockSide(arena, HEADER.ALIVE_LOCK);
}

/**
 * Takes a record out; nothing happens when it is not in. One store does it, so that who is stopped
 * here has done it or not.
 */
export function delist(record: number): void {
  lockSide(arena, HEADER.ALIVE_LOCK);
  let link: number = HEADER.ALIVE_HEAD;
  while (peek(link) !== 0 && peek(link) !== record) link = peek(link) + RECORD.NEXT_ALIVE;
  const found = peek(link) === record;
  if (found) atomics.poke(arena.cells, link, getField(record, RECORD.NEXT_ALIVE));
  unlockSide(arena, HEADER.ALIVE_LOCK);
  if (found) release(record);
}

/** The records alive, each with a reference that the caller gives back. */
export function aliveRecords(): number[] {
  const records: number[] = [];
  lockSide(arena, HEADER.ALIVE_LOCK);
  for (let record = peek(HEADER.ALIVE_HEAD); record !== 0;) {
    retain(record);
    records.push(record);
    record = getField(record, RECORD.NEXT_ALIVE);
  }
  unlockSide(arena, HEADER.ALIVE_LOCK);
  return records;
}

/** How many are alive. */
export function countAlive(): number {
  const records = aliveRecords();
  for (const record of records) release(record);
  return records.length;
}

function peek(index: number): number {
  return atomics.peek(arena.cells, index);
}

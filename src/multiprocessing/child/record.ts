// The record of a process in this process's own arena: what all threads here know of it.
//
// It begins as an event: set when the process has ended.
//
//   STATE   INITIAL -> STARTING -> RUNNING -> ENDED
//                   <-           (it could not be started; it may be again)
import {
  HEADER,
  PRIM,
  PRIM_TYPE,
  arena,
  atomics,
  initPrim,
  letGo,
  lockSide,
  release,
  retain,
  setEvent,
  unlockSide,
  writeText,
  readText,
  readTextAt,
} from '../../kernel/index.ts';

/** Cells of a record, behind those of a primitive. */
export const CHILD = {
  STATE: 16,
  PID: 17,
  /** Exit code; negative: the number of the signal that ended it; or UNKNOWN. */
  EXIT: 18,
  DAEMON: 19,
  /** 1 while the program waits for its end; while it is counted as a daemon. */
  HOLDING: 20,
  COUNTED: 21,
  NEXT: 23,
  /** At its end: processor time in ms, resident memory in KiB. */
  CPU_MS: 24,
  RSS_KIB: 25,
  /** Message of the error for which it could not be started, or 0. */
  FAILURE: 26,
  CLOSED: 27,
  /** When it began (kernel/table/liveness.ts). */
  START: 28,
  /** Text of the numbers that name it below the first process: '1:2', or 0. */
  IDENTITY: 29,
  CELLS: 30,
} as const;

/** CHILD.EXIT of a parent, of which the system tells its own parent only. */
export const UNKNOWN = 256;

/** CHILD.STATE. */
export const STATE = { INITIAL: 0, STARTING: 1, RUNNING: 2, ENDED: 3 } as const;

/** Fills a new record. */
export function initChild(record: number, name: string, daemon: boolean): void {
  initPrim(arena, record, PRIM_TYPE.EVENT);
  for (let field: number = CHILD.STATE; field < CHILD.CELLS; field++) {
    atomics.poke(arena.cells, record + field, 0);
  }
  atomics.poke(arena.cells, record + CHILD.DAEMON, Number(daemon));
  atomics.store(arena.cells, record + PRIM.NAME, writeText(arena, name));
}

/** Releases what a record refers to. */
export function destroyChild(record: number): void {
  release(getField(record, PRIM.NAME));
  for (const field of [CHILD.IDENTITY, CHILD.FAILURE]) {
    const handle = getField(record, field);
    if (handle !== 0) release(handle);
  }
}

export function getField(record: number, field: number): number {
  return atomics.load(arena.cells, record + field);
}

export function setField(record: number, field: number, value: number): void {
  atomics.store(arena.cells, record + field, value);
}

/** Moves a field from one value to another; false when it had a third. */
export function moveField(record: number, field: number, from: number, to: number): boolean {
  return atomics.compareExchange(arena.cells, record + field, from, to) === from;
}

export function nameOf(record: number): string {
  return readTextAt(arena, record + PRIM.NAME);
}

/** The numbers that name a process below the first one: '' for that. */
export function identityOf(record: number): string {
  return readText(arena, getField(record, CHILD.IDENTITY));
}

/** Says them. */
export function setIdentity(record: number, identity: string): void {
  setField(record, CHILD.IDENTITY, writeText(arena, identity));
}

/** Gives a new name. */
export function rename(record: number, name: string): void {
  release(atomics.exchange(arena.cells, record + PRIM.NAME, writeText(arena, name)));
}

/** Leaves STARTING, and tells the one who waits for that. */
export function leaveStarting(record: number, state: number): void {
  if (!moveField(record, CHILD.STATE, STATE.STARTING, state)) return;
  arena.notify(record + CHILD.STATE, Infinity);
}

/** Tells everybody that the process has ended. */
export function complete(record: number, exit: number): void {
  setField(record, CHILD.EXIT, exit);
  setField(record, CHILD.STATE, STATE.ENDED);
  arena.notify(record + CHILD.STATE, Infinity);
  setEvent(arena, record);
  if (moveField(record, CHILD.COUNTED, 1, 0)) atomics.add(arena.cells, HEADER.DAEMONS, -1);
  letGo(record + CHILD.HOLDING);
}

/** Puts a record into the list of children; the list refers to it. */
export function enlist(record: number): void {
  retain(record);
  lockSide(arena, HEADER.CHILDREN_LOCK);
  let link: number = HEADER.CHILDREN_HEAD;
  for (let next = peek(link); next !== 0; next = peek(link)) link = next + CHILD.NEXT;
  setField(record, CHILD.NEXT, 0);
  atomics.poke(arena.cells, link, record);
  unlockSide(arena, HEADER.CHILDREN_LOCK);
}

/** Takes a record out; nothing happens when it is not in. */
export function delist(record: number): void {
  lockSide(arena, HEADER.CHILDREN_LOCK);
  let link: number = HEADER.CHILDREN_HEAD;
  while (peek(link) !== 0 && peek(link) !== record) link = peek(link) + CHILD.NEXT;
  const found = peek(link) === record;
  if (found) atomics.poke(arena.cells, link, getField(record, CHILD.NEXT));
  unlockSide(arena, HEADER.CHILDREN_LOCK);
  if (found) release(record);
}

/** The records in the list, each with a reference that the caller gives back. */
export function listed(): number[] {
  const records: number[] = [];
  lockSide(arena, HEADER.CHILDREN_LOCK);
  for (let record = peek(HEADER.CHILDREN_HEAD); record !== 0;) {
    retain(record);
    records.push(record);
    record = getField(record, CHILD.NEXT);
  }
  unlockSide(arena, HEADER.CHILDREN_LOCK);
  return records;
}

function peek(index: number): number {
  return atomics.peek(arena.cells, index);
}

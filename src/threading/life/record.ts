// A thread's record: what all threads know of one. An event that is set when the thread ends, and
// the facts beside it.
//
//   INITIAL -> STARTING -> RUNNING -> ENDING -> ENDED
//                    \________________/
//
// STARTING: it waits for a worker. Whoever moves it to ENDING finishes it: its own thread as a
// rule, else the maker of its worker, or somebody who waits for it and finds the worker dead.
import {
  PRIM,
  PRIM_TYPE,
  arena,
  atomics,
  homeOf,
  initPrim,
  readTextAt,
  release,
  writeText,
} from '../../kernel/index.ts';
import { drop } from '../../wire/index.ts';

/** Cells of a record, after those of the event that it is. */
export const RECORD = {
  STATE: 10,
  IDENT: 11,
  DAEMON: 12,
  TID: 13,
  SLOT: 14,
  OS_TID: 15,
  /** Message with target and arguments; message with what came of it. */
  TASK: 16,
  RESULT: 17,
  OUTCOME: 18,
  EXIT_CODE: 19,
  /** Whether the thread was asked to stop (ASKED); it is being stopped dead. */
  ASKED: 20,
  CONDEMNED: 21,
  /** 1 while it is counted among those whose end the program awaits. */
  HOLDING: 22,
  /** Id of the thread that starts it, until that has done so. */
  STARTER: 23,
  /** The next one in the list of those alive. */
  NEXT_ALIVE: 24,
  NEXT_STARTING: 25,
  /** A worker of its own, not one from the cache. */
  ISOLATED: 26,
  /**
   * When it ended: processor time in ms, JavaScript heap in KiB. When it began: processor time of
   * its worker in ms.
   */
  CPU_MS: 27,
  HEAP_KIB: 28,
  CPU_BASE_MS: 29,
  /** 1 for a Timer, whose cells follow (due.ts). */
  TIMED: 30,
  /** Id of the thread that finishes it, as its worker is gone. */
  FINISHER: 31,
  /** An event of its own: set when the thread is asked to stop. */
  STOP: 32,
  CELLS: 42,
} as const;

/** RECORD.STATE. */
export const STATE = { INITIAL: 0, STARTING: 1, RUNNING: 2, ENDING: 3, ENDED: 4 } as const;

/** RECORD.ASKED: with time without end to do so, or to be stopped dead after a while. */
export const ASKED = { NO: 0, POLITELY: 1, TO_BE_STOPPED: 2 } as const;

/** RECORD.OUTCOME. */
export const OUTCOME = {
  NONE: 0,
  /** The target returned; RESULT is its value. */
  RETURNED: 1,
  /** The target threw; RESULT is the error. */
  THREW: 2,
  /** The target returned what cannot travel; RESULT is the TransferError. */
  KEPT: 3,
  /** process.exit() was called in it. */
  EXITED: 4,
  /** It was stopped by terminate(). */
  TERMINATED: 5,
  /** Its worker died. RESULT is the error that the platform gave, or 0. */
  DIED: 6,
} as const;

/** Kind and size of the records of a class of threads. */
export interface Shape {
  readonly kind: number;
  readonly byteLength: number;
}

/** The classes of ours. A class of the user's has the shape of the one that it extends. */
export const shapes: Map<unknown, Shape> = new Map();

/** The shape for a class of threads. */
export function shapeOf(type: unknown): Shape {
  for (let each = type; ; each = Object.getPrototypeOf(each) as unknown) {
    const shape = shapes.get(each);
    if (shape !== undefined) return shape;
  }
}

/** Fills a new record. */
export function initRecord(record: number, name: string, daemon: boolean): void {
  initPrim(arena, record, PRIM_TYPE.THREAD);
  for (let field = PRIM.CELLS; field < RECORD.STOP; field++)
    atomics.poke(arena.cells, record + field, 0);
  initPrim(arena, record + RECORD.STOP, PRIM_TYPE.EVENT);
  atomics.poke(arena.cells, record + RECORD.DAEMON, Number(daemon));
  atomics.store(arena.cells, record + PRIM.NAME, writeText(arena, name));
}

/** Releases what a record refers to. */
export function destroyRecord(record: number): void {
  dropMessages(record);
  release(atomics.exchange(arena.cells, record + PRIM.NAME, 0));
}

/** Drops the messages with its task and its result. */
export function dropMessages(record: number): void {
  for (const field of [RECORD.TASK, RECORD.RESULT]) {
    const message = atomics.exchange(arena.cells, record + field, 0);
    if (message !== 0) drop(message);
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

/**
 * Ends the STARTING of a thread, and tells the one who started it and waits for that; false when it
 * was not STARTING.
 */
export function leaveStarting(record: number, state: number): boolean {
  if (!moveField(record, RECORD.STATE, STATE.STARTING, state)) return false;
  arena.notify(record + RECORD.STATE, Infinity);
  return true;
}

/** The name of a thread, or of a primitive that has one; '' without. */
export function nameOf(prim: number): string {
  return readTextAt(homeOf(prim), prim + PRIM.NAME);
}

/** Gives a new name. */
export function rename(prim: number, name: string): void {
  const old = atomics.exchange(arena.cells, prim + PRIM.NAME, writeText(arena, name));
  if (old !== 0) release(old);
}

// A timer's wait before its target, in the timer's own thread.
//
// Behind the record of a Timer are an event that is set to cancel it, and the interval.
import {
  ASLEEP,
  PRIM,
  PRIM_TYPE,
  arena,
  atomics,
  initPrim,
  setEvent,
  waitEventBlocking,
  nowMs,
} from '../../kernel/index.ts';
import { RECORD, getField, setField } from './record.ts';

const CANCEL: number = RECORD.CELLS;
/**
 * The interval in whole seconds and the milliseconds that are left; a negative number is for ever.
 */
const SECONDS: number = CANCEL + PRIM.CELLS;
const MS: number = SECONDS + 1;

/** Cells of a timer's record. */
export const TIMER_CELLS: number = MS + 1;

const nothing = (): void => {};

/** Makes a new record, which has room for it, a timer's. */
export function initTimer(record: number, intervalMs: number): void {
  initPrim(arena, record + CANCEL, PRIM_TYPE.EVENT);
  const seconds = intervalMs === Infinity ? -1 : Math.floor(intervalMs / 1000);
  setField(record, SECONDS, seconds | 0);
  setField(record, MS, seconds < 0 ? 0 : Math.ceil(intervalMs - seconds * 1000));
  setField(record, RECORD.TIMED, 1);
}

/** Cancels a timer, unless its target runs already. */
export function cancelTimer(record: number): void {
  setEvent(arena, record + CANCEL);
}

/** Waits until the target of a thread may run; false when it must not. */
export function isDue(record: number): boolean {
  if (getField(record, RECORD.TIMED) === 0) return true;
  const seconds = atomics.load(arena.cells, record + SECONDS);
  const ms = seconds < 0 ? Infinity : seconds * 1000 + getField(record, MS);
  const deadlineMs = nowMs() + ms;
  return !waitEventBlocking(arena, record + CANCEL, deadlineMs, ASLEEP, nothing);
}

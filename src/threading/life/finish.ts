// The end of a thread, whoever brings it about. Each step is done once, by whoever comes first to
// it.
import {
  PRIM,
  arena,
  clearEvent,
  hasDied,
  hold,
  keepName,
  letGo,
  setEvent,
  writeText,
  family,
  SLOT,
  atomics,
} from '../../kernel/index.ts';
import {
  OUTCOME,
  RECORD,
  STATE,
  dropMessages,
  getField,
  leaveStarting,
  moveField,
  nameOf,
  setField,
} from './record.ts';
import { delist } from './roster.ts';

/** Claims the end of a thread: true for the one who then has to call complete(). */
export function claimEnd(record: number, outcome: number, result: number): boolean {
  const claimed =
    moveField(record, RECORD.STATE, STATE.RUNNING, STATE.ENDING) ||
    leaveStarting(record, STATE.ENDING);
  if (!claimed) return false;
  setField(record, RECORD.RESULT, result);
  setField(record, RECORD.OUTCOME, outcome);
  return true;
}

/**
 * Makes this thread the one that finishes a thread whose worker is gone: whoever waits for the end
 * must not be told of it before all is reported. False while another one is at it.
 */
export function claimFinish(record: number): boolean {
  for (;;) {
    const other = getField(record, RECORD.FINISHER);
    if (other === arena.tid) return true;
    if (other !== 0 && !hasDied(arena, other, true)) return false;
    if (moveField(record, RECORD.FINISHER, other, arena.tid)) return true;
  }
}

/** It is finished: who comes later finds so. */
export function endFinish(record: number): void {
  moveField(record, RECORD.FINISHER, arena.tid, 0);
}

/**
 * Remembers the thread's name for messages about what it leaves behind. Before its id is turned
 * over, so that nobody finds the id dead and the name unknown.
 */
export function rememberName(record: number): void {
  const tid = getField(record, RECORD.TID);
  if (tid === 0) return;
  const name = nameOf(record);
  keepName(arena, tid, writeText(arena, name));
  const shared = atomics.load(arena.cells, arena.slotOf(tid) + SLOT.FAMILY);
  if (shared === 0) return;
  const home = family();
  keepName(home, atomics.load(home.cells, home.slotOf(shared) + SLOT.TID), writeText(home, name));
}

/**
 * Tells everybody that the thread has ended. Its locks have been passed on before. The program goes
 * on waiting for it until stopHolding(): its worker may have something left to do.
 */
export function complete(record: number): void {
  delist(record);
  setField(record, RECORD.STATE, STATE.ENDED);
  setEvent(arena, record);
}

/** Takes back the start of a thread that no worker could be had for: it may be started again. */
export function forgetStart(record: number): void {
  dropMessages(record);
  setField(record, RECORD.OUTCOME, OUTCOME.NONE);
  setField(record, RECORD.IDENT, 0);
  clearEvent(arena, record);
  setField(record, RECORD.STATE, STATE.INITIAL);
}

/** Counts a thread among those whose end the program awaits. */
export function startHolding(record: number): void {
  hold(record + RECORD.HOLDING);
}

/** The program need not wait for this thread any more. */
export function stopHolding(record: number): void {
  letGo(record + RECORD.HOLDING);
}

/** Whether the thread's event is set. */
export function hasEnded(record: number): boolean {
  return (getField(record, PRIM.WORD) & 1) !== 0;
}

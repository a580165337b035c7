// The main thread: a record like the others', made when heddle is first imported.
import {
  HEADER,
  SLOT,
  allocate,
  arena,
  atomics,
  inheritance,
  inheritedFamily,
} from '../kernel/index.ts';
import { prepareFunctions } from '../wire/index.ts';
import { setCurrent } from './current.ts';
import { awaitThreadsAtExit } from './life/holding.ts';
import { RECORD, STATE, initRecord, setField } from './life/record.ts';
import { enlist } from './life/roster.ts';
import { watchForDeadlocks } from './view/deadlock.ts';
import { dumpOnSignal, isDumpWanted } from './view/dump-signal.ts';

/** Gives the main thread its record; nothing happens in other threads, or the second time. */
export function enterMainThread(kind: number): void {
  if (inheritance !== null || atomics.load(arena.cells, HEADER.MAIN_RECORD) !== 0) return;
  const slot = arena.slotOf(arena.slot);
  const record = allocate(RECORD.CELLS * 4, kind);
  initRecord(record, 'MainThread', false);
  setField(record, RECORD.STATE, STATE.RUNNING);
  setField(record, RECORD.IDENT, nextIdent());
  setField(record, RECORD.TID, arena.tid);
  setField(record, RECORD.SLOT, arena.slot);
  setField(record, RECORD.OS_TID, atomics.load(arena.cells, slot + SLOT.OS_TID));
  atomics.store(arena.cells, slot + SLOT.THREAD, record);
  atomics.store(arena.cells, HEADER.MAIN_RECORD, record);
  enlist(record);
  setCurrent(record);
  awaitThreadsAtExit(record);
  // A child's target is waited for, and few send functions in their turn.
  if (inheritedFamily === null) prepareFunctions();
  watchForDeadlocks();
  if (isDumpWanted()) dumpOnSignal();
}

/** A number that no thread of this program has had. */
export function nextIdent(): number {
  return atomics.add(arena.cells, HEADER.IDENT, 1) + 1;
}

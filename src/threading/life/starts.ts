// Threads that are being started, and what becomes of them when the thread that starts them is
// stopped in the midst of it: nobody would ever run them, or tell of their end.
import { arena, hasDied } from '../../kernel/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import { store } from '../../wire/index.ts';
import { letGo, withdraw } from './cache.ts';
import { complete, stopHolding } from './finish.ts';
import { reportError } from './hook.ts';
import {
  OUTCOME,
  RECORD,
  STATE,
  getField,
  leaveStarting,
  moveField,
  nameOf,
  setField,
} from './record.ts';
import { aliveRecords } from './roster.ts';

/** Makes a thread STARTING, by this thread; false when it was started before. */
export function beginStart(record: number): boolean {
  const before = getField(record, RECORD.STARTER);
  // The one before was stopped before it had begun.
  if (before === 0 || hasDied(arena, before, true))
    moveField(record, RECORD.STARTER, before, arena.tid);
  return moveField(record, RECORD.STATE, STATE.INITIAL, STATE.STARTING);
}

/** A worker will take it, or the maker of workers tell why none can. */
export function endStart(record: number): void {
  setField(record, RECORD.STARTER, 0);
}

/** Ends a thread if the one that was starting it has been stopped. Any thread may. */
export function mendStart(record: number): void {
  const starter = getField(record, RECORD.STARTER);
  if (starter !== 0 && hasDied(arena, starter, true)) abandon(record);
}

/** A thread is gone: those that it was starting end, too. */
export function abandonStarts(starter: number): void {
  if (starter === 0) return;
  for (const record of aliveRecords()) {
    if (getField(record, RECORD.STARTER) === starter) abandon(record);
    letGo(record);
  }
}

// A worker that has got it all the same finds that it is not STARTING any more.
function abandon(record: number): void {
  if (!leaveStarting(record, STATE.ENDING)) return;
  const error = new RuntimeError(
    `Cannot run thread ${JSON.stringify(nameOf(record))} as the thread that was starting it ` +
      'was stopped',
  );
  setField(record, RECORD.RESULT, store(error, 'error'));
  setField(record, RECORD.OUTCOME, OUTCOME.DIED);
  if (withdraw(record)) letGo(record);
  reportError(record, error);
  complete(record);
  stopHolding(record);
}

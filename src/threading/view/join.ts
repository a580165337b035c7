// Waiting for a thread's end, and for nothing that cannot come: a worker that died is noticed here
// too.
import {
  RELEASED_BY,
  SLOT_MASK,
  arena,
  checkpoint,
  glance,
  hasDied,
  reapThread,
  waitEventAsync,
  waitEventBlocking,
  blockWhileHolds,
} from '../../kernel/index.ts';
import type { Patience } from '../../kernel/index.ts';
import { forgetStart, rememberName } from '../life/finish.ts';
import { finishDead } from '../life/maker.ts';
import { OUTCOME, RECORD, STATE, getField } from '../life/record.ts';
import { endStart, mendStart } from '../life/starts.ts';
import { outcomeOf } from './outcome.ts';

/** Blocks until the thread has ended; false when the deadline passed. */
export function awaitEnd(record: number, deadlineMs: number): boolean {
  const { OWNER } = RELEASED_BY;
  return waitEventBlocking(arena, record, deadlineMs, record, watchOver(record), OWNER);
}

/** The same without blocking. */
export function awaitEndAsync(record: number, patience: Patience): Promise<boolean> {
  return waitEventAsync(arena, record, patience, watchOver(record));
}

// The maker of the worker hears of its death by an event, and knows why. But it may be the main
// thread, and blocked: in this very wait. So whoever sees the worker gone at two slices finishes
// the thread.
function watchOver(record: number): () => void {
  let gone = false;
  return () => {
    const state = getField(record, RECORD.STATE);
    if (state === STATE.STARTING) return mendStart(record);
    const tid = getField(record, RECORD.TID);
    if (tid === 0 || state < STATE.RUNNING) return;
    if ((tid & SLOT_MASK) === arena.slot || !hasDied(arena, tid, true)) return;
    if (gone) {
      rememberName(record);
      reapThread(arena, tid);
      finishDead(record, null, undefined);
    }
    gone = true;
  };
}

/** At a question about threads, which may be asked again and again until the answer changes. */
export function lookAround(): void {
  checkpoint();
  glance();
}

/**
 * Blocks until a thread that was started has begun, or cannot; throws the error that says why it
 * cannot, and leaves the thread as it was before.
 */
export function awaitBegin(record: number): void {
  endStart(record);
  blockWhileHolds(arena, record + RECORD.STATE, STATE.STARTING);
  const failed =
    getField(record, RECORD.STATE) >= STATE.ENDING && getField(record, RECORD.TID) === 0;
  if (!failed) return;
  awaitEnd(record, Infinity);
  if (getField(record, RECORD.OUTCOME) !== OUTCOME.DIED) return;
  try {
    outcomeOf(record);
  } finally {
    forgetStart(record);
  }
}

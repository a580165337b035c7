// The five states of a thread, and what it waits for, told from its record, our own wait table and
// the kernel's view.
import { ASLEEP, SLOT, arena, atomics } from '../../kernel/index.ts';
import { RECORD, STATE, getField } from '../life/record.ts';
import { describe } from '../locks/describe.ts';
import { stateLetterOf } from './usage.ts';

/**
 * The five states of a thread. 'ready' is runnable but without a processor; 'waiting' is blocked or
 * asleep.
 */
export type State = 'initial' | 'ready' | 'running' | 'waiting' | 'terminated';

/** The state of a thread. */
export function stateOf(record: number): State {
  switch (getField(record, RECORD.STATE)) {
    case STATE.INITIAL:
      return 'initial';
    case STATE.STARTING:
      return 'ready';
    case STATE.ENDED:
      return 'terminated';
    default:
      break;
  }
  // Woken, and wanting the GIL: it could run.
  if (slotField(record, SLOT.GIL_WAIT) !== 0) return 'ready';
  if (slotField(record, SLOT.WAITING) !== 0) return 'waiting';
  // Blocked in a call of the system's, or in an event loop without an event.
  const osTid = getField(record, RECORD.OS_TID);
  const letter = osTid === 0 ? null : stateLetterOf(osTid);
  return letter === null || letter === 'R' ? 'running' : 'waiting';
}

/** What a thread waits for, in words; null while it does not wait in a call of heddle's. */
export function waitingForOf(record: number): string | null {
  const waited = slotField(record, SLOT.WAITING);
  if (waited === 0 || slotField(record, SLOT.GIL_WAIT) !== 0) return null;
  return waited === ASLEEP ? 'time to pass' : describe(waited);
}

// Of the slot of a thread that runs; 0 for others.
function slotField(record: number, field: number): number {
  if (getField(record, RECORD.STATE) !== STATE.RUNNING) return 0;
  const slot = arena.slotOf(getField(record, RECORD.TID));
  const value = atomics.load(arena.cells, slot + field);
  // The slot may have another thread by now.
  const same = atomics.load(arena.cells, slot + SLOT.TID) === getField(record, RECORD.TID);
  return same ? value : 0;
}

// The five states of a thread, and what it waits for, told from its record, our own wait table and
// the kernel's view.
import { ASLEEP, LAUNCHING, READING, SLOT, arena, atomics, family } from '../../kernel/index.ts';
import { hasProcessor } from '../../system/index.ts';
import { RECORD, STATE, getField } from '../life/record.ts';
import { describe } from '../locks/describe.ts';
import { stateLetterOf } from './usage.ts';

/**
 * The five states of a thread. 'ready' is runnable but without a processor; 'waiting' is blocked or
 * asleep.
 */
export type State = 'initial' | 'ready' | 'running' | 'waiting' | 'terminated';

const WORDS: ReadonlyMap<number, string> = new Map([
  [ASLEEP, 'time to pass'],
  [READING, 'a line of standard input'],
  [LAUNCHING, 'a thread to begin'],
]);

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
  if (waitedFor(record) !== 0) return 'waiting';
  // Blocked in a call of the system's, or in an event loop without an event.
  const osTid = getField(record, RECORD.OS_TID);
  const letter = osTid === 0 ? null : stateLetterOf(osTid);
  if (letter !== null && letter !== 'R') return 'waiting';
  const self = getField(record, RECORD.TID) === arena.tid;
  return self || osTid === 0 || hasProcessor(`self/task/${osTid}`) ? 'running' : 'ready';
}

/** What a thread waits for, in words; null while it does not wait in a call of heddle's. */
export function waitingForOf(record: number): string | null {
  const waited = waitedFor(record);
  if (waited === 0 || slotField(record, SLOT.GIL_WAIT) !== 0) return null;
  return WORDS.get(waited) ?? describe(waited);
}

// A handle, or one of the waits that have none; 0 while the thread does not wait.
function waitedFor(record: number): number {
  const own = slotField(record, SLOT.WAITING);
  if (own !== 0) return own;
  // It may wait in memory that other processes have, too.
  const shared = slotField(record, SLOT.FAMILY);
  return shared === 0 ? 0 : atomics.load(arena.cells, family().slotOf(shared) + SLOT.WAITING);
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

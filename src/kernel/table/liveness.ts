// Is a thread, known by its id, still there?
//
// A thread's id holds its slot and the slot's generation, and the slot holds the id of the thread
// that has it now: one look tells a thread that ended as it should. A worker that was torn away
// (out of memory, terminated from outside) tells nobody; its maker hears of it by an event, and
// where the maker cannot listen, Linux's /proc answers.
import fs from 'node:fs';
import type { Arena } from '../memory/arena.ts';
import { compareExchange, load } from '../atomics.ts';
import { SLOT, SLOT_STATE } from '../memory/layout.ts';

/**
 * True when the thread is gone for certain.
 *
 * @param ask also ask the operating system, which takes some 5 µs: for those who have waited a
 *   while
 */
export function hasDied(arena: Arena, tid: number, ask: boolean): boolean {
  const { cells } = arena;
  const slot = arena.slotOf(tid);
  if (load(cells, slot + SLOT.TID) !== tid) return true;
  const state = load(cells, slot + SLOT.STATE);
  if (state === SLOT_STATE.DEAD) return true;
  if (!ask || state === SLOT_STATE.FREE || state === SLOT_STATE.BOOTING) return false;
  const osTid = load(cells, slot + SLOT.OS_TID);
  if (osTid === 0 || fs.existsSync(`/proc/${load(cells, slot + SLOT.OS_PID)}/task/${osTid}`)) {
    return false;
  }
  // Said once, so that the next who asks need not go to /proc. Its maker cleans up when it hears.
  compareExchange(cells, slot + SLOT.STATE, state, SLOT_STATE.DEAD);
  return true;
}

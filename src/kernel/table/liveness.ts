// Is a thread, known by its id, still there?
//
// A thread's id holds its slot and the slot's generation, and the slot holds the id of the thread
// that has it now: one look tells a thread that ended as it should. A worker that was torn away
// (out of memory, terminated from outside) tells nobody; its maker hears of it by an event, and
// where the maker cannot listen, Linux's /proc answers.
import fs from 'node:fs';
import type { Arena } from '../memory/arena.ts';
import { load, store } from '../atomics.ts';
import { SLOT, SLOT_STATE } from '../memory/layout.ts';
import { procOf } from './proc.ts';

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
  if (state === SLOT_STATE.FREE || state === SLOT_STATE.BOOTING) return false;
  if (load(cells, slot + SLOT.GONE) === tid) return true;
  if (!ask) return false;
  if (load(cells, slot + SLOT.OS_TID) === 0 || isThere(arena, slot)) return false;
  // Said once, so that the next who asks need not go to /proc; of this thread, as the slot may be
  // another one's by now. Its maker cleans up when it hears.
  store(cells, slot + SLOT.GONE, tid);
  return true;
}

/** True when the process of a slot in the family's arena is gone for certain. */
export function hasProcessDied({ cells }: Arena, slot: number): boolean {
  const proc = load(cells, slot + SLOT.OS_PROC);
  if (proc === 0) return false;
  const start = startOfProc(proc);
  return start !== UNKNOWN_START && start !== load(cells, slot + SLOT.OS_START);
}

/** What {@link startOf} gives where the system does not say, as no descriptor is left. */
export const UNKNOWN_START = -1;

/**
 * When a process began, in ticks since the machine did: what tells it from a later one that has the
 * same id. Null when there is no such process, or it has ended and only its parent does not know;
 * UNKNOWN_START, which is no process's start, when the system does not say.
 */
export function startOf(pid: number): number | null {
  if (pid !== process.pid) return readStart(pid);
  if (ownStart === null || ownStart === UNKNOWN_START) ownStart = readStart(pid);
  return ownStart;
}

let ownStart: number | null = null;

function readStart(pid: number): number | null {
  const proc = procOf(pid);
  return proc === null ? null : startOfProc(proc);
}

function startOfProc(proc: number): number | null {
  try {
    const line = fs.readFileSync(`/proc/${proc}/stat`, 'latin1');
    // The fields after the name, which may itself hold blanks and brackets: the state, which is the
    // third of all, comes first. Z is a zombie, X one that is going.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]) & 0x7fff_ffff;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? null : UNKNOWN_START;
  }
}

// A thread of this process is gone when the system does not list it. One of another process may be
// listed long after that was killed, as a zombie.
function isThere(arena: Arena, slot: number): boolean {
  const { cells } = arena;
  const proc = load(cells, slot + SLOT.OS_PROC);
  if (!fs.existsSync(`/proc/${proc}/task/${load(cells, slot + SLOT.OS_TID)}`)) return false;
  return load(cells, slot + SLOT.OS_PID) === process.pid || !hasProcessDied(arena, slot);
}

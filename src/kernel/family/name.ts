// What a process is called in its family: each slot of its threads in the family's arena has its
// name, so that others can tell it of what the process holds, or held when it was killed.
//
// A text is the slot's own. It stays after the end of the process, until the slot is another's.
import { exchange, load } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import type { Arena } from '../memory/arena.ts';
import { freeIn } from '../memory/heap.ts';
import { HEADER, PRIM, SLOT } from '../memory/layout.ts';
import { readTextAt, writeText } from '../memory/strings.ts';

/** The name of this process; what it is to the system where it has an empty one. */
export function processName(): string {
  const record = load(arena.cells, HEADER.THIS_PROCESS);
  const name = record === 0 ? 'MainProcess' : readTextAt(arena, record + PRIM.NAME);
  return name || `process ${process.pid}`;
}

/** The name of the process that has a slot of the family's, or had it last. */
export function nameInSlot(home: Arena, slot: number): string {
  const name = readTextAt(home, slot + SLOT.PROCESS_NAME);
  return name || `process ${load(home.cells, slot + SLOT.OS_PID)}`;
}

/** Gives a slot of this process's its name. Under HEADER.FAMILY_LOCK, as that may change. */
export function nameSlot(home: Arena, slot: number): void {
  const old = exchange(home.cells, slot + SLOT.PROCESS_NAME, newText(home, processName()));
  if (old !== 0) freeIn(home, old);
}

// Who comes to take something out of memory that is full must get in.
function newText(home: Arena, name: string): number {
  try {
    return writeText(home, name);
  } catch {
    return 0;
  }
}

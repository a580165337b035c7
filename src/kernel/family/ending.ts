// The ends of threads and processes, as both arenas hear of them.
import { load } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import type { Arena } from '../memory/arena.ts';
import { releaseHoldings } from '../memory/holdings.ts';
import { HEADER, SLOT, SLOT_STATE } from '../memory/layout.ts';
import { writeText } from '../memory/strings.ts';
import { keepName } from '../table/ended.ts';
import { hasProcessDied } from '../table/liveness.ts';
import { freeSlot, reapSlot, turnOver } from '../table/slots.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';
import { family, familyIfEntered } from './family.ts';
import { nameInSlot } from './name.ts';

const endings: (() => void)[] = [];

/** Has something done in this worker whenever a thread ends that runs in it. */
export function whenThreadEnds(act: () => void): void {
  endings.push(act);
}

/** Ends the thread that runs here; its worker goes on under a new id. */
export function endThread(): void {
  for (const act of endings) act();
  turnOver(arena);
  const shared = familyIfEntered();
  if (shared !== null) turnOver(shared);
}

/** Clears up after a worker that has exited, whatever way; it may have had no thread by then. */
export function buryThread(slotNumber: number, wasIdle: boolean): void {
  const shared = load(arena.cells, arena.slotOf(slotNumber) + SLOT.FAMILY);
  try {
    bury(arena, slotNumber, wasIdle);
  } finally {
    if (shared !== 0) buryInFamily(shared);
  }
}

function buryInFamily(slotNumber: number): void {
  const home = family();
  const slot = home.slotOf(slotNumber);
  buryWhere(home, (other) => other === slot);
}

/** Clears up after a process that has exited, whatever way: all of its threads have ended. */
export function buryProcess(pid: number): void {
  const home = familyIfShared();
  if (home !== null) buryWhere(home, (slot) => load(home.cells, slot + SLOT.OS_PID) === pid);
}

/**
 * Clears up after all processes of the family that are gone. Their parent does, when it hears of
 * their end; but it may have been killed before.
 */
export function buryOrphans(): void {
  const home = familyIfShared();
  if (home !== null) buryWhere(home, (slot) => hasProcessDied(home, slot));
}

// Null while nothing was ever shared with another process.
function familyIfShared(): Arena | null {
  return load(arena.cells, HEADER.FAMILY_MAPPED) === 0 ? null : family();
}

// Two processes may come to bury one slot. The second finds it free, or another one's: so they look
// in turn. What one that is killed meanwhile has left, the next goes on with.
function buryWhere(home: Arena, isDead: (slot: number) => boolean): void {
  const { base, cells } = home;
  const high = load(cells, base + HEADER.SLOTS_HIGH);
  for (let number = 1; number < high; number++) {
    const slot = home.slotOf(number);
    const isOver = (): boolean =>
      load(cells, slot + SLOT.STATE) !== SLOT_STATE.FREE && (isBegun(home, slot) || isDead(slot));
    if (!isOver()) continue;
    lockSide(home, base + HEADER.BURIAL_LOCK);
    try {
      if (!isOver()) continue;
      if (!isBegun(home, slot)) nameAfterProcess(home, slot);
      bury(home, number, false);
    } finally {
      unlockSide(home, base + HEADER.BURIAL_LOCK);
    }
  }
}

// Somebody was killed who buried it; maybe when only the slot was to be given away.
function isBegun({ cells }: Arena, slot: number): boolean {
  if (load(cells, slot + SLOT.BURIED) !== 0) return true;
  const isDead = load(cells, slot + SLOT.STATE) === SLOT_STATE.DEAD;
  return isDead && load(cells, slot + SLOT.OS_PID) === 0;
}

// A thread of this process has told its own name.
function nameAfterProcess(home: Arena, slot: number): void {
  if (load(home.cells, slot + SLOT.OS_PID) === process.pid) return;
  let name: number;
  try {
    name = writeText(home, nameInSlot(home, slot));
  } catch {
    // There is no room for it: the thread goes by its number.
    return;
  }
  keepName(home, load(home.cells, slot + SLOT.TID), name);
}

// What it held is in order before what it referred to goes, and all that before the slot is
// anybody's again.
function bury(home: Arena, number: number, wasIdle: boolean): void {
  reapSlot(home, number, wasIdle);
  try {
    releaseHoldings(home, number);
  } finally {
    freeSlot(home, number);
  }
}

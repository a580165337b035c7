// The ends of threads and processes, as both arenas hear of them.
import { load } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import type { Arena } from '../memory/arena.ts';
import { takeHoldings } from '../memory/holdings.ts';
import { release } from '../memory/kinds.ts';
import { HEADER, SLOT, SLOT_STATE } from '../memory/layout.ts';
import { writeText } from '../memory/strings.ts';
import { keepName } from '../table/ended.ts';
import { burySlot, turnOver } from '../table/slots.ts';
import { family, familyIfEntered } from './family.ts';

/** Ends the thread that runs here; its worker goes on under a new id. */
export function endThread(): void {
  turnOver(arena);
  const shared = familyIfEntered();
  if (shared !== null) turnOver(shared);
}

/** Clears up after a worker that has exited, whatever way. */
export function buryThread(slotNumber: number): void {
  const shared = load(arena.cells, arena.slotOf(slotNumber) + SLOT.FAMILY);
  bury(arena, slotNumber);
  if (shared !== 0) bury(family(), shared);
}

/** Clears up after a process that has exited, whatever way: all of its threads have ended. */
export function buryProcess(pid: number): void {
  // Nothing was ever shared with it.
  if (load(arena.cells, HEADER.FAMILY_MAPPED) === 0) return;
  const shared = family();
  const high = load(shared.cells, shared.base + HEADER.SLOTS_HIGH);
  for (let number = 1; number < high; number++) {
    const slot = shared.slotOf(number);
    if (load(shared.cells, slot + SLOT.OS_PID) !== pid) continue;
    if (load(shared.cells, slot + SLOT.STATE) === SLOT_STATE.FREE) continue;
    keepName(shared, load(shared.cells, slot + SLOT.TID), writeText(shared, `process ${pid}`));
    bury(shared, number);
  }
}

// What it referred to is taken from the slot before that is anybody's again.
function bury(home: Arena, number: number): void {
  const handles = takeHoldings(home, number);
  burySlot(home, number);
  for (const handle of handles) release(handle);
}

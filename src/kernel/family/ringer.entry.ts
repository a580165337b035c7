// The ringer: a thread of each process that waits for waiters of others.
//
// V8 wakes an event loop only from within its own process. So another process counts up one cell,
// on which this thread sleeps by the system's own means, and it rings the doorbells of those loops
// here that have something to look at. It runs nothing of the user's, and ends with the process.
import { load, notify, store } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { HEADER, SLOT, SLOT_STATE } from '../memory/layout.ts';
import { family, slotsOfThisProcess } from './family.ts';

const shared = family();
const bell = shared.slotOf(shared.slot) + SLOT.MAIL;

// Known to all first, and only then a look round: whoever pushed a node before, and found nobody to
// tell, is seen now.
store(arena.cells, arena.slotOf(arena.slot) + SLOT.STATE, SLOT_STATE.LIVE);
store(arena.cells, HEADER.RINGER, shared.slot);
for (;;) {
  const seen = load(shared.cells, bell);
  for (const slot of slotsOfThisProcess(shared)) {
    store(shared.cells, slot + SLOT.RINGER, shared.slot);
    if (load(shared.cells, slot + SLOT.READY) !== 0) notify(shared.cells, slot + SLOT.READY, 1);
  }
  shared.wait(bell, seen, Infinity);
}

// This thread's place in the thread table, taken before anything else is done in the arena.
import { inheritance, arena } from '../memory/arena.ts';
import { SLOT_STATE } from '../memory/layout.ts';
import { claimSlot, enterSlot } from './slots.ts';

// A worker's maker has claimed a slot for it. It counts as booting until it has a thread or is
// parked.
if (inheritance === null) enterSlot(arena, claimSlot(arena), SLOT_STATE.LIVE);
else enterSlot(arena, inheritance.slot, SLOT_STATE.BOOTING);

/** The slot. */
export const selfSlot: number = arena.slot;

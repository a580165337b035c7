// Running a function of the user's that belongs to whoever waits: where a thread waits on behalf of
// another process, that runs it.
import { load, store } from './atomics.ts';
import { arena } from './memory/arena.ts';
import { SLOT } from './memory/layout.ts';

type Perform = (act: () => unknown) => unknown;

let performHere: Perform = (act) => act();

/** Says how functions are run in this thread, which does what another process asks for. */
export function performBy(here: Perform): void {
  performHere = here;
  store(arena.cells, arena.slotOf(arena.slot) + SLOT.AGENT, 1);
}

/** Whether a thread does what another process asks for; this one unless it is said. */
export function isAgent(slot: number = arena.slot): boolean {
  return load(arena.cells, arena.slotOf(slot) + SLOT.AGENT) !== 0;
}

/** Runs a function. */
export function perform(act: () => unknown): unknown {
  return performHere(act);
}

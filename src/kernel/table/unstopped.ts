// What a thread must not be stopped in the midst of: loading native code, or, in Node 22, a module
// by `require`, which takes the whole process with it; asking for a child, which others would wait
// for.
//
// A thread says that it begins, and then looks whether it is about to be stopped; who stops threads
// says so first, and then looks whether they are at it. So one of the two sees the other (Dekker).
import { load, store } from '../atomics.ts';
import { arena, inheritance } from '../memory/arena.ts';
import { HEADER, SLOT } from '../memory/layout.ts';
// oxlint-disable-next-line import/no-unassigned-import -- who writes to his slot has one
import './self.ts';

/** Does what this thread is not stopped in; never returns if it is about to be stopped. */
export function unstopped<T>(act: () => T): T {
  return actWhole(act, isDoomed);
}

/**
 * The same, but while the program ends it is done all the same: a handler of 'exit' may wait for
 * this thread.
 */
export function unterminated<T>(act: () => T): T {
  return actWhole(act, (slot) => load(arena.cells, slot + SLOT.DOOMED) !== 0);
}

function actWhole<T>(act: () => T, isLate: (slot: number) => boolean): T {
  const { cells } = arena;
  const slot = arena.slotOf(arena.slot);
  // Within another one.
  if (load(cells, slot + SLOT.UNSTOPPED) !== 0) return act();
  store(cells, slot + SLOT.UNSTOPPED, 1);
  try {
    // The main thread ends by itself.
    if (inheritance === null || !isLate(slot)) return act();
  } finally {
    store(cells, slot + SLOT.UNSTOPPED, 0);
  }
  for (;;) arena.wait(slot + SLOT.UNSTOPPED, 0, Infinity);
}

/** Says that a worker is about to be stopped; false while it must not be. */
export function mayStop(number: number): boolean {
  const slot = arena.slotOf(number);
  store(arena.cells, slot + SLOT.DOOMED, 1);
  return load(arena.cells, slot + SLOT.UNSTOPPED) === 0;
}

/** Whether any thread must not be stopped now. Once the program is CLOSING, no other one begins. */
export function isAnyUnstopped(): boolean {
  for (let number = 1; number < load(arena.cells, HEADER.SLOTS_HIGH); number++) {
    if (load(arena.cells, arena.slotOf(number) + SLOT.UNSTOPPED) !== 0) return true;
  }
  return false;
}

function isDoomed(slot: number): boolean {
  return load(arena.cells, HEADER.CLOSING) !== 0 || load(arena.cells, slot + SLOT.DOOMED) !== 0;
}

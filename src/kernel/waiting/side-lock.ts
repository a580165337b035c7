// The lock that guards a wait queue, a free list, or another few cells for a handful of steps.
//
//   0             nobody holds it
//   tid           that thread holds it, nobody waits
//   tid|CONTENDED that thread holds it, others wait or are about to
//
// It is never held across code of the user's. Its holder can only die when its worker is terminated
// from outside; who waits for it then takes it over and is told so, to put what it guards in order.
//
// After Drepper, "Futexes Are Tricky" (2011), mutex2, with the holder's id in the word as in robust
// futexes.
import type { Arena } from '../memory/arena.ts';
import { compareExchange, exchange, load } from '../atomics.ts';
import { TID_MASK } from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';

const CONTENDED = 0x4000_0000;

// What it guards takes well under a microsecond, so a short spin nearly always meets the release
// (bench/lock.ts).
const SPIN_ROUNDS = 100;

// Between two looks whether the holder is alive.
const SLICE_MS = 50;

/** Takes the lock; true when it was taken over from a thread that died with it. */
export function lockSide(arena: Arena, index: number): boolean {
  if (compareExchange(arena.cells, index, 0, arena.tid) === 0) return false;
  return lockSideContended(arena, index);
}

/** Takes the lock if it is free, or its holder died; never waits. */
export function tryLockSide(arena: Arena, index: number): boolean {
  const word = load(arena.cells, index);
  if (word !== 0 && !hasDied(arena, word & TID_MASK, true)) return false;
  return compareExchange(arena.cells, index, word, arena.tid | (word & CONTENDED)) === word;
}

/** Gives the lock up. */
export function unlockSide(arena: Arena, index: number): void {
  if (exchange(arena.cells, index, 0) & CONTENDED) arena.notify(index, 1);
}

function lockSideContended(arena: Arena, index: number): boolean {
  const { cells, tid } = arena;
  for (let round = 0; round < SPIN_ROUNDS; round++) {
    if (load(cells, index) === 0 && compareExchange(cells, index, 0, tid) === 0) return false;
    arena.pause();
  }
  let slept = false;
  for (;;) {
    const word = load(cells, index);
    if (word === 0) {
      // CONTENDED, because others may sleep behind us: one wake-up too many is a little time, one
      // too few is a hang.
      if (compareExchange(cells, index, 0, tid | CONTENDED) === 0) return false;
    } else if (hasDied(arena, word & TID_MASK, slept)) {
      if (compareExchange(cells, index, word, tid | CONTENDED) === word) return true;
    } else if (word & CONTENDED || casContended(arena, index, word)) {
      slept = arena.wait(index, word | CONTENDED, SLICE_MS) === 'timed-out';
    }
  }
}

function casContended(arena: Arena, index: number, word: number): boolean {
  return compareExchange(arena.cells, index, word, word | CONTENDED) === word;
}

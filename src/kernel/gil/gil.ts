// The GIL, as a mode: one thread of the program runs at a time.
//
//   HOLDER     slot of the thread that runs, 0 when none does
//   REQUEST    1: a waiter has waited for the switch interval; the holder is to give it up
//   SWITCHES   how often it went to another thread
//
// CPython's algorithm (ceval_gil.c): who waits asks when the interval is over; the holder sees that
// at its next call into heddle, gives the GIL up, and waits until another thread really has it. A
// holder that died is noticed by who waits, or by who buries its worker.
//
// While the mode is off, a call into heddle costs one look at a boolean. The keeper never takes it.
import { nowMs } from '../deadline.ts';
import { compareExchange, add, load, notify, store, wait } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import type { Arena } from '../memory/arena.ts';
import { HEADER, SLOT } from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { doChores } from '../waiting/blocking.ts';
import { intervalMs } from './interval.ts';

const { cells } = arena;

/** Between two looks whether the holder is alive; the main thread has its chores, too. */
const SLICE_MS = 250;

/** The longest that a holder waits for the one who asked: it may have died. */
const HANDOVER_MS = 50;

/** Whether this thread takes part. */
let on = false;
let held = false;

/** Called at each call into heddle: here another thread may get its turn. */
export function checkpoint(): void {
  if (on) giveTurn();
}

/** Has this thread take part from now on; it runs on only when it has the GIL. */
export function turnOnGil(onLate: () => void): void {
  on = true;
  late = onLate;
  arena.unlocked = withoutGil;
  late();
}

/** This thread runs no more code of the user's. */
export function leaveGil(): void {
  on = false;
  arena.unlocked = null;
  if (held) dropGil();
}

/** Whether this thread has the GIL. */
export function holdsGil(): boolean {
  return held;
}

/** Waits for the GIL. */
export function takeGil(): void {
  const me = arena.slot;
  if (compareExchange(cells, HEADER.GIL_HOLDER, 0, me) !== 0) takeContended(me);
  held = true;
  store(cells, HEADER.GIL_REQUEST, 0);
  if (load(cells, HEADER.GIL_LAST) === me) return;
  store(cells, HEADER.GIL_LAST, me);
  add(cells, HEADER.GIL_SWITCHES, 1);
  notify(cells, HEADER.GIL_SWITCHES, Infinity);
}

/** Gives the GIL up. */
export function dropGil(): void {
  held = false;
  store(cells, HEADER.GIL_HOLDER, 0);
  if (load(cells, HEADER.GIL_WAITERS) > 0) notify(cells, HEADER.GIL_HOLDER, 1);
}

/** Runs a call that may block in the system, while other threads run. */
export function withoutGil<T>(call: () => T): T {
  if (!held) return call();
  dropGil();
  try {
    return call();
  } finally {
    // Between the two the thread may have left.
    if (on) takeGil();
  }
}

/** A worker is gone, and with it what it held. */
export function freeGilOf(ofArena: Arena, slot: number): void {
  if (compareExchange(ofArena.cells, HEADER.GIL_HOLDER, slot, 0) === slot) {
    notify(ofArena.cells, HEADER.GIL_HOLDER, 1);
  }
}

/** What to do where this thread runs without the GIL, and nobody gave notice of that. */
let late: () => void = takeGil;

function giveTurn(): void {
  if (!held) return late();
  if (load(cells, HEADER.GIL_REQUEST) === 0) return;
  const seen = load(cells, HEADER.GIL_SWITCHES);
  dropGil();
  // Otherwise this thread, which is awake, would have it again before the other wakes up.
  if (load(cells, HEADER.GIL_WAITERS) > 0) wait(cells, HEADER.GIL_SWITCHES, seen, HANDOVER_MS);
  takeGil();
}

function takeContended(me: number): void {
  const mark = arena.slotOf(me) + SLOT.GIL_WAIT;
  store(cells, mark, 1);
  add(cells, HEADER.GIL_WAITERS, 1);
  let seen = load(cells, HEADER.GIL_SWITCHES);
  let askAtMs = nowMs() + intervalMs();
  for (;;) {
    const holder = load(cells, HEADER.GIL_HOLDER);
    if (holder === 0) {
      if (compareExchange(cells, HEADER.GIL_HOLDER, 0, me) === 0) break;
      continue;
    }
    const ms = Math.min(Math.max(askAtMs - nowMs(), 0), SLICE_MS);
    if (wait(cells, HEADER.GIL_HOLDER, holder, ms) !== 'timed-out') continue;
    doChores();
    if (hasDied(arena, load(cells, arena.slotOf(holder) + SLOT.TID), true)) {
      freeGilOf(arena, holder);
    }
    if (nowMs() < askAtMs) continue;
    // Asked for only when the same thread has had it all along.
    if (load(cells, HEADER.GIL_SWITCHES) === seen) store(cells, HEADER.GIL_REQUEST, 1);
    seen = load(cells, HEADER.GIL_SWITCHES);
    askAtMs = nowMs() + intervalMs();
  }
  add(cells, HEADER.GIL_WAITERS, -1);
  store(cells, mark, 0);
}

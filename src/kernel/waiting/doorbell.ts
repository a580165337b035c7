// How an event loop hears that the turn of one of its asynchronous waiters has come.
//
// Each loop has one cell, the head of a stack of ready nodes. Who wakes a node pushes it there,
// exactly once, and rings when the stack was empty. The loop takes the whole stack at once, so
// there is no ABA; then it arms the bell again.
//
// One waitAsync for each loop rather than for each waiter: it cannot be withdrawn, costs 2 µs, and
// a notify that meets one of a worker that is just being terminated is lost. Nor does it keep a
// loop alive, so a timer does while waiters are there.
import { exchange, load, store, waitAsync } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, NODE_STATE, SLOT } from '../memory/layout.ts';

/** What to do for a waiter: when it was woken, and now and then while it waits. */
export interface Waiter {
  readonly woken: (state: number) => void;
  readonly afterSlice: () => void;
}

// As long as a slice of a blocking wait.
const TICK_MS = 250;

const waiters = new Map<number, Waiter>();
/**
 * Nodes that were woken at the last tick, but not delivered; and those that may yet be delivered
 * twice.
 */
const overdue = new Set<number>();
const unsafe = new Set<number>();
const armed = new Set<Arena>();
let ticker: NodeJS.Timeout | null = null;

/** Registers what to do for a queued node, and keeps the event loop alive until it is taken off. */
export function attend(arena: Arena, node: number, waiter: Waiter): void {
  waiters.set(node, waiter);
  ticker ??= setInterval(tick, TICK_MS, arena).unref();
  if (waiters.size === 1) ticker.ref();
  if (armed.has(arena)) return;
  arena.expectRing();
  arm(arena);
}

/** Takes a node off. It must not be on the stack of ready nodes. */
export function dismiss(node: number): void {
  waiters.delete(node);
  if (waiters.size === 0) ticker?.unref();
}

/** Whether a node may be used for another wait, once it is dismissed. */
export function isReusable(node: number): boolean {
  return !unsafe.has(node);
}

/** Nodes of this thread that wait asynchronously. */
export function attended(): Iterable<number> {
  return waiters.keys();
}

function tick(arena: Arena): void {
  // Who was pushed is not overdue, though the bell may not have been heard.
  for (const home of armed) takeReady(home);
  for (const [node, waiter] of waiters) {
    waiter.afterSlice();
    if (load(arena.cells, node + NODE.STATE) < NODE_STATE.WOKEN) overdue.delete(node);
    else if (overdue.has(node)) deliverOverdue(arena, node, waiter);
    else overdue.add(node);
  }
}

// Its state said WOKEN two ticks running, yet nobody rang: its waker died in between. Should the
// waker live after all, and push the node later, then that must find it unused, so it is never
// given back.
function deliverOverdue(arena: Arena, node: number, waiter: Waiter): void {
  overdue.delete(node);
  unsafe.add(node);
  store(arena.cells, node + NODE.PUSHED, 0);
  waiter.woken(load(arena.cells, node + NODE.STATE));
}

function arm(arena: Arena): void {
  for (;;) {
    const rung = waitAsync(arena.cells, arena.slotOf(arena.tid) + SLOT.READY, 0);
    if (rung !== null) {
      armed.add(arena);
      // It cannot reject: it is only ever notified.
      void rung.then(() => answer(arena));
      return;
    }
    takeReady(arena);
  }
}

function answer(arena: Arena): void {
  armed.delete(arena);
  takeReady(arena);
  if (waiters.size > 0) arm(arena);
}

function takeReady(arena: Arena): void {
  const { cells } = arena;
  const ready: number[] = [];
  let node = exchange(cells, arena.slotOf(arena.tid) + SLOT.READY, 0);
  while (node !== 0) {
    ready.push(node);
    node = load(cells, node + NODE.NEXT_READY);
  }
  // The stack has the first to be woken at its bottom.
  for (const first of ready.toReversed()) {
    // From here on it may be pushed again; so its state is looked at after that.
    store(cells, first + NODE.PUSHED, 0);
    const state = load(cells, first + NODE.STATE);
    overdue.delete(first);
    if (state >= NODE_STATE.WOKEN) waiters.get(first)?.woken(state);
  }
}

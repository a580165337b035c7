// First-in-first-out queues of waiters, blocking and asynchronous ones in one line.
//
// A waiter is a node. Its STATE is the truth, the list is only an index of it:
//
//   IDLE -> QUEUED -> (GRANTING ->) WOKEN     try again
//                                   HANDOFF   it is yours
//
// It leaves QUEUED only under the queue's lock, by the one who wakes it or by itself when it gives
// up; so a wake-up is never lost to a waiter that had left, and one given to a waiter that dies can
// be passed on.
//
// After parking_lot (Webkit's WTF::ParkingLot) and V8's JSAtomicsMutex. It is tempting to let all
// wait on the primitive's own cell. A notify that meets an asynchronous waiter whose worker is
// being terminated is then lost for ever.
import type { Arena } from '../memory/arena.ts';
import { and, compareExchange, load, peek, poke, store } from '../atomics.ts';
import { NODE, NODE_KIND, NODE_STATE, PARKED, PRIM, SLOT } from '../memory/layout.ts';

/**
 * Puts a node at the end of the queue, or at its front: one that was woken and lost. The queue is
 * locked.
 */
export function enqueue(arena: Arena, prim: number, node: number, front: boolean): void {
  const { cells } = arena;
  store(cells, node + NODE.PRIM, prim);
  const seq = peek(cells, prim + PRIM.SEQ);
  poke(cells, prim + PRIM.SEQ, seq + 1);
  poke(cells, node + NODE.SEQ, front ? -1 : seq);
  // From here on a repair finds it.
  store(cells, node + NODE.STATE, NODE_STATE.QUEUED);
  link(arena, prim, node, front);
}

/** Enters a node into the list. The queue is locked. */
export function link(arena: Arena, prim: number, node: number, front: boolean): void {
  const { cells } = arena;
  const head = load(cells, prim + PRIM.HEAD);
  if (head === 0) {
    poke(cells, node + NODE.NEXT, 0);
    poke(cells, node + NODE.PREV, 0);
    poke(cells, prim + PRIM.TAIL, node);
    store(cells, prim + PRIM.HEAD, node);
  } else if (front) {
    poke(cells, node + NODE.PREV, 0);
    poke(cells, node + NODE.NEXT, head);
    poke(cells, head + NODE.PREV, node);
    store(cells, prim + PRIM.HEAD, node);
  } else {
    const tail = peek(cells, prim + PRIM.TAIL);
    poke(cells, node + NODE.NEXT, 0);
    poke(cells, node + NODE.PREV, tail);
    poke(cells, tail + NODE.NEXT, node);
    poke(cells, prim + PRIM.TAIL, node);
  }
}

/** Takes a node out of the list; its state is the caller's to set. The queue is locked. */
export function unlink(arena: Arena, prim: number, node: number): void {
  const { cells } = arena;
  const next = peek(cells, node + NODE.NEXT);
  const prev = peek(cells, node + NODE.PREV);
  if (prev !== 0) poke(cells, prev + NODE.NEXT, next);
  else store(cells, prim + PRIM.HEAD, next);
  if (next !== 0) poke(cells, next + NODE.PREV, prev);
  else poke(cells, prim + PRIM.TAIL, prev);
  if (load(cells, prim + PRIM.HEAD) === 0) and(cells, prim + PRIM.WORD, ~PARKED);
}

/**
 * Takes the first node out, to be woken: it has to try again. 0 when there is none. The queue is
 * locked.
 */
export function popWoken(arena: Arena, prim: number): number {
  const node = load(arena.cells, prim + PRIM.HEAD);
  if (node === 0) return 0;
  unlink(arena, prim, node);
  store(arena.cells, node + NODE.STATE, NODE_STATE.WOKEN);
  return node;
}

/** Tells a waiter that its state has changed. The queue need not be locked any more. */
export function wakeNode(arena: Arena, node: number): void {
  const { cells } = arena;
  if (peek(cells, node + NODE.KIND) === NODE_KIND.BLOCKING) {
    // After its state was stored: who has not said yet that it sleeps looks at that before.
    if (load(cells, node + NODE.ASLEEP) !== 0) arena.notify(node + NODE.STATE, 1);
    return;
  }
  // It may still be on the stack for an earlier wake-up; a second time there would close a circle.
  if (compareExchange(cells, node + NODE.PUSHED, 0, 1) !== 0) return;
  // An event loop is rung once for all of its waiters: by the one who finds its stack of ready
  // nodes empty.
  const slot = arena.slotOf(peek(cells, node + NODE.TID));
  const ready = slot + SLOT.READY;
  for (;;) {
    const head = load(cells, ready);
    store(cells, node + NODE.NEXT_READY, head);
    if (compareExchange(cells, ready, head, node) === head) {
      if (head === 0) arena.ring(slot);
      return;
    }
  }
}

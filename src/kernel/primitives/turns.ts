// Waiting in line for something that one has to try for: an item, room for one, the last task.
//
// Who waits enters the line and then looks whether it is there; who brings it about does so and
// then looks at the line. One of the two sees the other (Dekker), so no wake-up is lost. One who is
// woken tries again; another may have been faster, then it goes back to the place that it had.
//
// A wake-up is a hint, never a gift: who gives up, is aborted or dies after it was woken has
// nothing to give back, and the next in line is told. Should a thread die between bringing it about
// and telling the line, those in line find out by themselves, after two slices of their wait.
import { nowMs } from '../deadline.ts';
import { load, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, NODE_KIND, NODE_STATE, PRIM, SLOT } from '../memory/layout.ts';
import { waitAsynchronously } from '../waiting/async-wait.ts';
import type { Patience } from '../waiting/async-wait.ts';
import { ownNode, settleNode, waitNode } from '../waiting/blocking.ts';
import { enqueue, link, popWoken, unlink, wakeNode } from '../waiting/wait-list.ts';
import { cancelNode, lockQueue, rebuildQueue, unlockQueue } from '../waiting/wait-queue.ts';

/** What is waited for, and where. */
export interface Line {
  /** The primitive whose queue is the line. */
  readonly prim: number;
  /** Takes it: the outcome, or 0 when it is not there. */
  readonly attempt: () => number;
  /** Whether it looks as if an attempt would have an outcome; changes nothing. */
  readonly isReady: () => boolean;
  /** After each slice of a wait: puts in order what the dead have left. */
  readonly mend: () => void;
}

// Who fills a queue without pause is there again within so many looks; beyond, sleeping is cheaper
// (bench/queue.ts).
const SPIN_ROUNDS = 60;

/**
 * Blocks until an attempt has an outcome; 0 when the deadline (`nowMs()`) passed.
 *
 * @param waitingFor handle of what is waited for, shown as the thread's `waitingFor`
 */
export function takeTurn(arena: Arena, line: Line, deadlineMs: number, waitingFor: number): number {
  const first = line.attempt();
  if (first !== 0 || deadlineMs <= nowMs()) return first;
  const soon = attemptSoon(arena, line);
  if (soon !== 0) return soon;
  const node = ownNode(arena);
  try {
    return takeTurnInLine(arena, line, node, deadlineMs, waitingFor);
  } finally {
    settleNode(arena, node);
  }
}

/** The same without blocking. Rejects with the signal's reason when it is aborted. */
export function takeTurnAsync(arena: Arena, line: Line, patience: Patience): Promise<number> {
  if (patience.signal?.aborted !== true) {
    const first = line.attempt();
    if (first !== 0) return Promise.resolve(first);
  }
  return waitAsynchronously(
    arena,
    {
      takeOrQueue: (node, again) => attemptOrQueue(arena, line, node, again),
      tryTake: line.attempt,
      accept: () => 0,
      giveBack: () => {},
      forfeit: () => passOn(arena, line),
      withdraw: (node) => cancelNode(arena, node),
      afterSlice: lookout(arena, line),
    },
    patience,
  );
}

/**
 * Tells the first in line to try.
 *
 * One that waits asynchronously cannot while its thread is blocked, perhaps for ever: then the next
 * is told, too. Where a loop is merely busy, those behind it find out after two slices of their
 * wait.
 */
export function wakeNext(arena: Arena, prim: number): void {
  if (load(arena.cells, prim + PRIM.HEAD) !== 0) wakeResponsive(arena, prim);
}

/** Tells all in line to try. */
export function wakeAll(arena: Arena, prim: number): void {
  if (load(arena.cells, prim + PRIM.HEAD) === 0) return;
  lockQueue(arena, prim);
  const woken = popAll(arena, prim);
  unlockQueue(arena, prim);
  for (const node of woken) wakeNode(arena, node);
}

/**
 * After a death: the line is made anew, and all try, as some wake-ups may have gone to the dead.
 */
export function reapLine(arena: Arena, prim: number): void {
  lockQueue(arena, prim);
  rebuildQueue(arena, prim);
  const woken = popAll(arena, prim);
  unlockQueue(arena, prim);
  for (const node of woken) wakeNode(arena, node);
}

function wakeResponsive(arena: Arena, prim: number): void {
  const woken: number[] = [];
  lockQueue(arena, prim);
  for (let node = popWoken(arena, prim); node !== 0; node = popWoken(arena, prim)) {
    woken.push(node);
    if (!isBlockedLoop(arena, node)) break;
  }
  unlockQueue(arena, prim);
  for (const node of woken) wakeNode(arena, node);
}

function isBlockedLoop(arena: Arena, node: number): boolean {
  const { cells } = arena;
  if (peek(cells, node + NODE.KIND) !== NODE_KIND.ASYNC) return false;
  return load(cells, arena.slotOf(peek(cells, node + NODE.TID)) + SLOT.WAITING) !== 0;
}

function takeTurnInLine(
  arena: Arena,
  line: Line,
  node: number,
  deadlineMs: number,
  waitingFor: number,
): number {
  let again = false;
  const afterSlice = lookout(arena, line);
  for (;;) {
    const outcome = attemptOrQueue(arena, line, node, again);
    if (outcome !== 0) return outcome;
    const state = waitNode(arena, node, deadlineMs, waitingFor, afterSlice);
    if (state === 0 && cancelNode(arena, node)) return 0;
    if (deadlineMs <= nowMs()) {
      // Woken as the time ran out: it may be there for us all the same.
      const last = line.attempt();
      if (last === 0) passOn(arena, line);
      return last;
    }
    again = true;
  }
}

function attemptSoon(arena: Arena, line: Line): number {
  for (let round = 0; round < SPIN_ROUNDS; round++) {
    arena.pause();
    const outcome = line.isReady() ? line.attempt() : 0;
    if (outcome !== 0) return outcome;
  }
  return 0;
}

// Takes it, or enters the line; 0 when the node was queued.
function attemptOrQueue(arena: Arena, line: Line, node: number, again: boolean): number {
  const { cells } = arena;
  const { prim } = line;
  for (;;) {
    let outcome: number;
    try {
      outcome = line.attempt();
    } catch (error) {
      if (again) passOn(arena, line);
      throw error;
    }
    if (outcome !== 0) return outcome;
    lockQueue(arena, prim);
    if (again) enqueueAgain(arena, prim, node);
    else enqueue(arena, prim, node, false);
    const isReady = line.isReady();
    if (isReady) {
      store(cells, node + NODE.STATE, NODE_STATE.IDLE);
      unlink(arena, prim, node);
    }
    unlockQueue(arena, prim);
    if (!isReady) return 0;
  }
}

// Back to the place that it had: before all that came later. The queue is locked.
function enqueueAgain(arena: Arena, prim: number, node: number): void {
  const { cells } = arena;
  const seq = peek(cells, node + NODE.SEQ);
  store(cells, node + NODE.PRIM, prim);
  store(cells, node + NODE.STATE, NODE_STATE.QUEUED);
  let next = load(cells, prim + PRIM.HEAD);
  while (next !== 0 && ((peek(cells, next + NODE.SEQ) - seq) | 0) < 0) {
    next = peek(cells, next + NODE.NEXT);
  }
  const prev = next === 0 ? 0 : peek(cells, next + NODE.PREV);
  if (prev === 0) return link(arena, prim, node, next !== 0);
  poke(cells, node + NODE.PREV, prev);
  poke(cells, node + NODE.NEXT, next);
  poke(cells, prev + NODE.NEXT, node);
  poke(cells, next + NODE.PREV, node);
}

// A wake-up reached one who leaves: on to the next.
function passOn(arena: Arena, line: Line): void {
  if (line.isReady()) wakeNext(arena, line.prim);
}

// What one in line does after each slice of the wait. If it is there, slice after slice, then who
// was told of it has died, or his loop is not answering: the next is told.
function lookout(arena: Arena, line: Line): () => void {
  let wasReady = false;
  return () => {
    line.mend();
    const isReady = line.isReady();
    if (isReady && wasReady) wakeNext(arena, line.prim);
    wasReady = isReady;
  };
}

// The queue is locked.
function popAll(arena: Arena, prim: number): number[] {
  const woken: number[] = [];
  for (let node = popWoken(arena, prim); node !== 0; node = popWoken(arena, prim)) woken.push(node);
  return woken;
}

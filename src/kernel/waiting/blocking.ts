// Blocking this thread until its node is woken, in slices.
//
// A wait is cut into slices so that nobody hangs: after each the waiter looks whether those it
// depends on are alive, and the main thread serves what its event loop, which stands still
// meanwhile, would have served.
import { nowMs } from '../deadline.ts';
import { arena as ownArena } from '../memory/arena.ts';
import type { Arena } from '../memory/arena.ts';
import { load, store } from '../atomics.ts';
import { findDeadlock } from '../deadlock/search.ts';
import { ASLEEP, LAUNCHING, NODE, NODE_STATE, RELEASED_BY, SLOT } from '../memory/layout.ts';
import { blockingNode } from '../table/nodes.ts';
import { answerForStack } from '../table/stacks.ts';

let longestMs = 250;

/** Sets how long a slice of this thread's blocking waits is. */
export function setSlice(ms: number): void {
  longestMs = ms;
}

/** Does now what is done between slices: before this thread blocks in a call of the system's. */
export function doChores(): void {
  for (const chore of chores) chore();
}

/**
 * For a thread that asks again and again rather than block: does now and then what is done between
 * slices.
 */
export function glance(): void {
  if (chores.length === 0 || nowMs() < glanceAtMs) return;
  doChores();
  glanceAtMs = nowMs() + GLANCE_MS;
}

const GLANCE_MS = 5;
let glanceAtMs = 0;

/** Called after each slice of any blocking wait of this thread; registered by rooms above. */
const chores: (() => void)[] = [];

/**
 * Registers something to do between the slices of blocking waits. It must not block on a primitive.
 */
export function betweenSlices(chore: () => void): void {
  chores.push(chore);
}

/** Milliseconds left until a deadline (`nowMs()`), at most one slice. */
function sliceUntil(deadlineMs: number): number {
  return Math.min(deadlineMs - nowMs(), longestMs);
}

// A thread looks so long for its wake-up before it sleeps: to be woken from sleep takes 5 to 50 µs.
const LOOK_MS = 0.03;
const SPIN_ROUNDS = 2000;
/** Looks between two at the clock. */
const LOOKS = 16;

// Where looking does not pay it is left out, after each miss in a row for twice as many waits.
const MISSES_MAX = 6;
let misses = 0;
let toSkip = 0;

function lookAwhile(arena: Arena, node: number, state: number): void {
  // With the GIL, nobody else goes on meanwhile.
  if (ownArena.unlocked !== null) return;
  if (toSkip > 0) {
    toSkip--;
  } else if (leaves(arena, node, state)) {
    misses = 0;
  } else {
    misses = Math.min(misses + 1, MISSES_MAX);
    toSkip = 2 ** misses - 1;
  }
}

function leaves(arena: Arena, node: number, state: number): boolean {
  const untilMs = nowMs() + LOOK_MS;
  for (let round = 1; round <= SPIN_ROUNDS; round++) {
    if (load(arena.cells, node + NODE.STATE) !== state) return true;
    if (round % LOOKS === 0 && nowMs() > untilMs) return false;
    arena.pause();
  }
  return false;
}

/** How a wait without a time-out is watched, which must not be one for ever. */
export interface Watch {
  /** Who can end the wait: RELEASED_BY. */
  readonly by: number;
  /** Takes the node out of the queue; false when it was woken or granted before. */
  readonly withdraw: () => boolean;
}

/**
 * Blocks until the node is woken; gives its state, or 0 when the deadline passed.
 *
 * @param waitingFor handle of what is waited for, shown as the thread's `waitingFor`
 * @param afterSlice called after each slice, to look after the one who should wake this node
 * @param watch where a deadlock is to be an error: thrown with the node withdrawn
 */
export function waitNode(
  arena: Arena,
  node: number,
  deadlineMs: number,
  waitingFor: number,
  afterSlice: () => void,
  watch: Watch | null = null,
): number {
  const { cells } = arena;
  let state = load(cells, node + NODE.STATE);
  if (state >= NODE_STATE.WOKEN) return state;
  const slot = arena.slotOf(arena.tid);
  const watched = deadlineMs === Infinity ? watch : null;
  store(cells, slot + SLOT.WAITING, waitingFor);
  if (deadlineMs === Infinity) store(cells, slot + SLOT.BLOCK, watch?.by ?? RELEASED_BY.ANYONE);
  try {
    if (watched !== null) breakDeadlock(arena, node, watched, false);
    lookAwhile(arena, node, state);
    // Asked for meanwhile.
    answerForStack(arena.base === 0 ? arena : ownArena);
    state = load(cells, node + NODE.STATE);
    if (state >= NODE_STATE.WOKEN) return state;
    store(cells, node + NODE.ASLEEP, 1);
    for (;;) {
      const ms = sliceUntil(deadlineMs);
      if (ms <= 0) return 0;
      const late = arena.wait(node + NODE.STATE, state, ms) === 'timed-out';
      if (late) {
        doChores();
        afterSlice();
      }
      // Asked for within this process, wherever this thread waits.
      answerForStack(arena.base === 0 ? arena : ownArena);
      state = load(cells, node + NODE.STATE);
      if (state >= NODE_STATE.WOKEN) return state;
      // Woken for nothing: somebody completed a cycle, and nudged us.
      if (watched !== null) breakDeadlock(arena, node, watched, late);
    }
  } finally {
    store(cells, node + NODE.ASLEEP, 0);
    store(cells, slot + SLOT.BLOCK, 0);
    store(cells, slot + SLOT.WAITING, 0);
  }
}

// After BLOCK was stored: of two that complete a cycle at the same moment, at least one sees it.
function breakDeadlock(arena: Arena, node: number, watch: Watch, late: boolean): void {
  const error = findDeadlock(arena, watch.by, late);
  // Withdrawn like a wait whose time is up. Where it was woken meanwhile, it was no deadlock.
  if (error === null || !watch.withdraw()) return;
  settleNode(arena, node);
  throw error;
}

/** Blocks this thread until the deadline. */
export function sleepUntil(arena: Arena, deadlineMs: number): void {
  blockWhile(arena, () => true, deadlineMs);
}

/**
 * Blocks while the test holds, looking again after each slice, until the deadline; true when it
 * holds no more.
 */
export function blockWhile(
  arena: Arena,
  test: () => boolean,
  deadlineMs: number,
  sliceMs: number = Infinity,
): boolean {
  const { cells } = arena;
  const slot = arena.slotOf(arena.tid);
  const node = blockingNode(arena, arena.slot);
  const state = load(cells, node + NODE.STATE);
  const before = load(cells, slot + SLOT.WAITING);
  if (before === 0) store(cells, slot + SLOT.WAITING, ASLEEP);
  try {
    while (test()) {
      const ms = sliceUntil(deadlineMs);
      if (ms <= 0) return false;
      if (arena.wait(node + NODE.STATE, state, Math.min(ms, sliceMs)) === 'timed-out') {
        doChores();
      }
      answerForStack(arena);
    }
    return true;
  } finally {
    store(cells, slot + SLOT.WAITING, before);
  }
}

/**
 * Blocks while the cell that says how far a thread is with its start holds the value. Who changes
 * it has to notify.
 */
export function blockWhileHolds(arena: Arena, index: number, value: number): void {
  showWaiting(arena, LAUNCHING, () => {
    while (load(arena.cells, index) === value) {
      if (arena.wait(index, value, longestMs) === 'timed-out') doChores();
    }
  });
}

/** Says what this thread waits for while it makes a call. */
export function showWaiting<T>(arena: Arena, waitingFor: number, call: () => T): T {
  const index = arena.slotOf(arena.tid) + SLOT.WAITING;
  store(arena.cells, index, waitingFor);
  try {
    return call();
  } finally {
    store(arena.cells, index, 0);
  }
}

/**
 * Says that this thread is through with its node: it waits for nothing, and need not be looked
 * after.
 */
export function settleNode(arena: Arena, node: number): void {
  store(arena.cells, node + NODE.STATE, NODE_STATE.IDLE);
  store(arena.cells, node + NODE.PRIM, 0);
}

/** Prepares this thread's node for a wait. */
export function ownNode(arena: Arena): number {
  const node = blockingNode(arena, arena.slot);
  store(arena.cells, node + NODE.TID, arena.tid);
  return node;
}

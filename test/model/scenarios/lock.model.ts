// Lock: two and three threads that take it, with time-outs, without blocking, aborted and killed.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { load, peek, poke } from '../../../src/kernel/atomics.ts';
import { turnOver } from '../../../src/kernel/table/slots.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import { lockAsync } from '../../../src/kernel/waiting/lock-async.ts';
import { lockBlocking, tryLock, unlock } from '../../../src/kernel/waiting/lock-word.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import type { Scenario } from '../engine/scenario.ts';

const LOCK = HEAP + 16;
const COUNT = HEAP + 64;
const NEXT_LOCK = HEAP + 80;

function setUp(): void {
  initPrim(arena, LOCK, PRIM_TYPE.LOCK);
  initPrim(arena, NEXT_LOCK, PRIM_TYPE.LOCK);
}

// No two are in here at once: or the search for races finds them.
function useAndRelease(): void {
  poke(arena.cells, COUNT, peek(arena.cells, COUNT) + 1);
  if (!unlock(arena, LOCK)) throw new Error('The lock was not held');
}

function take(times = 1): void {
  for (let i = 0; i < times; i++) {
    if (lockBlocking(arena, LOCK, Infinity) === 0) throw new Error('The lock was not taken');
    useAndRelease();
  }
}

function takeNext(): void {
  if (lockBlocking(arena, NEXT_LOCK, Infinity) === 0) throw new Error('The next was not taken');
  unlock(arena, NEXT_LOCK);
}

function takeBoth(): void {
  take();
  takeNext();
}

function takeTimed(): void {
  if (lockBlocking(arena, LOCK, nowMs() + 5) !== 0) useAndRelease();
}

async function takeAsync(): Promise<void> {
  if ((await lockAsync(arena, LOCK, { deadlineMs: Infinity })) === 0) {
    throw new Error('The lock was not taken');
  }
  useAndRelease();
}

async function takeTimedAsync(): Promise<void> {
  const deadlineMs = nowMs() + 5;
  if ((await lockAsync(arena, LOCK, { deadlineMs })) !== 0) useAndRelease();
}

async function takeUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  try {
    await lockAsync(arena, LOCK, { deadlineMs: Infinity, signal });
  } catch (error) {
    if (error !== 'aborted') throw error;
    return;
  }
  useAndRelease();
}

// Ends as a thread does that still holds it.
function takeAndEnd(): void {
  lockBlocking(arena, LOCK, Infinity);
  turnOver(arena);
}

function checkFree(least: number, most = least): void {
  const { cells } = arena;
  const count = peek(cells, COUNT);
  if (count < least || count > most) throw new Error(`${count} were in`);
  // What a dead holder left is there to be taken, too.
  if (tryLock(arena, LOCK) === 0) throw new Error('The lock cannot be taken in the end');
  // Mends the queue, if the last who had it was killed within.
  lockQueue(arena, LOCK);
  unlockQueue(arena, LOCK);
  if (load(cells, LOCK + PRIM.HEAD) !== 0) throw new Error('A waiter is left in the queue');
}

const common = { setUp, names: { lock: LOCK, COUNT, next: NEXT_LOCK } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Lock: two threads, twice each',
    threads: { A: () => take(2), B: () => take(2) },
    check: () => checkFree(4),
  },
  {
    ...common,
    name: 'Lock: three threads',
    threads: { A: () => take(), B: () => take(), C: () => take() },
    check: () => checkFree(3),
  },
  {
    ...common,
    name: 'Lock: two threads, one may starve',
    threads: { A: () => take(2), B: () => take() },
    starving: true,
    check: () => checkFree(3),
  },
  {
    ...common,
    name: 'Lock: three threads, all may starve',
    threads: { A: () => take(), B: () => take(), C: () => take() },
    starving: true,
    check: () => checkFree(3),
  },
  {
    ...common,
    name: 'Lock: a thread and one with a time-out',
    threads: { A: () => take(2), T: takeTimed },
    timeouts: 1,
    spurious: 1,
    starving: true,
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: two threads and one with a time-out',
    threads: { A: () => take(), B: () => take(), T: takeTimed },
    timeouts: 1,
    starving: true,
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: a thread and an event loop',
    threads: { A: () => take(2), L: takeAsync },
    starving: true,
    check: () => checkFree(3),
  },
  {
    ...common,
    name: 'Lock: two threads and an event loop',
    threads: { A: () => take(), B: () => take(), L: takeAsync },
    check: () => checkFree(3),
  },
  {
    ...common,
    name: 'Lock: a thread and an event loop that may abort',
    threads: { A: () => take(2), L: takeUnlessAborted },
    aborts: 1,
    starving: true,
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: two event loops, one may abort, and a thread',
    threads: { A: () => take(), L: takeUnlessAborted, M: takeAsync },
    aborts: 1,
    starving: true,
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: two event loops, one with a time-out, and a thread',
    threads: { A: () => take(), L: takeTimedAsync, M: takeAsync },
    timeouts: 1,
    starving: true,
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: its holder ends',
    threads: { E: takeAndEnd, A: () => take(), L: takeAsync },
    ends: true,
    starving: true,
    check: () => checkFree(2),
  },
  {
    ...common,
    name: 'Lock: two threads, one is killed',
    threads: { V: () => take(), A: () => take() },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    check: () => checkFree(1, 2),
  },
  {
    ...common,
    name: 'Lock: three threads, one is killed',
    threads: { V: () => take(), A: () => take(), B: () => take() },
    kills: 1,
    mayDie: ['V'],
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: an event loop is killed',
    threads: { V: takeAsync, A: () => take(), B: () => take() },
    kills: 1,
    mayDie: ['V'],
    check: () => checkFree(2, 3),
  },
  {
    ...common,
    name: 'Lock: a thread beside an event loop is killed',
    threads: { V: () => take(), L: takeAsync },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    check: () => checkFree(1, 2),
  },
  {
    ...common,
    name: 'Lock: one who waits for the next is not in the queue of the last, as a thread is killed',
    threads: { V: () => take(), A: takeBoth, B: takeNext },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    check: () => checkFree(1, 2),
  },
];

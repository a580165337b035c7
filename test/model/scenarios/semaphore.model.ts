// Semaphore: permits that threads and event loops take and give back, with time-outs and kills.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { add, load } from '../../../src/kernel/atomics.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import { permitAsync } from '../../../src/kernel/primitives/semaphore-async.ts';
import {
  freePermits,
  initSemaphore,
  permitBlocking,
  releasePermits,
} from '../../../src/kernel/primitives/semaphore-word.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import type { Scenario } from '../engine/scenario.ts';

const SEMAPHORE = HEAP + 16;
/** How many hold a permit. */
const HOLDERS = HEAP + 64;
const MOST = HEAP + 65;

function setUp(permits: number): () => void {
  return () => {
    initPrim(arena, SEMAPHORE, PRIM_TYPE.SEMAPHORE);
    initSemaphore(arena, SEMAPHORE, permits, permits + 1);
    add(arena.cells, MOST, permits);
  };
}

function useAndRelease(): void {
  const { cells } = arena;
  if (add(cells, HOLDERS, 1) >= load(cells, MOST)) throw new Error('More hold one than there are');
  add(cells, HOLDERS, -1);
  if (!releasePermits(arena, SEMAPHORE, 1)) throw new Error('The release was refused');
}

function take(times = 1): void {
  for (let i = 0; i < times; i++) {
    if (permitBlocking(arena, SEMAPHORE, Infinity) === 0) throw new Error('None was taken');
    useAndRelease();
  }
}

function takeTimed(): void {
  if (permitBlocking(arena, SEMAPHORE, nowMs() + 5) !== 0) useAndRelease();
}

async function takeAsync(): Promise<void> {
  const taken = await permitAsync(arena, SEMAPHORE, { deadlineMs: Infinity });
  if (taken === 0) throw new Error('None was taken');
  useAndRelease();
}

async function takeUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  try {
    await permitAsync(arena, SEMAPHORE, { deadlineMs: Infinity, signal });
  } catch (error) {
    if (error !== 'aborted') throw error;
    return;
  }
  useAndRelease();
}

// Takes one and keeps it for good.
function keep(): void {
  permitBlocking(arena, SEMAPHORE, Infinity);
}

function give(count: number): void {
  if (!releasePermits(arena, SEMAPHORE, count)) throw new Error('The release was refused');
}

function checkFree(least: number, most = least): void {
  lockQueue(arena, SEMAPHORE);
  unlockQueue(arena, SEMAPHORE);
  const free = freePermits(arena, SEMAPHORE);
  if (free < least || free > most) throw new Error(`${free} permits are free in the end`);
  if (load(arena.cells, SEMAPHORE + PRIM.HEAD) !== 0) throw new Error('A waiter is left');
}

const common = { names: { semaphore: SEMAPHORE, HOLDERS, MOST } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Semaphore(1): two threads, twice each',
    setUp: setUp(1),
    threads: { A: () => take(2), B: () => take(2) },
    starving: true,
    check: () => checkFree(1),
  },
  {
    ...common,
    name: 'Semaphore(2): three threads',
    setUp: setUp(2),
    threads: { A: () => take(), B: () => take(), C: () => take() },
    starving: true,
    check: () => checkFree(2),
  },
  {
    ...common,
    name: 'Semaphore(1): two threads, one with a time-out, and an event loop',
    setUp: setUp(1),
    threads: { A: () => take(), T: takeTimed, L: takeAsync },
    timeouts: 1,
    starving: true,
    check: () => checkFree(1),
  },
  {
    ...common,
    name: 'Semaphore(1): two event loops, one may abort, and a thread',
    setUp: setUp(1),
    threads: { A: () => take(2), L: takeUnlessAborted, M: takeAsync },
    aborts: 1,
    starving: true,
    check: () => checkFree(1),
  },
  {
    ...common,
    name: 'Semaphore(0): two permits at once wake two',
    setUp: () => {
      initPrim(arena, SEMAPHORE, PRIM_TYPE.SEMAPHORE);
      initSemaphore(arena, SEMAPHORE, 0, 4);
    },
    threads: { A: keep, B: keep, R: () => give(2) },
    starving: true,
    check: () => checkFree(0),
  },
  {
    ...common,
    name: 'Semaphore(2): three threads, one is killed',
    setUp: setUp(2),
    threads: { V: () => take(), A: () => take(), B: () => take() },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    // A permit that the dead thread held is used up.
    check: () => checkFree(1, 2),
  },
  {
    ...common,
    name: 'Semaphore(2): an event loop is killed',
    setUp: setUp(2),
    threads: { V: takeAsync, A: () => take(), B: () => take() },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    check: () => checkFree(1, 2),
  },
];

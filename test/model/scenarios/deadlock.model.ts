// The search for deadlocks: threads that wait for one another, and those that only seem to.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { DeadlockError } from '../../../src/errors/index.ts';
import { add, load, store } from '../../../src/kernel/atomics.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import {
  HEAP,
  NODE,
  PRIM,
  PRIM_TYPE,
  RELEASED_BY,
  SLOT,
  SLOT_MASK,
  TID_MASK,
} from '../../../src/kernel/memory/layout.ts';
import { blockingNode } from '../../../src/kernel/table/nodes.ts';
import { lockAsync } from '../../../src/kernel/waiting/lock-async.ts';
import { lockBlocking, tryLock, unlock } from '../../../src/kernel/waiting/lock-word.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import type { Scenario } from '../engine/scenario.ts';
import type { Part } from '../source/bundle.ts';

export const parts: readonly Part[] = ['deadlocks'];

const ONE = HEAP + 16;
const TWO = HEAP + 32;
const THREE = HEAP + 48;
/** How often a thread had all that it wanted; how many were told of a deadlock. */
const COUNT = HEAP + 64;
const TOLD = HEAP + 65;
/** 1 once a thread holds a lock that another one is to release. */
const HELD = HEAP + 66;
/** Blocks before the locks have one reference, so one thread alone knows them, or two. */
const PRIVATE = 1;
const SHARED = 2;

const { OWNER, ANYONE } = RELEASED_BY;

function prepare(references: number): void {
  for (const lock of [ONE, TWO, THREE]) {
    initPrim(arena, lock, PRIM_TYPE.LOCK);
    store(arena.cells, lock - 1, references);
  }
  // All run a thread of the user's; slot 1 is the keeper's.
  for (let slot = 2; slot < 6; slot++) {
    if (load(arena.cells, arena.slotOf(slot) + SLOT.TID) === 0) break;
    store(arena.cells, arena.slotOf(slot) + SLOT.THREAD, 1);
  }
}

function release(lock: number): void {
  if (!unlock(arena, lock)) throw new Error('The lock was not held');
}

// Takes one lock and, within, another; gives up when it is told that this would never end.
function takeBoth(outer: number, inner: number, by: number = OWNER): void {
  lockBlocking(arena, outer, Infinity, by);
  try {
    lockBlocking(arena, inner, Infinity, by);
    add(arena.cells, COUNT, 1);
    release(inner);
  } catch (error) {
    requireDeadlock(error, inner);
    add(arena.cells, TOLD, 1);
  }
  release(outer);
}

function takeInTurn(...locks: readonly number[]): void {
  for (const lock of locks) {
    lockBlocking(arena, lock, Infinity, OWNER);
    release(lock);
  }
  add(arena.cells, COUNT, 1);
}

// It is no false alarm: from owner to owner, each waits for the next, and the last is this thread.
// One may have been woken, but another one was faster.
function requireDeadlock(error: unknown, wanted: number): void {
  if (!(error instanceof DeadlockError)) throw error;
  const { cells } = arena;
  let prim = wanted;
  for (let length = 0; length < 4; length++) {
    const owner = load(cells, prim + PRIM.WORD) & TID_MASK;
    if (owner === arena.tid) return;
    prim = owner === 0 ? 0 : load(cells, blockingNode(arena, owner & SLOT_MASK) + NODE.PRIM);
    if (prim === 0) break;
  }
  throw new Error('A false alarm');
}

function takeBothTimed(outer: number, inner: number): void {
  lockBlocking(arena, outer, Infinity, OWNER);
  if (lockBlocking(arena, inner, nowMs() + 5, OWNER) !== 0) {
    add(arena.cells, COUNT, 1);
    release(inner);
  }
  release(outer);
}

// Waits for a lock that this thread holds: another one is to release it.
function takeTwice(): void {
  lockBlocking(arena, ONE, Infinity, ANYONE);
  store(arena.cells, HELD, 1);
  arena.notify(HELD, 1);
  try {
    lockBlocking(arena, ONE, Infinity, ANYONE);
    add(arena.cells, COUNT, 1);
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
    add(arena.cells, TOLD, 1);
  }
  release(ONE);
}

function releaseForOther(): void {
  while (load(arena.cells, HELD) === 0) arena.wait(HELD, 0, Infinity);
  unlock(arena, ONE);
}

// Asks for one lock without blocking, and blocks for the other one before that is given.
async function takeWhileBlocked(): Promise<void> {
  const taken = lockAsync(arena, ONE, { deadlineMs: Infinity });
  try {
    lockBlocking(arena, TWO, Infinity, OWNER);
    add(arena.cells, COUNT, 1);
    release(TWO);
  } catch (error) {
    requireDeadlock(error, TWO);
    add(arena.cells, TOLD, 1);
  }
  await taken;
  release(ONE);
}

/**
 * @param most so many may be told of a deadlock
 * @param all so many come to an end
 * @param least so many, when one may have given up
 */
function check(most: number, all: number, least = all): void {
  const { cells } = arena;
  const told = load(cells, TOLD);
  const ends = told + load(cells, COUNT);
  if (told > most) throw new Error(`${told} were told of a deadlock`);
  if (ends < least || ends > all) throw new Error(`${ends} came to an end`);
  for (const lock of [ONE, TWO, THREE]) {
    if (tryLock(arena, lock) === 0) throw new Error('A lock cannot be taken in the end');
    lockQueue(arena, lock);
    unlockQueue(arena, lock);
    if (load(cells, lock + PRIM.HEAD) !== 0) throw new Error('A waiter is left in the queue');
  }
}

const common = {
  looks: true,
  slices: true,
  setUp: () => prepare(SHARED),
  names: { one: ONE, two: TWO, three: THREE, COUNT, TOLD, HELD },
};

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Deadlock: two threads, two locks in opposite order',
    threads: { A: () => takeBoth(ONE, TWO), B: () => takeBoth(TWO, ONE) },
    clocks: true,
    check: () => check(1, 2),
  },
  {
    ...common,
    name: 'Deadlock: three threads in a ring',
    threads: {
      A: () => takeBoth(ONE, TWO),
      B: () => takeBoth(TWO, THREE),
      C: () => takeBoth(THREE, ONE),
    },
    check: () => check(1, 3),
  },
  {
    ...common,
    name: 'Deadlock: two threads in opposite order, and one that only takes a lock',
    threads: {
      A: () => takeBoth(ONE, TWO),
      B: () => takeBoth(TWO, ONE),
      C: () => takeBoth(THREE, ONE),
    },
    starving: true,
    check: () => check(1, 3),
  },
  {
    ...common,
    name: 'Deadlock: none where one of the waits has a time-out',
    threads: { A: () => takeBoth(ONE, TWO), T: () => takeBothTimed(TWO, ONE) },
    timeouts: 1,
    clocks: true,
    check: () => check(0, 2, 1),
  },
  {
    ...common,
    name: 'Deadlock: none where a thread gives a lock up before it asks for another',
    threads: {
      C: () => takeInTurn(THREE, ONE),
      B: () => takeBoth(TWO, THREE),
      A: () => takeBoth(ONE, TWO),
    },
    check: () => check(0, 3),
  },
  {
    ...common,
    name: 'Deadlock: none where both take the locks in the same order',
    threads: { A: () => takeBoth(ONE, TWO), B: () => takeBoth(ONE, TWO) },
    starving: true,
    check: () => check(0, 2),
  },
  {
    ...common,
    name: 'Deadlock: none where another thread may release the lock',
    threads: { A: takeTwice, R: releaseForOther },
    check: () => check(0, 1),
  },
  {
    ...common,
    name: 'Deadlock: a thread waits for a lock that it alone knows, and holds',
    setUp: () => prepare(PRIVATE),
    threads: { A: takeTwice },
    check: () => {
      if (load(arena.cells, TOLD) !== 1) throw new Error('Nobody was told of a deadlock');
    },
  },
  {
    ...common,
    name: 'Deadlock: a lock is handed to an event loop whose thread blocks',
    threads: { A: () => takeBoth(ONE, TWO), B: () => takeBoth(TWO, ONE), L: takeWhileBlocked },
    starving: true,
    check: () => check(2, 3),
  },
  {
    ...common,
    name: 'Deadlock: one of two threads is killed',
    threads: { A: () => takeBoth(ONE, TWO), V: () => takeBoth(TWO, ONE) },
    kills: 1,
    mayDie: ['V'],
    check: () => check(1, 2, 1),
  },
];

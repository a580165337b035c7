// Barrier: parties that meet once and twice, give up, and are killed.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { add, load, poke } from '../../../src/kernel/atomics.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import {
  waitBarrierAsync,
  waitBarrierBlocking,
} from '../../../src/kernel/primitives/barrier-wait.ts';
import {
  abortBarrier,
  BARRIER,
  endAction,
  FIRST,
} from '../../../src/kernel/primitives/barrier-word.ts';
import type { Scenario } from '../engine/scenario.ts';

const MEETING = HEAP + 16;
/** Who has arrived so far, and the numbers that were given, as bits of each round. */
const ARRIVED = HEAP + 64;
const NUMBERS = HEAP + 72;

function setUp(parties: number, hasAction = false): () => void {
  return () => {
    initPrim(arena, MEETING, PRIM_TYPE.BARRIER);
    poke(arena.cells, MEETING + BARRIER.PARTIES, parties);
    poke(arena.cells, MEETING + BARRIER.ACTION, hasAction ? 1 : 0);
  };
}

const act = (): number => endAction(arena, MEETING, true);

// Nobody is let go before all are there, and each has a number of its own.
function requireMet(outcome: number, round: number): void {
  const { cells } = arena;
  if (outcome < FIRST) return;
  const parties = load(cells, MEETING + BARRIER.PARTIES);
  if (load(cells, ARRIVED) < parties * (round + 1)) throw new Error('Let go too early');
  const bit = 1 << (outcome - FIRST);
  const before = add(cells, NUMBERS + round, bit);
  if ((before & bit) !== 0) throw new Error('A number was given twice');
}

function meet(rounds = 1): void {
  for (let round = 0; round < rounds; round++) {
    add(arena.cells, ARRIVED, 1);
    const outcome = waitBarrierBlocking(arena, MEETING, Infinity, act);
    if (outcome < FIRST) throw new Error('The barrier is broken');
    requireMet(outcome, round);
  }
}

// It may be broken.
function meetOrBreak(): void {
  add(arena.cells, ARRIVED, 1);
  requireMet(waitBarrierBlocking(arena, MEETING, Infinity, act), 0);
}

function meetTimed(): void {
  add(arena.cells, ARRIVED, 1);
  requireMet(waitBarrierBlocking(arena, MEETING, nowMs() + 5, act), 0);
}

async function meetAsync(): Promise<void> {
  add(arena.cells, ARRIVED, 1);
  requireMet(await waitBarrierAsync(arena, MEETING, { deadlineMs: Infinity }, act), 0);
}

async function meetUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  add(arena.cells, ARRIVED, 1);
  try {
    const patience = { deadlineMs: Infinity, signal };
    requireMet(await waitBarrierAsync(arena, MEETING, patience, act), 0);
  } catch (error) {
    if (error !== 'aborted') throw error;
    // One that leaves leaves one too few, who would wait for ever.
    abortBarrier(arena, MEETING);
  }
}

function checkEmpty(): void {
  if (load(arena.cells, MEETING + PRIM.HEAD) !== 0) throw new Error('A party is left');
}

const check = (): void => {};
const common = { names: { barrier: MEETING, ARRIVED, NUMBERS } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Barrier(2): twice',
    setUp: setUp(2),
    threads: { A: () => meet(2), B: () => meet(2) },
    check: checkEmpty,
  },
  {
    ...common,
    name: 'Barrier(3)',
    setUp: setUp(3),
    threads: { A: () => meet(), B: () => meet(), C: () => meet() },
    check: checkEmpty,
  },
  {
    ...common,
    name: 'Barrier(2) with an action, twice',
    setUp: setUp(2, true),
    threads: { A: () => meet(2), B: () => meet(2) },
    check: checkEmpty,
  },
  {
    ...common,
    name: 'Barrier(3): one with a time-out breaks it',
    setUp: setUp(3, true),
    threads: { A: meetOrBreak, B: meetOrBreak, T: meetTimed },
    timeouts: 1,
    check: checkEmpty,
  },
  {
    ...common,
    name: 'Barrier(3): event loops, one may abort',
    setUp: setUp(3),
    threads: { A: meetOrBreak, L: meetAsync, M: meetUnlessAborted },
    aborts: 1,
    check: checkEmpty,
  },
  {
    ...common,
    name: 'Barrier(3): a party is killed',
    setUp: setUp(3, true),
    threads: { V: meetOrBreak, A: meetOrBreak, B: meetOrBreak },
    kills: 1,
    mayDie: ['V'],
    check,
    // One that dies before it arrives is missed by the others, as nobody knows of it.
    maySleep: () => load(arena.cells, MEETING + PRIM.COUNT) < 3,
  },
  {
    ...common,
    name: 'Barrier(2): an event loop is killed',
    setUp: setUp(2, true),
    threads: { V: meetAsync, A: meetOrBreak },
    kills: 1,
    mayDie: ['V'],
    check,
    maySleep: () => load(arena.cells, MEETING + PRIM.COUNT) < 2,
  },
];

// Event: threads and event loops that wait while it is set and cleared, and the setter is killed.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { load, peek, poke } from '../../../src/kernel/atomics.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import { clearEvent, setEvent, waitEventBlocking } from '../../../src/kernel/waiting/event-word.ts';
import { waitEventAsync } from '../../../src/kernel/waiting/lock-async.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import type { Scenario } from '../engine/scenario.ts';

const EVENT = HEAP + 16;
const DATA = HEAP + 64;
const LATER = HEAP + 80;
const nothing = (): void => {};

function setUp(): void {
  initPrim(arena, EVENT, PRIM_TYPE.EVENT);
  initPrim(arena, LATER, PRIM_TYPE.EVENT);
}

function set(): void {
  poke(arena.cells, DATA, 7);
  setEvent(arena, EVENT);
}

function justSet(): void {
  setEvent(arena, EVENT);
}

function setAndClear(): void {
  set();
  clearEvent(arena, EVENT);
}

// What was written before set() is there after wait().
function readData(): void {
  if (peek(arena.cells, DATA) !== 7) throw new Error('Woken before the event was set');
}

function wait(): void {
  if (!waitEventBlocking(arena, EVENT, Infinity, EVENT, nothing)) {
    throw new Error('The wait ended though it has no time-out');
  }
  readData();
}

function waitTimed(): void {
  if (waitEventBlocking(arena, EVENT, nowMs() + 5, EVENT, nothing)) readData();
}

// Takes the flag back, and waits for the next one, which does not come.
function waitClearWait(): void {
  justWait();
  clearEvent(arena, EVENT);
  if (waitEventBlocking(arena, EVENT, nowMs() + 5, EVENT, nothing)) {
    throw new Error('Woken twice for one set()');
  }
}

function justWait(): void {
  waitEventBlocking(arena, EVENT, Infinity, EVENT, nothing);
}

// What waits for one event after the other is not woken from the second for the first.
function setLater(): void {
  poke(arena.cells, DATA, 7);
  setEvent(arena, LATER);
}

function waitForBoth(): void {
  justWait();
  waitEventBlocking(arena, LATER, Infinity, LATER, nothing);
  readData();
}

function beThere(): void {
  load(arena.cells, DATA);
}

async function justWaitAsync(): Promise<void> {
  await waitEventAsync(arena, EVENT, { deadlineMs: Infinity }, nothing);
}

async function waitAsync(): Promise<void> {
  await waitEventAsync(arena, EVENT, { deadlineMs: Infinity }, nothing);
  readData();
}

async function waitUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  try {
    await waitEventAsync(arena, EVENT, { deadlineMs: Infinity, signal }, nothing);
  } catch (error) {
    if (error !== 'aborted') throw error;
    return;
  }
  readData();
}

function check(): void {
  if ((load(arena.cells, EVENT + PRIM.WORD) & 1) === 0) return;
  // Mends the queue, if the last who had it was killed within.
  lockQueue(arena, EVENT);
  unlockQueue(arena, EVENT);
  if (load(arena.cells, EVENT + PRIM.HEAD) !== 0) throw new Error('A waiter is left in the queue');
}

const common = { setUp, check, names: { event: EVENT, DATA, later: LATER } };

export const scenarios: Scenario[] = [
  { ...common, name: 'Event: two threads wait', threads: { S: set, A: wait, B: wait } },
  {
    ...common,
    name: 'Event: three threads wait, one with a time-out',
    threads: { S: set, A: wait, B: wait, T: waitTimed },
    timeouts: 1,
    spurious: 1,
  },
  {
    ...common,
    name: 'Event: event loops wait, one may abort',
    threads: { S: set, L: waitAsync, M: waitUnlessAborted },
    aborts: 1,
  },
  {
    ...common,
    name: 'Event: cleared at once, those who wait have seen it',
    threads: { S: setAndClear, T: waitTimed },
    timeouts: 1,
  },
  {
    ...common,
    name: 'Event: who has taken it back is not woken for it again',
    threads: { S: set, A: waitClearWait, T: waitTimed },
    timeouts: 1,
  },
  {
    ...common,
    name: 'Event: who sets it is killed',
    threads: { V: justSet, S: justSet, A: justWait },
    kills: 1,
    mayDie: ['V'],
  },
  {
    ...common,
    name: 'Event: who sets it is killed, and none other does',
    threads: { V: justSet, A: justWait, L: justWaitAsync },
    // The event may never be set.
    maySleep: () => (load(arena.cells, EVENT + PRIM.WORD) & 1) === 0,
    kills: 1,
    mayDie: ['V'],
  },
  {
    ...common,
    name: 'Event: one who waits for the next is not woken for the last, as a thread is buried',
    threads: { S: justSet, A: waitForBoth, L: setLater, V: beThere },
    kills: 1,
    mayDie: ['V'],
  },
  {
    ...common,
    name: 'Event: one who waits is killed',
    threads: { S: set, V: wait, A: wait },
    kills: 1,
    mayDie: ['V'],
  },
];

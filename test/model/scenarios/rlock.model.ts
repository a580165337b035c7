// RLock: held more than once, by threads and by asynchronous flows, with time-outs and kills. It is
// the class itself that runs, over a block that is there already.
import { AbandonedLockError, DeadlockError, RuntimeError } from '../../../src/errors/index.ts';
import { add, load, peek, poke, store } from '../../../src/kernel/atomics.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { Attachment } from '../../../src/kernel/memory/shared-object.ts';
import { turnOver } from '../../../src/kernel/table/slots.ts';
import { tryLock } from '../../../src/kernel/waiting/lock-word.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import { RLock } from '../../../src/threading/locks/rlock.ts';
import type { Scenario } from '../engine/scenario.ts';

const LOCK = HEAP + 4096;
const COUNT = HEAP + 4160;
/** How often somebody was told that the last holder had ended. */
const ABANDONED = HEAP + 4161;
/** How far the thread is that may die: HOLDS while it holds the lock for certain. */
const PHASE = HEAP + 4162;
const HOLDS = 1;
const GAVE_UP = 2;

/** So long in seconds. */
const BRIEFLY = { timeout: 0.005 };
const AT_ONCE = { timeout: 0 };

const lock = new RLock(new Attachment(LOCK) as never);

function setUp(): void {
  initPrim(arena, LOCK, PRIM_TYPE.LOCK);
}

// No two are in here at once: or the search for races finds them.
function use(): void {
  poke(arena.cells, COUNT, peek(arena.cells, COUNT) + 1);
}

// A lock that was left behind is held all the same, once.
function acquire(): void {
  try {
    lock.acquire();
  } catch (error) {
    noteAbandoned(error);
  }
}

function noteAbandoned(error: unknown): void {
  if (!(error instanceof AbandonedLockError)) throw error;
  add(arena.cells, ABANDONED, 1);
}

// It is another's only after the second release.
function useTwice(): void {
  use();
  if (!lock.acquire(AT_ONCE)) throw new Error('Its owner cannot take it again');
  lock.release();
  use();
}

function take(): void {
  acquire();
  use();
  lock.release();
}

function takeTwice(): void {
  acquire();
  useTwice();
  lock.release();
}

function takeTimed(): void {
  if (!lock.acquire(BRIEFLY)) return;
  useTwice();
  lock.release();
}

function takeWithin(): void {
  lock.with(() => lock.with(use));
}

// Tells of itself, so that it is known whether it died with the lock.
function takeTwiceAndTell(): void {
  acquire();
  store(arena.cells, PHASE, HOLDS);
  use();
  lock.acquire();
  use();
  lock.release();
  use();
  store(arena.cells, PHASE, GAVE_UP);
  lock.release();
}

// Ends as a thread does that still holds it, two deep.
function takeTwiceAndEnd(): void {
  acquire();
  store(arena.cells, PHASE, HOLDS);
  lock.acquire();
  turnOver(arena);
}

function releaseForOther(): void {
  try {
    lock.release();
  } catch (error) {
    if (error instanceof RuntimeError) return;
    throw error;
  }
  throw new Error('Who did not hold the lock has released it');
}

/** Flows of this thread that are in the lock. */
let inside = 0;

// Between two awaits others run, in this thread too; often enough for another flow to come in.
async function useInFlow(): Promise<void> {
  if (++inside > 1) throw new Error('Two flows of one thread hold the lock');
  use();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  use();
  inside--;
}

async function enter(options?: { signal?: AbortSignal; timeout?: number }): Promise<void> {
  try {
    await lock.withAsync(useInFlow, options);
  } catch (error) {
    if (error === 'aborted' || (error as Error).name === 'TimeoutError') return;
    noteAbandoned(error);
  }
}

async function takeInTwoFlows(): Promise<void> {
  const one = enter();
  const two = enter();
  await one;
  await two;
}

// All ways to take it again within a flow.
async function takeTwiceInFlow(): Promise<void> {
  await lock.withAsync(async () => {
    use();
    await lock.withAsync(use);
    useTwice();
    lock.with(use);
  });
}

async function takeTimedInFlow(): Promise<void> {
  await enter(BRIEFLY);
}

async function takeUnlessAborted(): Promise<void> {
  await enter({ signal: new AbortController().signal });
}

// What a flow of this thread holds, the thread itself cannot wait for: it would stand still.
async function takeBesideFlow(): Promise<void> {
  const flow = enter();
  let taken = false;
  try {
    taken = lock.acquire();
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
  }
  if (taken) {
    if (inside > 0) throw new Error('A thread holds the lock beside its flow');
    use();
    lock.release();
  }
  await flow;
}

async function takeTwiceInFlowAndTell(): Promise<void> {
  try {
    await lock.withAsync(async () => {
      store(arena.cells, PHASE, HOLDS);
      use();
      await lock.withAsync(useInFlow);
      store(arena.cells, PHASE, GAVE_UP);
    });
  } catch (error) {
    noteAbandoned(error);
  }
}

function check(least: number, most = least): void {
  const { cells } = arena;
  const count = peek(cells, COUNT);
  if (count < least || count > most) throw new Error(`It was used ${count} times`);
  const taken = tryLock(arena, LOCK);
  if (taken === 0) throw new Error('The lock cannot be taken in the end');
  if (taken === 2) add(cells, ABANDONED, 1);
  else if (peek(cells, LOCK + PRIM.FLOW) !== 0) throw new Error('A flow is left');
  checkAbandoned();
  lockQueue(arena, LOCK);
  unlockQueue(arena, LOCK);
  if (load(cells, LOCK + PRIM.HEAD) !== 0) throw new Error('A waiter is left in the queue');
}

// Told once of who died with the lock, however deep; of nobody else.
function checkAbandoned(): void {
  const told = load(arena.cells, ABANDONED);
  const phase = load(arena.cells, PHASE);
  const least = phase === HOLDS ? 1 : 0;
  if (told < least || told > 1) throw new Error(`${told} were told that its holder had ended`);
}

const common = { setUp, names: { lock: LOCK, COUNT, ABANDONED, PHASE } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'RLock: two threads hold it twice',
    threads: { A: takeTwice, B: takeTwice },
    starving: true,
    check: () => check(4),
  },
  {
    ...common,
    name: 'RLock: three threads, one holds it twice',
    threads: { A: takeTwice, B: take, C: takeWithin },
    check: () => check(4),
  },
  {
    ...common,
    name: 'RLock: a thread that holds it twice and one with a time-out',
    threads: { A: takeTwice, T: takeTimed },
    timeouts: 1,
    spurious: 1,
    starving: true,
    check: () => check(2, 4),
  },
  {
    ...common,
    name: 'RLock: one that does not hold it releases it',
    threads: { A: takeTwice, B: take, R: releaseForOther },
    check: () => check(3),
  },
  {
    ...common,
    name: 'RLock: two flows of a thread, and another thread',
    threads: { L: takeInTwoFlows, A: take },
    check: () => check(5),
  },
  {
    ...common,
    name: 'RLock: a flow that takes it again, and a thread',
    threads: { L: takeTwiceInFlow, A: takeTwice },
    starving: true,
    check: () => check(7),
  },
  {
    ...common,
    name: 'RLock: a thread that blocks beside its own flow, and another thread',
    threads: { L: takeBesideFlow, A: take },
    starving: true,
    check: () => check(3, 4),
  },
  {
    ...common,
    name: 'RLock: a flow with a time-out, and a thread',
    threads: { L: takeTimedInFlow, A: takeTwice },
    timeouts: 1,
    starving: true,
    check: () => check(2, 4),
  },
  {
    ...common,
    name: 'RLock: a flow that may abort, another one, and a thread',
    threads: { L: takeUnlessAborted, M: takeTwiceInFlow, A: take },
    aborts: 1,
    check: () => check(6, 8),
  },
  {
    ...common,
    name: 'RLock: its holder is killed, two deep',
    threads: { V: takeTwiceAndTell, A: takeTwice },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    check: () => check(2, 5),
  },
  {
    ...common,
    name: 'RLock: its holder is killed, and two threads wait',
    threads: { V: takeTwiceAndTell, A: take, B: take },
    kills: 1,
    mayDie: ['V'],
    check: () => check(2, 5),
  },
  {
    ...common,
    name: 'RLock: its holder is killed, and a flow waits',
    threads: { V: takeTwiceAndTell, L: enter },
    kills: 1,
    mayDie: ['V'],
    starving: true,
    check: () => check(0, 5),
  },
  {
    ...common,
    name: 'RLock: the thread of a flow is killed, two deep',
    threads: { V: takeTwiceInFlowAndTell, A: takeTwice },
    kills: 1,
    mayDie: ['V'],
    check: () => check(2, 5),
  },
  {
    ...common,
    name: 'RLock: its holder ends, two deep',
    threads: { E: takeTwiceAndEnd, A: takeTwice, L: enter },
    ends: true,
    check: () => check(2, 4),
  },
];

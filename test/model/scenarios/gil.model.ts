// The GIL: threads that run in turn, that ask for their turn, block, await and are killed.
import { load, peek, poke, store } from '../../../src/kernel/atomics.ts';
import { joinGil } from '../../../src/kernel/gil/callbacks.ts';
import { checkpoint, holdsGil, leaveGil, withoutGil } from '../../../src/kernel/gil/gil.ts';
import { setIntervalMs } from '../../../src/kernel/gil/interval.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEADER, HEAP, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { setEvent, waitEventBlocking } from '../../../src/kernel/waiting/event-word.ts';
import { lockAsync, waitEventAsync } from '../../../src/kernel/waiting/lock-async.ts';
import { lockBlocking, unlock } from '../../../src/kernel/waiting/lock-word.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import type { Scenario } from '../engine/scenario.ts';
import type { Part } from '../source/bundle.ts';

export const parts: readonly Part[] = ['gil'];

const LOCK = HEAP + 16;
const EVENT = HEAP + 32;
/** Only who has the GIL counts. */
const COUNT = HEAP + 64;
const nothing = (): void => {};

/** So long that nobody asks. */
const LONG_MS = 3_600_000;

function prepare(intervalMs: number): void {
  store(arena.cells, HEADER.GIL_ON, 1);
  setIntervalMs(intervalMs);
  initPrim(arena, LOCK, PRIM_TYPE.LOCK);
  initPrim(arena, EVENT, PRIM_TYPE.EVENT);
}

// No two are in here at once: or the search for races finds them.
function use(): void {
  if (!holdsGil()) throw new Error('It runs without the GIL');
  poke(arena.cells, COUNT, peek(arena.cells, COUNT) + 1);
}

// A thread whose calls into heddle are these.
function run(...calls: readonly (() => void)[]): void {
  joinGil();
  for (const call of calls) {
    checkpoint();
    use();
    call();
    use();
  }
  leaveGil();
}

function runOn(times: number): void {
  run(...Array.from({ length: times }, () => nothing));
}

// Who was asked gives it up at the next call, and has it back only after the other one.
function runAsked(times: number): void {
  joinGil();
  for (let i = 0; i < times; i++) {
    const switches = load(arena.cells, HEADER.GIL_SWITCHES);
    const isAsked = holdsGil() && load(arena.cells, HEADER.GIL_REQUEST) === 1;
    checkpoint();
    use();
    if (isAsked && load(arena.cells, HEADER.GIL_SWITCHES) === switches) {
      throw new Error('It was asked for the GIL, and went on with it');
    }
  }
  leaveGil();
}

function take(): void {
  lockBlocking(arena, LOCK, Infinity);
  // As a call within the lock that lets others run.
  withoutGil(nothing);
  unlock(arena, LOCK);
}

function waitForEvent(): void {
  waitEventBlocking(arena, EVENT, Infinity, EVENT, nothing);
}

async function takeAsync(): Promise<void> {
  joinGil();
  checkpoint();
  use();
  await lockAsync(arena, LOCK, { deadlineMs: Infinity });
  use();
  await Promise.resolve();
  use();
  checkpoint();
  unlock(arena, LOCK);
}

async function waitAsync(): Promise<void> {
  joinGil();
  checkpoint();
  await waitEventAsync(arena, EVENT, { deadlineMs: Infinity }, nothing);
  use();
}

function check(least: number, most = least): void {
  const { cells } = arena;
  const count = peek(cells, COUNT);
  if (count < least || count > most) throw new Error(`${count} ran with the GIL`);
  if (load(cells, HEADER.GIL_HOLDER) !== 0) throw new Error('The GIL is held in the end');
}

function checkAll(count: number): void {
  check(count);
  if (load(arena.cells, HEADER.GIL_WAITERS) !== 0) throw new Error('A waiter is left');
}

const common = {
  setUp: () => prepare(LONG_MS),
  names: { lock: LOCK, event: EVENT, COUNT },
};
const brief = { ...common, setUp: () => prepare(5), timeouts: 1 };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'GIL: two threads, two calls each',
    threads: { A: () => runOn(2), B: () => runOn(2) },
    check: () => checkAll(8),
  },
  {
    ...common,
    name: 'GIL: three threads',
    threads: { A: () => runOn(1), B: () => runOn(1), C: () => runOn(1) },
    check: () => checkAll(6),
  },
  {
    ...brief,
    name: 'GIL: who is asked for it hands it over at the next call',
    threads: { A: () => runAsked(3), B: () => runAsked(1) },
    check: () => checkAll(4),
  },
  {
    ...brief,
    name: 'GIL: two threads ask for it',
    threads: { A: () => runAsked(2), B: () => runAsked(1), C: () => runAsked(1) },
    check: () => checkAll(4),
  },
  {
    ...common,
    name: 'GIL: two threads that block for a lock, and give the GIL up within',
    threads: { A: () => run(take), B: () => run(take) },
    check: () => checkAll(4),
  },
  {
    ...common,
    name: 'GIL: a thread that blocks until another one sets an event',
    threads: { A: () => run(waitForEvent), B: () => run(() => setEvent(arena, EVENT)) },
    check: () => checkAll(4),
  },
  {
    ...common,
    name: 'GIL: an event loop that awaits what a thread does',
    threads: { L: waitAsync, B: () => run(() => setEvent(arena, EVENT)) },
    check: () => checkAll(3),
  },
  {
    ...common,
    name: 'GIL: an event loop and a thread take a lock',
    threads: { L: takeAsync, B: () => run(take) },
    check: () => checkAll(5),
  },
  {
    ...common,
    name: 'GIL: its holder is killed',
    threads: { V: () => runOn(2), A: () => runOn(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => check(2, 6),
  },
  {
    ...common,
    name: 'GIL: one of two waiters is killed',
    threads: { V: () => runOn(1), A: () => runOn(1), B: () => runOn(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => check(4, 6),
  },
  {
    ...brief,
    name: 'GIL: who has asked for it is killed',
    threads: { V: () => runOn(1), A: () => runOn(3) },
    slices: true,
    kills: 1,
    mayDie: ['V'],
    check: () => check(6, 8),
  },
];

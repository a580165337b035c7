// Condition: consumers that wait for items and producers that notify, with time-outs and kills.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE } from '../../../src/kernel/memory/layout.ts';
import { load, peek, poke } from '../../../src/kernel/atomics.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import {
  waitConditionAsync,
  waitConditionBlocking,
} from '../../../src/kernel/primitives/condition-wait.ts';
import { initCondition, notifyCondition } from '../../../src/kernel/primitives/condition-word.ts';
import { lockAsync } from '../../../src/kernel/waiting/lock-async.ts';
import { lockBlocking, tryLock, unlock } from '../../../src/kernel/waiting/lock-word.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import type { Scenario } from '../engine/scenario.ts';

const LOCK = HEAP + 16;
const CONDITION = HEAP + 32;
const ITEMS = HEAP + 64;

function setUp(): void {
  initPrim(arena, LOCK, PRIM_TYPE.LOCK);
  initPrim(arena, CONDITION, PRIM_TYPE.CONDITION);
  initCondition(arena, CONDITION, LOCK);
}

const items = (): number => peek(arena.cells, ITEMS);

function change(by: number): void {
  poke(arena.cells, ITEMS, items() + by);
}

function release(): void {
  if (!unlock(arena, LOCK)) throw new Error('The lock is not held after the wait');
}

function produce(count: number, notified = 1): void {
  for (let i = 0; i < count; i++) {
    lockBlocking(arena, LOCK, Infinity);
    change(1);
    notifyCondition(arena, CONDITION, notified);
    release();
  }
}

function consume(): void {
  lockBlocking(arena, LOCK, Infinity);
  while (items() === 0) waitConditionBlocking(arena, CONDITION, Infinity);
  change(-1);
  release();
}

// Who was notified of an item while nobody else takes any finds it there.
function consumeAlone(): void {
  lockBlocking(arena, LOCK, Infinity);
  if (items() === 0) {
    const { notified } = waitConditionBlocking(arena, CONDITION, Infinity);
    if (!notified || items() === 0) throw new Error('The wait ended without cause');
  }
  change(-1);
  release();
}

// One that has given up waiting and one that was notified are told apart.
function consumeTimed(): void {
  lockBlocking(arena, LOCK, Infinity);
  let notified = true;
  while (items() === 0 && notified) {
    notified = waitConditionBlocking(arena, CONDITION, nowMs() + 5).notified;
  }
  if (items() > 0) change(-1);
  release();
}

async function consumeAsync(): Promise<void> {
  await lockAsync(arena, LOCK, { deadlineMs: Infinity });
  while (items() === 0) await waitConditionAsync(arena, CONDITION, { deadlineMs: Infinity });
  change(-1);
  release();
}

async function consumeUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  await lockAsync(arena, LOCK, { deadlineMs: Infinity });
  let aborted = false;
  while (items() === 0 && !aborted) {
    const patience = { deadlineMs: Infinity, signal };
    aborted = (await waitConditionAsync(arena, CONDITION, patience)).aborted;
  }
  if (!aborted) change(-1);
  release();
}

function checkLeft(least: number, most = least): void {
  if (tryLock(arena, LOCK) === 0) throw new Error('The lock cannot be taken in the end');
  unlock(arena, LOCK);
  for (const prim of [LOCK, CONDITION]) {
    lockQueue(arena, prim);
    unlockQueue(arena, prim);
    if (load(arena.cells, prim + PRIM.HEAD) !== 0) throw new Error('A waiter is left');
  }
  if (items() < least || items() > most) throw new Error(`${items()} items are left`);
}

// The only item, or who held the lock when it was killed: a notification counts until then.
function isItemGone(): boolean {
  return items() === 0 || load(arena.cells, LOCK + PRIM.WORD) !== 0;
}

const common = { setUp, names: { lock: LOCK, condition: CONDITION, ITEMS } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Condition: a consumer and a producer',
    threads: { C: consumeAlone, P: () => produce(1) },
    starving: true,
    check: () => checkLeft(0),
  },
  {
    ...common,
    name: 'Condition: two consumers and a producer of two',
    threads: { C: consume, D: consume, P: () => produce(2) },
    check: () => checkLeft(0),
  },
  {
    ...common,
    name: 'Condition: two consumers and one that notifies all',
    threads: { C: consume, D: consume, P: () => produce(1, 9), Q: () => produce(1, 9) },
    check: () => checkLeft(0),
  },
  {
    ...common,
    name: 'Condition: a consumer with a time-out, another, and a producer',
    threads: { T: consumeTimed, C: consume, P: () => produce(2) },
    timeouts: 1,
    starving: true,
    check: () => checkLeft(0, 1),
  },
  {
    ...common,
    name: 'Condition: a consumer and one without blocking',
    threads: { C: consume, L: consumeAsync, P: () => produce(2) },
    starving: true,
    check: () => checkLeft(0),
  },
  {
    ...common,
    name: 'Condition: one without blocking that may abort, and a consumer',
    threads: { L: consumeUnlessAborted, C: consume, P: () => produce(2) },
    aborts: 1,
    check: () => checkLeft(0, 1),
  },
  {
    ...common,
    name: 'Condition: one of two consumers is killed',
    threads: { V: consume, C: consume, P: () => produce(2) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkLeft(0, 1),
  },
  {
    ...common,
    name: 'Condition: who was notified is killed, and another one waits',
    threads: { V: consume, C: consume, P: () => produce(1) },
    kills: 1,
    mayDie: ['V'],
    maySleep: isItemGone,
    check: () => {
      if (!isItemGone()) throw new Error('Nobody has taken the item');
    },
  },
  {
    ...common,
    name: 'Condition: a notified event loop is killed',
    threads: { V: consumeAsync, C: consume, P: () => produce(2) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkLeft(0, 1),
  },
  {
    ...common,
    name: 'Condition: one of two producers is killed',
    threads: { V: () => produce(1), P: () => produce(1), C: consume },
    kills: 1,
    mayDie: ['V'],
    check: () => checkLeft(0, 1),
  },
];

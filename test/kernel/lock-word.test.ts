// Several threads' steps, taken by hand in one thread, each through a view of the arena of its own.
// What real threads make of it is in test/contracts and test/stress.
import { nowMs } from '../../src/kernel/deadline.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABANDONED, PARKED, PRIM, PRIM_TYPE, TID_MASK } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { NODE, NODE_STATE, SLOT, SLOT_COUNT } from '../../src/kernel/memory/layout.ts';
import { takeNode } from '../../src/kernel/table/nodes.ts';
import { burySlot, reapThread, turnOver } from '../../src/kernel/table/slots.ts';
import { ownNode } from '../../src/kernel/waiting/blocking.ts';
import { nowUs } from '../../src/kernel/waiting/clock.ts';
import {
  forfeitLock,
  lockBlocking,
  lockOrQueue,
  stampNode,
  takeHandoff,
  TAKEN,
  TAKEN_ABANDONED,
  tryLock,
  unlock,
} from '../../src/kernel/waiting/lock-word.ts';
import { cancelNode } from '../../src/kernel/waiting/wait-queue.ts';
import { anotherThread, arenasOf, primIn } from './arenas.ts';

// When a waiter came, as it stands in its node: long before the millisecond after which it starves,
// or, however slow the machine is, not.
const starving = (): number => nowUs() - 5000;
const patient = (): number => nowUs() + 60_000_000;

interface Scene {
  readonly a: Arena;
  readonly b: Arena;
  readonly c: Arena;
  readonly lock: number;
}

function scene(): Scene {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  return { a, b, c, lock: primIn(a, PRIM_TYPE.LOCK) };
}

function word({ a, lock }: Scene): number {
  return a.cells[lock + PRIM.WORD] ?? 0;
}

function owner(now: Scene): number {
  return word(now) & TID_MASK;
}

function state({ a }: Scene, node: number): number | undefined {
  return a.cells[node + NODE.STATE];
}

/** Queues a node of a thread that waits for the lock, which somebody holds. */
function queue({ lock }: Scene, arena: Arena, node: number, sinceUs: number = patient()): number {
  stampNode(arena, node);
  arena.cells[node + NODE.SINCE] = sinceUs;
  assert.equal(lockOrQueue(arena, lock, node, false), 0);
  return node;
}

test('tryLock() takes a free lock and leaves one that is held, by its own thread too', () => {
  const now = scene();
  assert.equal(tryLock(now.a, now.lock), TAKEN);
  assert.equal(owner(now), now.a.tid);
  assert.equal(tryLock(now.b, now.lock), 0);
  assert.equal(tryLock(now.a, now.lock), 0);
});

test('unlock() frees the lock, for whoever calls it, and tells when nobody held it', () => {
  const now = scene();
  assert.equal(unlock(now.a, now.lock), false);
  tryLock(now.a, now.lock);
  assert.equal(unlock(now.b, now.lock), true);
  assert.deepEqual([word(now), unlock(now.a, now.lock)], [0, false]);
});

test('lockOrQueue() takes a free lock, else queues the node and marks the word', () => {
  const now = scene();
  const node = ownNode(now.b);
  assert.equal(lockOrQueue(now.b, now.lock, node, false), TAKEN);
  queue(now, now.c, ownNode(now.c));
  assert.equal(word(now), now.b.tid | PARKED);
});

test('unlock() wakes the first waiter to compete, and a running thread may overtake it', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const first = queue(now, now.b, ownNode(now.b));
  const second = queue(now, now.c, ownNode(now.c));
  assert.equal(unlock(now.a, now.lock), true);
  assert.deepEqual([state(now, first), state(now, second)], [NODE_STATE.WOKEN, NODE_STATE.QUEUED]);
  assert.equal(tryLock(now.a, now.lock), TAKEN);
  // Who was woken and lost goes back to the front.
  assert.equal(lockOrQueue(now.b, now.lock, first, true), 0);
  unlock(now.a, now.lock);
  assert.equal(state(now, first), NODE_STATE.WOKEN);
  assert.equal(state(now, second), NODE_STATE.QUEUED);
});

test('unlock() hands the lock to a waiter that starves, and nobody overtakes it', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const first = queue(now, now.b, ownNode(now.b), starving());
  const second = queue(now, now.c, ownNode(now.c));
  unlock(now.a, now.lock);
  assert.equal(state(now, first), NODE_STATE.HANDOFF);
  assert.equal(word(now), now.b.tid | PARKED);
  assert.equal(tryLock(now.a, now.lock), 0);
  assert.equal(takeHandoff(now.b, now.lock), TAKEN);
  unlock(now.b, now.lock);
  assert.equal(state(now, second), NODE_STATE.WOKEN);
  assert.equal(word(now), 0);
});

test('unlock() wakes a blocked thread too, when it wakes an event loop, which may be busy', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const loop = queue(now, now.b, takeNode(now.b), starving());
  const behind = queue(now, now.b, takeNode(now.b));
  const blocked = queue(now, now.c, ownNode(now.c));
  unlock(now.a, now.lock);
  assert.deepEqual(
    [loop, behind, blocked].map((node) => state(now, node)),
    [NODE_STATE.WOKEN, NODE_STATE.QUEUED, NODE_STATE.WOKEN],
  );
});

test('unlock() hands the lock to an event loop only after it answered a wake-up and lost', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const loop = queue(now, now.b, takeNode(now.b), starving());
  unlock(now.a, now.lock);
  assert.equal(state(now, loop), NODE_STATE.WOKEN);
  tryLock(now.a, now.lock);
  lockOrQueue(now.b, now.lock, loop, true);
  unlock(now.a, now.lock);
  assert.equal(state(now, loop), NODE_STATE.HANDOFF);
  assert.equal(owner(now), now.b.tid);
});

test('forfeitLock() passes a wake-up on, unless somebody holds the lock and will', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const first = queue(now, now.b, ownNode(now.b));
  const second = queue(now, now.c, ownNode(now.c));
  unlock(now.a, now.lock);
  tryLock(now.a, now.lock);
  forfeitLock(now.b, now.lock);
  assert.equal(state(now, second), NODE_STATE.QUEUED);
  unlock(now.a, now.lock);
  assert.equal(state(now, second), NODE_STATE.WOKEN);
  assert.equal(state(now, first), NODE_STATE.WOKEN);
});

test('forfeitLock() wakes the next when the lock is free', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  queue(now, now.b, ownNode(now.b));
  const second = queue(now, now.c, ownNode(now.c));
  unlock(now.a, now.lock);
  forfeitLock(now.b, now.lock);
  assert.equal(state(now, second), NODE_STATE.WOKEN);
  assert.equal(word(now), 0);
});

test('lockBlocking() gives up at its deadline and leaves the lock as it was', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  for (const waitMs of [-5, 0, 5]) {
    const deadlineMs = nowMs() + waitMs;
    assert.equal(lockBlocking(now.b, now.lock, deadlineMs), 0);
    assert.ok(nowMs() >= deadlineMs);
    assert.equal(word(now), now.a.tid);
  }
  assert.equal(unlock(now.a, now.lock), true);
  assert.equal(lockBlocking(now.b, now.lock, 0), TAKEN);
});

test('tryLock() takes a lock whose holder has ended, and tells who that was', () => {
  const now = scene();
  tryLock(now.b, now.lock);
  const dead = now.b.tid;
  burySlot(now.a, now.b.slot);
  assert.equal(tryLock(now.a, now.lock), TAKEN_ABANDONED);
  assert.equal(now.a.cells[now.lock + PRIM.GONE], dead);
  assert.equal(word(now), now.a.tid);
  unlock(now.a, now.lock);
  assert.equal(tryLock(now.c, now.lock), TAKEN); // told once
});

test('tryLock() takes a lock that its thread left behind when it returned', () => {
  const now = scene();
  tryLock(now.b, now.lock);
  turnOver(now.b);
  assert.equal(tryLock(now.b, now.lock), TAKEN_ABANDONED); // the next thread of the same worker
});

test('unlock() of an abandoned lock is for anybody, and then it is told no more', () => {
  const now = scene();
  tryLock(now.b, now.lock);
  burySlot(now.a, now.b.slot);
  assert.equal(unlock(now.c, now.lock), true);
  assert.equal(tryLock(now.a, now.lock), TAKEN);
});

test('burySlot() passes the lock of a thread that ended on to the first waiter', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const first = queue(now, now.b, ownNode(now.b));
  const second = queue(now, now.c, ownNode(now.c));
  const dead = now.a.tid;
  burySlot(now.c, now.a.slot);
  assert.deepEqual([state(now, first), state(now, second)], [NODE_STATE.WOKEN, NODE_STATE.QUEUED]);
  assert.equal(word(now), ABANDONED | PARKED);
  assert.equal(tryLock(now.b, now.lock), TAKEN_ABANDONED);
  assert.equal(now.b.cells[now.lock + PRIM.GONE], dead);
});

test('burySlot() goes on where one was killed that had given the slot its next id', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const waiter = queue(now, now.b, ownNode(now.b));
  const slot = now.a.slotOf(now.a.slot);
  const dead = now.a.tid;
  now.a.cells[slot + SLOT.BURIED] = dead;
  now.a.cells[slot + SLOT.TID] = dead + SLOT_COUNT;
  burySlot(now.c, now.a.slot);
  assert.equal(state(now, waiter), NODE_STATE.WOKEN);
  // The slot's next thread has the id that the first one had given.
  assert.equal(anotherThread(now.a.memory).tid, dead + SLOT_COUNT);
  assert.equal(now.a.cells[slot + SLOT.BURIED], 0);
});

test('burySlot() hands an abandoned lock to a waiter that starves, who is told', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const first = queue(now, now.b, ownNode(now.b), starving());
  burySlot(now.c, now.a.slot);
  assert.equal(state(now, first), NODE_STATE.HANDOFF);
  assert.equal(takeHandoff(now.b, now.lock), TAKEN_ABANDONED);
  assert.equal(word(now), now.b.tid);
});

test('burySlot() takes a waiter that ended out of the queue', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  queue(now, now.b, ownNode(now.b));
  const second = queue(now, now.c, ownNode(now.c));
  burySlot(now.a, now.b.slot);
  unlock(now.a, now.lock);
  assert.equal(state(now, second), NODE_STATE.WOKEN);
});

test('burySlot() passes the wake-up of a waiter that ended on to the next', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  queue(now, now.b, ownNode(now.b));
  const second = queue(now, now.c, ownNode(now.c));
  unlock(now.a, now.lock); // wakes b, which ends before it runs
  burySlot(now.a, now.b.slot);
  assert.equal(state(now, second), NODE_STATE.WOKEN);
});

test('reapThread() may be called by anybody, and again', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const first = queue(now, now.b, ownNode(now.b));
  const dead = now.a.tid;
  burySlot(now.c, now.a.slot);
  reapThread(now.b, dead);
  reapThread(now.c, dead);
  assert.equal(state(now, first), NODE_STATE.WOKEN);
  assert.equal(tryLock(now.b, now.lock), TAKEN_ABANDONED);
});

test('lockOrQueue() never queues behind a holder that has ended', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const node = ownNode(now.b);
  // The word says that somebody waits, and its owner ends, before the queue is looked at.
  now.a.cells[now.lock + PRIM.WORD] = now.a.tid | PARKED;
  now.b.cells[now.b.slotOf(now.a.tid) + SLOT.TID] = 0;
  assert.equal(lockOrQueue(now.b, now.lock, node, false), TAKEN_ABANDONED);
});

test('cancelNode() of the last waiter leaves the word as if nobody had waited', () => {
  const now = scene();
  tryLock(now.a, now.lock);
  const node = queue(now, now.b, ownNode(now.b));
  assert.equal(cancelNode(now.b, node), true);
  assert.equal(word(now), now.a.tid);
});

// Threads of one arena, all played by this one: what a waiter is told is in its node.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Arena } from '../../src/kernel/index.ts';
import { load, peek, poke, store } from '../../src/kernel/atomics.ts';
import { NODE, NODE_STATE, PRIM, PRIM_TYPE, TID_MASK } from '../../src/kernel/memory/layout.ts';
import {
  initCondition,
  leaveCondition,
  lookAfterWaiter,
  noteNotified,
  notifyCondition,
  queueOnCondition,
} from '../../src/kernel/primitives/condition-word.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { takeNode } from '../../src/kernel/table/nodes.ts';
import { ownNode } from '../../src/kernel/waiting/blocking.ts';
import { nowUs } from '../../src/kernel/waiting/clock.ts';
import { lockOrQueue, tryLock, unlock } from '../../src/kernel/waiting/lock-word.ts';
import { unlink } from '../../src/kernel/waiting/wait-list.ts';
import { arenasOf, primIn } from './arenas.ts';

interface Pair {
  readonly condition: number;
  readonly lock: number;
}

function conditionIn(arena: Arena): Pair {
  const condition = primIn(arena, PRIM_TYPE.CONDITION);
  const lock = primIn(arena, PRIM_TYPE.LOCK);
  initCondition(arena, condition, lock);
  return { condition, lock };
}

/** Waits: a node of the thread's is in the condition's queue, and the lock is free. */
function waiterOf(arena: Arena, { condition, lock }: Pair, node: number = ownNode(arena)): number {
  assert.equal(tryLock(arena, lock), 1);
  queueOnCondition(arena, condition, node);
  unlock(arena, lock);
  return node;
}

/** No pause of this machine's makes it starve, and be handed the lock. */
const patient = (arena: Arena, node: number): void =>
  poke(arena.cells, node + NODE.SINCE, (nowUs() + 1e9) | 0);
const stateOf = (arena: Arena, node: number): number => load(arena.cells, node + NODE.STATE);
const primOf = (arena: Arena, node: number): number => load(arena.cells, node + NODE.PRIM);
const ownerOf = (arena: Arena, lock: number): number =>
  load(arena.cells, lock + PRIM.WORD) & TID_MASK;

test('notifyCondition() moves waiters to the lock, whose release wakes them one by one', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const pair = conditionIn(a);
  assert.equal(notifyCondition(a, pair.condition, 1), 0);
  const nodes = [waiterOf(b, pair), waiterOf(c, pair)] as const;
  tryLock(a, pair.lock);
  assert.equal(notifyCondition(a, pair.condition, 5), 2);
  assert.deepEqual(
    nodes.map((node) => [primOf(a, node), stateOf(a, node)]),
    [
      [pair.lock, NODE_STATE.QUEUED],
      [pair.lock, NODE_STATE.QUEUED],
    ],
  );
  for (const node of nodes) patient(a, node);
  unlock(a, pair.lock);
  assert.deepEqual(
    nodes.map((node) => stateOf(a, node)),
    [NODE_STATE.WOKEN, NODE_STATE.QUEUED],
  );
  assert.equal(lockOrQueue(b, pair.lock, nodes[0], true), 1);
  unlock(b, pair.lock);
  assert.equal(stateOf(a, nodes[1]), NODE_STATE.WOKEN);
});

test('notifyCondition() wakes one itself when the lock is free', () => {
  const [a, b] = arenasOf(2) as [Arena, Arena];
  const pair = conditionIn(a);
  const node = waiterOf(b, pair);
  assert.equal(notifyCondition(a, pair.condition, 1), 1);
  assert.equal(stateOf(a, node), NODE_STATE.WOKEN);
  assert.equal(load(a.cells, pair.lock + PRIM.WORD), 0);
});

test('leaveCondition() decides against a notification, and the other way round', () => {
  const [a, b] = arenasOf(2) as [Arena, Arena];
  const pair = conditionIn(a);
  const node = waiterOf(b, pair);
  tryLock(a, pair.lock);
  assert.equal(leaveCondition(b, pair.condition, node), true);
  patient(a, node);
  assert.equal(notifyCondition(a, pair.condition, 1), 0);
  assert.equal(peek(b.cells, node + NODE.NOTIFIED_BY), 0);
  unlock(a, pair.lock);
  assert.equal(lockOrQueue(b, pair.lock, node, true), 1);
  unlock(b, pair.lock);
  waiterOf(b, pair);
  tryLock(a, pair.lock);
  assert.equal(notifyCondition(a, pair.condition, 1), 1);
  assert.equal(leaveCondition(b, pair.condition, node), false);
});

test('burySlot() takes the dead out of the condition, and out of the lock', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const pair = conditionIn(a);
  waiterOf(b, pair);
  const second = waiterOf(c, pair);
  burySlot(a, b.slot);
  assert.equal(load(a.cells, pair.condition + PRIM.HEAD), second);
  tryLock(a, pair.lock);
  notifyCondition(a, pair.condition, 1);
  burySlot(a, c.slot);
  assert.equal(load(a.cells, pair.lock + PRIM.HEAD), 0);
});

test('burySlot() passes on the notification of one that dies before it has the lock', () => {
  // Queued for the lock; woken; handed the lock.
  for (const upTo of ['queued', 'woken'] as const) {
    const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
    const pair = conditionIn(a);
    const first = waiterOf(b, pair);
    const second = waiterOf(c, pair);
    tryLock(a, pair.lock);
    notifyCondition(a, pair.condition, 1);
    patient(a, first);
    if (upTo === 'woken') unlock(a, pair.lock);
    burySlot(a, b.slot);
    assert.equal(primOf(a, second), pair.lock);
    patient(a, second);
    if (upTo === 'queued') unlock(a, pair.lock);
    assert.ok(stateOf(a, second) >= NODE_STATE.WOKEN);
  }
});

test('burySlot() passes on no notification that was taken note of', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const pair = conditionIn(a);
  const first = waiterOf(b, pair);
  const second = waiterOf(c, pair);
  tryLock(a, pair.lock);
  notifyCondition(a, pair.condition, 1);
  patient(a, first);
  unlock(a, pair.lock);
  assert.equal(lockOrQueue(b, pair.lock, first, true), 1);
  noteNotified(b, first);
  burySlot(a, b.slot);
  assert.equal(primOf(a, second), pair.condition);
});

test('burySlot() passes a notification past the other waiters of the same dead', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const pair = conditionIn(a);
  waiterOf(b, pair, takeNode(b));
  waiterOf(b, pair, takeNode(b));
  const alive = waiterOf(c, pair);
  notifyCondition(a, pair.condition, 1);
  burySlot(a, b.slot);
  assert.equal(primOf(a, alive), pair.lock);
  assert.ok(stateOf(a, alive) >= NODE_STATE.WOKEN);
});

test('notifyCondition() finds who was left in no list by a notifier that died', () => {
  for (const finder of ['notifier', 'waiter'] as const) {
    const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
    const pair = conditionIn(a);
    const node = waiterOf(b, pair);
    tryLock(c, pair.lock);
    for (const prim of [pair.condition, pair.lock]) store(c.cells, prim + PRIM.QUEUE_LOCK, c.tid);
    unlink(c, pair.condition, node);
    burySlot(a, c.slot);
    if (finder === 'waiter') {
      assert.equal(lookAfterWaiter(b, pair.condition, node), pair.condition);
      assert.equal(load(a.cells, pair.condition + PRIM.HEAD), node);
    }
    assert.equal(tryLock(a, pair.lock), 2);
    assert.equal(notifyCondition(a, pair.condition, 1), 1);
    patient(a, node);
    unlock(a, pair.lock);
    assert.equal(stateOf(a, node), NODE_STATE.WOKEN);
  }
});

test('lookAfterWaiter() gets the lock of a notifier that died with it', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const pair = conditionIn(a);
  const node = waiterOf(b, pair);
  tryLock(c, pair.lock);
  notifyCondition(c, pair.condition, 1);
  patient(a, node);
  // Nobody buries it, but its id is dead.
  burySlot(c, c.slot);
  lookAfterWaiter(b, pair.condition, node);
  assert.notEqual(ownerOf(a, pair.lock), c.tid);
  assert.equal(stateOf(b, node), NODE_STATE.WOKEN);
  assert.equal(lockOrQueue(b, pair.lock, node, true), 2);
});

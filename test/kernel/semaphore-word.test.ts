// Two threads of one arena, both played by this one: what a waiter is told is in its node.
import { nowMs } from '../../src/kernel/deadline.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Arena } from '../../src/kernel/index.ts';
import { load, poke, store } from '../../src/kernel/atomics.ts';
import {
  NODE,
  NODE_STATE,
  PARKED,
  PRIM,
  PRIM_TYPE,
  SLOT,
  SLOT_STATE,
} from '../../src/kernel/memory/layout.ts';
import {
  PERMITS,
  forfeitPermit,
  freePermits,
  initSemaphore,
  lookAfterPermits,
  permitBlocking,
  permitOrQueue,
  releasePermits,
  takeHandedPermit,
  tryPermit,
} from '../../src/kernel/primitives/semaphore-word.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { takeNode } from '../../src/kernel/table/nodes.ts';
import { ownNode } from '../../src/kernel/waiting/blocking.ts';
import { nowUs } from '../../src/kernel/waiting/clock.ts';
import { unlink } from '../../src/kernel/waiting/wait-list.ts';
import { cancelNode } from '../../src/kernel/waiting/wait-queue.ts';
import { arenasOf, primIn } from './arenas.ts';

function semaphoreIn(arena: Arena, permits: number, most: number = PERMITS): number {
  const prim = primIn(arena, PRIM_TYPE.SEMAPHORE);
  initSemaphore(arena, prim, permits, most);
  return prim;
}

// So that no pause of this machine's makes a waiter starve.
const NEVER_US = -1e9;

/** A node of the thread's that waits in the queue, since so long. */
function waiterOf(arena: Arena, prim: number, sinceUs = NEVER_US): number {
  const node = ownNode(arena);
  poke(arena.cells, node + NODE.SINCE, nowUs() - sinceUs);
  assert.equal(permitOrQueue(arena, prim, node, false), 0);
  return node;
}

const stateOf = (arena: Arena, node: number): number => load(arena.cells, node + NODE.STATE);

test('tryPermit() takes what is free, and no more', () => {
  const [arena] = arenasOf(1) as [Arena];
  const prim = semaphoreIn(arena, 2);
  assert.deepEqual(
    [1, 2, 3].map(() => tryPermit(arena, prim)),
    [1, 1, 0],
  );
  assert.equal(permitBlocking(arena, prim, 0), 0);
  assert.equal(permitBlocking(arena, prim, nowMs() + 3), 0);
  assert.equal(load(arena.cells, prim + PRIM.HEAD), 0);
  assert.equal(releasePermits(arena, prim, 3), true);
  assert.equal(freePermits(arena, prim), 3);
});

test('releasePermits() wakes the first, who competes, and hands over to who starves', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const prim = semaphoreIn(a, 0);
  const patient = waiterOf(b, prim);
  assert.equal(releasePermits(a, prim, 1), true);
  assert.equal(stateOf(b, patient), NODE_STATE.WOKEN);
  assert.equal(freePermits(a, prim), 1);
  assert.equal(tryPermit(a, prim), 1); // overtaken
  assert.equal(permitOrQueue(b, prim, patient, true), 0);
  const starving = waiterOf(c, prim, 5000);
  poke(b.cells, patient + NODE.SINCE, nowUs() - 5000);
  assert.equal(releasePermits(a, prim, 1), true);
  assert.equal(stateOf(b, patient), NODE_STATE.HANDOFF);
  assert.equal(stateOf(c, starving), NODE_STATE.QUEUED);
  assert.equal(tryPermit(a, prim), 0);
  assert.equal(releasePermits(a, prim, 2), true);
  assert.equal(stateOf(c, starving), NODE_STATE.HANDOFF);
  assert.equal(load(a.cells, prim + PRIM.WORD), 1);
});

test('releasePermits() refuses more than the most, with and without waiters', () => {
  const [a, b] = arenasOf(2) as [Arena, Arena];
  const prim = semaphoreIn(a, 0, 2);
  assert.equal(releasePermits(a, prim, 3), false);
  const node = waiterOf(b, prim);
  assert.equal(releasePermits(a, prim, 3), false);
  assert.equal(stateOf(b, node), NODE_STATE.QUEUED);
  assert.equal(releasePermits(a, prim, 2), true);
  assert.equal(stateOf(b, node), NODE_STATE.WOKEN);
  assert.equal(freePermits(a, prim), 2);
  assert.equal(releasePermits(a, prim, 1), false);
});

test('releasePermits() forgets PARKED when nobody waits any more', () => {
  const [a, b] = arenasOf(2) as [Arena, Arena];
  const prim = semaphoreIn(a, 0);
  const node = waiterOf(b, prim);
  assert.equal(load(a.cells, prim + PRIM.WORD), PARKED);
  assert.equal(cancelNode(b, node), true);
  assert.equal(load(a.cells, prim + PRIM.WORD), 0);
  store(a.cells, prim + PRIM.WORD, PARKED); // somebody is about to queue
  releasePermits(a, prim, 1);
  assert.equal(load(a.cells, prim + PRIM.WORD), 1);
});

test('releasePermits() that wakes an event loop wakes the first blocked thread behind it', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const prim = semaphoreIn(a, 0);
  const loop = takeNode(b);
  poke(b.cells, loop + NODE.SINCE, nowUs() - 5000);
  assert.equal(permitOrQueue(b, prim, loop, false), 0);
  const blocked = waiterOf(c, prim);
  releasePermits(a, prim, 1);
  assert.deepEqual([stateOf(b, loop), stateOf(c, blocked)], [NODE_STATE.WOKEN, NODE_STATE.WOKEN]);
  assert.equal(tryPermit(c, prim), 1);
  // Back at the front, it is handed the next one, as it has answered.
  assert.equal(permitOrQueue(b, prim, loop, true), 0);
  releasePermits(a, prim, 1);
  assert.equal(stateOf(b, loop), NODE_STATE.HANDOFF);
});

test('forfeitPermit() passes a wake-up on', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const prim = semaphoreIn(a, 0);
  waiterOf(b, prim);
  const second = waiterOf(c, prim);
  releasePermits(a, prim, 1);
  forfeitPermit(b, prim);
  assert.equal(stateOf(c, second), NODE_STATE.WOKEN);
});

test('burySlot() gives a permit back that was handed to the dead, once', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const prim = semaphoreIn(a, 0, 1);
  const handed = waiterOf(b, prim, 5000);
  releasePermits(a, prim, 1);
  assert.equal(stateOf(b, handed), NODE_STATE.HANDOFF);
  const next = waiterOf(c, prim);
  burySlot(a, b.slot);
  assert.deepEqual([stateOf(c, next), freePermits(a, prim)], [NODE_STATE.WOKEN, 1]);
});

test('burySlot() gives no permit back that the dead had taken out of its node', () => {
  const [a, b] = arenasOf(2) as [Arena, Arena];
  const prim = semaphoreIn(a, 0);
  const node = takeNode(b);
  assert.equal(permitOrQueue(b, prim, node, false), 0);
  releasePermits(a, prim, 1);
  tryPermit(a, prim);
  permitOrQueue(b, prim, node, true);
  poke(b.cells, node + NODE.SINCE, nowUs() - 5000);
  releasePermits(a, prim, 1);
  assert.equal(takeHandedPermit(b, node), 1);
  burySlot(a, b.slot);
  assert.equal(freePermits(a, prim), 0);
});

test('burySlot() passes the wake-up of the dead on to the next', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const prim = semaphoreIn(a, 0);
  waiterOf(b, prim);
  const next = waiterOf(c, prim);
  releasePermits(a, prim, 1);
  burySlot(a, b.slot);
  assert.equal(stateOf(c, next), NODE_STATE.WOKEN);
  assert.equal(freePermits(a, prim), 1);
});

test('lookAfterPermits() finds who is in no list, and the wake-up that he missed', () => {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  const prim = semaphoreIn(a, 0);
  const node = waiterOf(b, prim);
  // Another one gave a permit, and died before it had woken him.
  store(c.cells, prim + PRIM.QUEUE_LOCK, c.tid);
  store(c.cells, prim + PRIM.WORD, 1 | PARKED);
  unlink(c, prim, node);
  // Nobody has buried him yet.
  store(a.cells, a.slotOf(c.slot) + SLOT.STATE, SLOT_STATE.DEAD);
  assert.equal(stateOf(b, node), NODE_STATE.QUEUED);
  lookAfterPermits(b, prim);
  assert.equal(stateOf(b, node), NODE_STATE.WOKEN);
  assert.equal(load(b.cells, prim + PRIM.WORD), 1);
});

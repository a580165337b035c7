// Several threads' steps, taken by hand in one thread, each through a view of the arena of its own.
import { nowMs } from '../../src/kernel/deadline.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clearEvent,
  isEventSet,
  PRIM_TYPE,
  setEvent,
  waitEventBlocking,
} from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { NODE, NODE_STATE, PRIM } from '../../src/kernel/memory/layout.ts';
import { takeNode } from '../../src/kernel/table/nodes.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { ownNode } from '../../src/kernel/waiting/blocking.ts';
import { queueForEvent } from '../../src/kernel/waiting/event-word.ts';
import { cancelNode } from '../../src/kernel/waiting/wait-queue.ts';
import { arenasOf, primIn } from './arenas.ts';

const nothing = (): void => {};

function scene(): { a: Arena; b: Arena; c: Arena; event: number } {
  const [a, b, c] = arenasOf(3) as [Arena, Arena, Arena];
  return { a, b, c, event: primIn(a, PRIM_TYPE.EVENT) };
}

function state(arena: Arena, node: number): number | undefined {
  return arena.cells[node + NODE.STATE];
}

test('setEvent() and clearEvent() do twice what they do once', () => {
  const { a, b, event } = scene();
  assert.equal(isEventSet(a, event), false);
  for (const isSet of [true, true, false, false, true]) {
    if (isSet) setEvent(a, event);
    else clearEvent(b, event);
    assert.equal(isEventSet(b, event), isSet);
  }
});

test('setEvent() grants all who wait, and a clearEvent() after it takes nothing back', () => {
  const { a, b, c, event } = scene();
  const nodes = [ownNode(b), ownNode(c), takeNode(b)];
  for (const node of nodes) assert.equal(queueForEvent(a, event, node), false);
  setEvent(a, event);
  clearEvent(a, event);
  for (const node of nodes) assert.equal(state(a, node), NODE_STATE.HANDOFF);
});

test('setEvent() does not grant who came after a clearEvent() in its midst', () => {
  const { a, b, event } = scene();
  const node = ownNode(b);
  let queued: boolean | undefined;
  // Between two looks of the setter's at the memory: one that saw the flag, took it back, and waits
  // for the next one.
  const setter = Object.create(a, {
    cells: {
      get(): Arena['cells'] {
        if (queued === undefined && isEventSet(b, event)) {
          clearEvent(b, event);
          queued = queueForEvent(b, event, node);
        }
        return a.cells;
      },
    },
  }) as Arena;
  setEvent(setter, event);
  assert.equal(queued, false);
  assert.equal(state(a, node), NODE_STATE.QUEUED);
  setEvent(a, event);
  assert.equal(state(a, node), NODE_STATE.HANDOFF);
});

test('queueForEvent() queues nobody when the event is set', () => {
  const { a, b, event } = scene();
  setEvent(a, event);
  const node = ownNode(b);
  assert.equal(queueForEvent(b, event, node), true);
  assert.equal(state(a, node), NODE_STATE.IDLE);
});

test('setEvent() does not grant who gave up', () => {
  const { a, b, c, event } = scene();
  const [gone, stays] = [ownNode(b), ownNode(c)];
  for (const node of [gone, stays]) queueForEvent(a, event, node);
  assert.equal(cancelNode(b, gone), true);
  setEvent(a, event);
  assert.deepEqual([state(a, gone), state(a, stays)], [NODE_STATE.IDLE, NODE_STATE.HANDOFF]);
});

test('cancelNode() after setEvent() says that the event came first', () => {
  const { a, b, event } = scene();
  const node = ownNode(b);
  queueForEvent(b, event, node);
  setEvent(a, event);
  assert.equal(cancelNode(b, node), false);
});

test('burySlot() takes a waiter that ended out of the queue of an event', () => {
  const { a, b, c, event } = scene();
  const [gone, stays] = [ownNode(b), ownNode(c)];
  for (const node of [gone, stays]) queueForEvent(a, event, node);
  burySlot(a, b.slot);
  setEvent(a, event);
  assert.deepEqual([state(a, gone), state(a, stays)], [NODE_STATE.IDLE, NODE_STATE.HANDOFF]);
});

test('burySlot() wakes whom a killed thread may have been about to, and an idle one not', () => {
  for (const wasIdle of [true, false]) {
    const { a, b, c, event } = scene();
    const node = ownNode(c);
    queueForEvent(c, event, node);
    // As a setter leaves it that is killed before it looks for those who wait.
    a.cells[event + PRIM.WORD] = 1;
    burySlot(a, b.slot, wasIdle);
    assert.equal(state(a, node), wasIdle ? NODE_STATE.QUEUED : NODE_STATE.HANDOFF);
  }
});

test('waitEventBlocking() returns when the event is set, never before its deadline', () => {
  const { a, event } = scene();
  for (const waitMs of [-1, 0, 5]) {
    const deadlineMs = nowMs() + waitMs;
    assert.equal(waitEventBlocking(a, event, deadlineMs, event, nothing), false);
    assert.ok(nowMs() >= deadlineMs);
  }
  setEvent(a, event);
  assert.equal(waitEventBlocking(a, event, Infinity, event, nothing), true);
  assert.equal(waitEventBlocking(a, event, 0, event, nothing), true);
});

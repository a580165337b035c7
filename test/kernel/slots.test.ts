import assert from 'node:assert/strict';
import fs, { readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { hasDied, PRIM, PRIM_TYPE, SLOT_MASK, startOf, TID_MASK } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import {
  HEADER,
  NODE,
  SLOT,
  SLOT_BITS,
  SLOT_COUNT,
  SLOT_STATE,
} from '../../src/kernel/memory/layout.ts';
import { hasProcessDied } from '../../src/kernel/table/liveness.ts';
import { blockingNode, takeNode } from '../../src/kernel/table/nodes.ts';
import { burySlot, claimSlot, enterSlot, turnOver } from '../../src/kernel/table/slots.ts';
import { queueForEvent } from '../../src/kernel/waiting/event-word.ts';
import { arenasOf, anotherThread, primIn } from './arenas.ts';

function pair(): [Arena, Arena] {
  return arenasOf(2) as [Arena, Arena];
}

test('claimSlot() never gives slot 0, nor one that is taken', () => {
  const [a, b] = pair();
  assert.ok(a.slot > 0 && b.slot > 0 && a.slot !== b.slot);
  assert.ok(a.tid !== b.tid);
  for (const one of [a, b]) {
    assert.equal(one.tid & SLOT_MASK, one.slot);
    assert.equal(one.tid & ~TID_MASK, 0);
    assert.ok(one.tid >>> SLOT_BITS > 0);
  }
});

test('claimSlot() refuses when every slot is taken, and takes one that is buried', () => {
  const [a] = pair();
  const slots: number[] = [];
  const all = (): void => {
    for (;;) slots.push(claimSlot(a));
  };
  assert.throws(all, { name: 'RuntimeError', message: /1022 threads are alive/ });
  assert.equal(new Set(slots).size, SLOT_COUNT - 3);
  burySlot(a, slots[500] as number);
  assert.equal(claimSlot(a), slots[500]);
});

test('burySlot() frees the slot, and its next thread has another id', () => {
  const [a, b] = pair();
  const dead = b.tid;
  assert.equal(hasDied(a, dead, true), false);
  burySlot(a, b.slot);
  assert.equal(hasDied(a, dead, false), true);
  const next = anotherThread(a.memory);
  assert.equal(next.slot, b.slot);
  assert.notEqual(next.tid, dead);
  assert.deepEqual([hasDied(a, dead, true), hasDied(a, next.tid, true)], [true, false]);
});

test('turnOver() ends the thread and leaves its worker the slot, under a new id', () => {
  const [a, b] = pair();
  const ended: number[] = [];
  for (let round = 0; round < 5; round++) {
    ended.push(b.tid);
    turnOver(b);
    assert.equal(b.tid & SLOT_MASK, b.slot);
    assert.ok(!ended.includes(b.tid));
    for (const tid of ended) assert.equal(hasDied(a, tid, false), true);
    assert.equal(hasDied(a, b.tid, true), false);
  }
});

test('turnOver() begins anew after the last generation, and never gives generation 0', () => {
  const [, b] = pair();
  const last = (TID_MASK & ~SLOT_MASK) | b.slot;
  b.cells[b.slotOf(b.slot) + SLOT.TID] = last;
  b.tid = last;
  turnOver(b);
  assert.equal(b.tid, SLOT_COUNT + b.slot);
});

test('claimSlot() wipes what the last thread of the slot left there', () => {
  const [a, b] = pair();
  const slot = a.slotOf(b.slot);
  for (const field of [SLOT.READY, SLOT.BLOCK, SLOT.WAITING, SLOT.REQUEST, SLOT.THREAD]) {
    a.cells[slot + field] = 77;
  }
  a.cells[blockingNode(a, b.slot) + NODE.PRIM] = 77;
  burySlot(a, b.slot);
  a.cells[blockingNode(a, b.slot) + NODE.PRIM] = 77;
  assert.equal(claimSlot(a), b.slot);
  for (const field of [SLOT.READY, SLOT.BLOCK, SLOT.WAITING, SLOT.REQUEST, SLOT.THREAD]) {
    assert.equal(a.cells[slot + field], 0);
  }
  assert.equal(a.cells[blockingNode(a, b.slot) + NODE.PRIM], 0);
  assert.equal(a.cells[slot + SLOT.STATE], SLOT_STATE.BOOTING);
});

test('burySlot() gives back the asynchronous waits of a worker that is gone', () => {
  const [a, b] = pair();
  const event = primIn(a, PRIM_TYPE.EVENT);
  const nodes = [takeNode(b), takeNode(b)];
  for (const node of nodes) queueForEvent(b, event, node);
  burySlot(a, b.slot);
  assert.equal(a.cells[event + PRIM.HEAD], 0);
  assert.deepEqual(new Set([takeNode(a), takeNode(a)]), new Set(nodes));
});

test('hasDied() is true of an id that no thread has had', () => {
  const [a] = pair();
  assert.equal(hasDied(a, 900 + SLOT_COUNT, false), true);
});

test('hasDied() believes the system only when it is to ask', { skip: !isLinux() }, () => {
  const [a, b] = pair();
  a.cells[a.slotOf(b.slot) + SLOT.OS_TID] = 2 ** 30; // the number of no thread
  assert.equal(hasDied(a, b.tid, false), false);
  assert.equal(hasDied(a, b.tid, true), true);
  // Said once, it is known.
  assert.equal(hasDied(a, b.tid, false), true);
});

test('hasDied() takes a worker that is booting for alive', () => {
  const [a] = pair();
  const slot = claimSlot(a);
  const tid = a.cells[a.slotOf(slot) + SLOT.TID] as number;
  assert.equal(hasDied(a, tid, true), false);
});

test(
  'enterSlot() notes the numbers by which the kernel knows the thread',
  { skip: !isLinux() },
  () => {
    const [a] = pair();
    const slot = claimSlot(a);
    enterSlot(a, slot, SLOT_STATE.LIVE);
    assert.equal(a.cells[a.slotOf(slot) + SLOT.OS_PID], process.pid);
    // The main thread's number is that of the process.
    const name = Number(readlinkSync('/proc/self'));
    assert.equal(a.cells[a.slotOf(slot) + SLOT.OS_PROC], name);
    assert.equal(a.cells[a.slotOf(slot) + SLOT.OS_TID], name);
    assert.ok((a.cells[HEADER.SLOTS_HIGH] ?? 0) > slot);
  },
);

function isLinux(): boolean {
  return process.platform === 'linux';
}

test('hasProcessDied() knows only a slot that its process has filled', { skip: !isLinux() }, () => {
  const [a, b] = pair();
  const slot = a.slotOf(b.slot);
  a.cells[slot + SLOT.OS_START] = (startOf(process.pid) as number) + 1;
  assert.equal(hasProcessDied(a, slot), true);
  a.cells[slot + SLOT.OS_START] = startOf(process.pid) as number;
  assert.equal(hasProcessDied(a, slot), false);
  a.cells[slot + SLOT.OS_START] = 0;
  burySlot(a, b.slot);
  assert.equal(claimSlot(a), b.slot);
  // It has no process yet, and not the one that it had before.
  assert.equal(hasProcessDied(a, slot), false);
  assert.equal(a.cells[slot + SLOT.OS_PID], 0);
});

test('hasDied() says of a thread that is gone nothing of the next in its slot', (t) => {
  const [a, b] = pair();
  const dead = b.tid;
  let next: Arena | undefined;
  a.cells[a.slotOf(b.slot) + SLOT.OS_TID] = 2 ** 30;
  t.mock.method(fs, 'existsSync', () => {
    // Just when the system has said so, the slot becomes another one's.
    burySlot(a, b.slot);
    next = anotherThread(a.memory);
    return false;
  });
  assert.equal(hasDied(a, dead, true), true);
  assert.equal(next?.slot, b.slot);
  assert.equal(hasDied(a, next?.tid ?? 0, false), false);
});

for (const [code, hasEnded] of [
  ['ENOENT', true],
  ['EMFILE', false],
] as const) {
  const says = hasEnded ? 'dead' : 'alive';
  test(`hasProcessDied() takes a process for ${says} that gives ${code}`, (t) => {
    const [a, b] = pair();
    const slot = a.slotOf(b.slot);
    a.cells[slot + SLOT.OS_PROC] = 2 ** 30;
    a.cells[slot + SLOT.OS_START] = 1;
    t.mock.method(fs, 'readFileSync', () => {
      throw Object.assign(new Error(code), { code });
    });
    assert.equal(hasProcessDied(a, slot), hasEnded);
  });
}

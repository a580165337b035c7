// Queues by hand: what threads would do, step by step, and what is left when one of them dies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ADDED,
  ORDER,
  QUEUE,
  SHUT,
  giveUpClaim,
  queues,
  slotOfClaim,
} from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { allocateIn } from '../../src/kernel/memory/heap.ts';
import { CLAIM, freeClaim, noteVoid } from '../../src/kernel/primitives/queue/claims.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { lockSide } from '../../src/kernel/waiting/side-lock.ts';
import { arenasOf } from './arenas.ts';

const ORDERS = Object.entries(ORDER);

interface Scene {
  readonly arena: Arena;
  readonly other: Arena;
  readonly queue: number;
}

function scene(order: number, max = 0): Scene {
  const [arena, other] = arenasOf(2) as [Arena, Arena];
  const queue = allocateIn(arena, QUEUE.CELLS * 4, 0);
  queues.initQueue(arena, queue, order, max);
  return { arena, other, queue };
}

function put({ arena, queue }: Scene, ...items: readonly number[]): void {
  for (const item of items) {
    const rank = { number: item, text: 0 };
    assert.equal(queues.attemptPut(arena, queue, item, rank), ADDED);
  }
}

function take({ arena, queue }: Scene): number {
  const claim = queues.attemptGet(arena, queue);
  if (claim <= 0) return claim;
  const item = slotOfClaim(arena, claim);
  assert.equal(giveUpClaim(arena, claim), true);
  return item;
}

function bury({ arena, other }: Scene): void {
  burySlot(arena, other.slot);
}

for (const [name, order] of ORDERS) {
  test(`attemptGet() of ${name} gives again what a getter had that died`, () => {
    const now = scene(order);
    put(now, 11, 12, 13);
    const first = queues.attemptGet(now.other, now.queue);
    const item = slotOfClaim(now.other, first);
    assert.equal(queues.sizeOf(now.arena, now.queue), 2);
    bury(now);
    assert.equal(queues.sizeOf(now.arena, now.queue), 3);
    assert.deepEqual([take(now), giveUpClaim(now.other, first)], [item, false]);
    const rest = [take(now), take(now)];
    assert.deepEqual(
      [item, ...rest].toSorted((a, b) => a - b),
      [11, 12, 13],
    );
    assert.equal(take(now), 0);
  });

  test(`putBack() of ${name} gives the item to who comes next`, () => {
    const now = scene(order);
    put(now, ...Array.from({ length: 200 }, (_, i) => i + 1));
    const claims = Array.from({ length: 100 }, () => queues.attemptGet(now.arena, now.queue));
    const items = claims.map((claim) => slotOfClaim(now.arena, claim));
    for (const claim of claims.toReversed()) queues.putBack(now.arena, now.queue, claim);
    assert.equal(queues.sizeOf(now.arena, now.queue), 200);
    assert.deepEqual(
      items.map(() => take(now)),
      items,
    );
    // What the thread does not have any more is left where it is.
    queues.putBack(now.arena, now.queue, claims[0] as number);
    assert.equal(queues.sizeOf(now.arena, now.queue), 100);
  });

  test(`attemptPut() of ${name} after a putter died with the lock counts no item twice`, () => {
    const now = scene(order);
    put(now, 1);
    const lock = order === ORDER.FIFO ? QUEUE.PUT_LOCK : QUEUE.GET_LOCK;
    lockSide(now.other, now.queue + lock);
    bury(now);
    put(now, 2);
    assert.equal(queues.unfinishedOf(now.arena, now.queue), 2);
    assert.deepEqual(
      [take(now), take(now), take(now)].toSorted((a, b) => a - b),
      [0, 1, 2],
    );
  });
}

test('attemptGet() takes back a claim whose item had not been taken when the getter died', () => {
  for (const isTaken of [false, true]) {
    const now = scene(ORDER.FIFO);
    put(now, 11, 12);
    const { other, queue } = now;
    lockSide(other, queue + QUEUE.GET_LOCK);
    other.cells[queue + QUEUE.PUTS_SEEN] = 2;
    const claim = freeClaim(other, queue);
    noteVoid(other, queue, queue + QUEUE.HEAD, 0, claim);
    other.numbers[(claim + CLAIM.SLOT) / 2] = 11;
    other.cells[claim + CLAIM.TID] = other.tid;
    if (isTaken) other.cells[queue + QUEUE.HEAD] = 1;
    bury(now);
    const items = [take(now), take(now), take(now)];
    assert.deepEqual(items, isTaken ? [12, 11, 0] : [11, 12, 0]);
  }
});

test('attemptGet() makes the order of a shelf anew when a thread died in the midst of it', () => {
  const now = scene(ORDER.PRIORITY);
  put(now, 5, 3, 4, 1, 2);
  lockSide(now.other, now.queue + QUEUE.GET_LOCK);
  // Counted out of existence, and in disorder.
  now.other.cells[now.queue + QUEUE.COUNT] = 2;
  bury(now);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => take(now)),
    [1, 2, 3, 4, 5],
  );
});

test('closeQueue() counts as done what a getter had that died afterwards', () => {
  for (const [, order] of ORDERS) {
    const now = scene(order);
    put(now, 1, 2);
    queues.attemptGet(now.other, now.queue);
    queues.closeQueue(now.arena, now.queue, true);
    assert.equal(queues.unfinishedOf(now.arena, now.queue), 1);
    bury(now);
    assert.equal(queues.sizeOf(now.arena, now.queue), 0);
    assert.equal(queues.unfinishedOf(now.arena, now.queue), 0);
    assert.equal(take(now), SHUT);
  }
});

test('attemptPut() goes on when the counters pass 2^31 and 2^32', () => {
  for (const start of [2 ** 31 - 70, 2 ** 32 - 70]) {
    const now = scene(ORDER.FIFO, 100);
    const { cells } = now.arena;
    for (const cell of [QUEUE.PUTS, QUEUE.HEAD, QUEUE.DONE, QUEUE.PUTS_SEEN]) {
      cells[now.queue + cell] = start;
    }
    cells[(cells[now.queue + QUEUE.HEAD_CHUNK] as number) + 1] = start;
    for (let round = 0; round < 3; round++) {
      put(now, ...Array.from({ length: 100 }, (_, i) => i + 1));
      assert.equal(queues.isFull(now.arena, now.queue), true);
      for (let item = 1; item <= 100; item++) {
        assert.equal(take(now), item);
        assert.equal(queues.markDone(now.arena, now.queue), true);
      }
      assert.equal(queues.markDone(now.arena, now.queue), false);
    }
  }
});

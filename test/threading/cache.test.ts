import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Thread } from 'heddle/threading';
import { SLOT, SLOT_STATE, arena, handleOf } from '../../src/kernel/index.ts';
import {
  cacheCounts,
  letGo,
  place,
  strike,
  takeOrPark,
  withdraw,
} from '../../src/threading/life/cache.ts';

const slot = arena.slotOf(arena.slot);

// This thread parks like a worker, and is no worker.
afterEach(() => {
  Atomics.store(arena.cells, slot + SLOT.STATE, SLOT_STATE.LIVE);
  Atomics.store(arena.cells, slot + SLOT.REQUEST, 0);
});

test('strike() gives back the thread that a worker had been given and had not begun', () => {
  const record = handleOf(new Thread({ target: () => {} })) as number;
  assert.equal(takeOrPark(), 0);
  assert.match(place(record), /^leased/);
  assert.equal(strike(arena.slot), record);
  letGo(record);
  assert.equal(strike(arena.slot), 0);
});

test('strike() gives back the thread that a worker had taken from the queue', () => {
  const record = handleOf(new Thread({ target: () => {} })) as number;
  assert.match(place(record), /^queued/);
  assert.equal(takeOrPark(), record);
  assert.equal(strike(arena.slot), record);
  letGo(record);
});

test('strike() takes a worker that waits out of the cache', () => {
  const record = handleOf(new Thread({ target: () => {} })) as number;
  const { parked } = cacheCounts();
  assert.equal(takeOrPark(), 0);
  assert.equal(cacheCounts().parked, parked + 1);
  assert.equal(strike(arena.slot), 0);
  assert.equal(cacheCounts().parked, parked);
  assert.match(place(record), /^queued/);
  assert.equal(withdraw(record), true);
  letGo(record);
});

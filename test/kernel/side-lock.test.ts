import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Thread } from 'heddle/threading';
import { allocate, arena, cells, lockSide, release, unlockSide } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { allocateIn } from '../../src/kernel/memory/heap.ts';
import { SLOT, SLOT_STATE } from '../../src/kernel/memory/layout.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { tryLockSide } from '../../src/kernel/waiting/side-lock.ts';
import { arenasOf } from './arenas.ts';

function lockIn(one: Arena): number {
  const index = allocateIn(one, 8, 0);
  one.cells[index] = 0;
  return index;
}

test('lockSide() notes the holder in the word, and unlockSide() clears it', () => {
  const [one] = arenasOf(1) as [Arena];
  const lock = lockIn(one);
  assert.equal(lockSide(one, lock), false);
  assert.equal(one.cells[lock], one.tid);
  unlockSide(one, lock);
  assert.equal(one.cells[lock], 0);
});

test('tryLockSide() takes a free lock, and does not wait for one that is held', () => {
  const [one, other] = arenasOf(2) as [Arena, Arena];
  const lock = lockIn(one);
  assert.equal(tryLockSide(one, lock), true);
  assert.equal(tryLockSide(other, lock), false);
  assert.equal(tryLockSide(one, lock), false); // it is not reentrant
  unlockSide(one, lock);
  assert.equal(tryLockSide(other, lock), true);
});

test('lockSide() takes the lock over from a thread that ended within, and says so', () => {
  const [one, other] = arenasOf(2) as [Arena, Arena];
  const lock = lockIn(one);
  lockSide(other, lock);
  burySlot(one, other.slot);
  assert.equal(lockSide(one, lock), true);
  unlockSide(one, lock);
  assert.equal(lockSide(one, lock), false);
});

test('lockSide() takes the lock over from a thread that only the system knows to be gone', () => {
  const [one, other] = arenasOf(2) as [Arena, Arena];
  const lock = lockIn(one);
  lockSide(other, lock);
  // No kernel thread has this number, so /proc tells; where there is none, its maker would.
  one.cells[one.slotOf(other.tid) + SLOT.OS_TID] = 2 ** 30;
  if (process.platform !== 'linux') {
    one.cells[one.slotOf(other.tid) + SLOT.STATE] = SLOT_STATE.DEAD;
  }
  assert.equal(lockSide(one, lock), true);
});

test('tryLockSide() takes the lock over from a dead thread, for those who wait for it too', () => {
  const [one, other, third] = arenasOf(3) as [Arena, Arena, Arena];
  const lock = lockIn(one);
  lockSide(other, lock);
  one.cells[lock] = other.tid | 0x4000_0000; // somebody waits
  burySlot(one, other.slot);
  assert.equal(tryLockSide(third, lock), true);
  assert.equal(one.cells[lock], third.tid | 0x4000_0000);
});

test('lockSide() excludes threads from each other, and wakes each that sleeps', async () => {
  const lock = allocate(16);
  cells.fill(0, lock, lock + 4);
  const count = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      lockSide(arena, lock);
      // Two cells apart, so that a lost exclusion loses a count in one of them.
      const before = cells[lock + 2] ?? 0;
      for (let turn = round % 50; turn > 0; turn--);
      cells[lock + 2] = before + 1;
      unlockSide(arena, lock);
    }
  };
  const threads = [1, 2, 3, 4].map(() => new Thread({ target: count, args: [20_000] }).start());
  await Promise.all(threads.map((thread) => thread.resultAsync()));
  assert.deepEqual([cells[lock + 2], cells[lock]], [80_000, 0]);
  release(lock);
});

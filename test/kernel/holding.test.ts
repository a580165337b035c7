import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocate, arena, hold, letGo, lockSide } from '../../src/kernel/index.ts';
import { HEADER } from '../../src/kernel/memory/layout.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { anotherThread } from './arenas.ts';

const { cells } = arena;
const count = (): number => cells[HEADER.HOLDING] as number;

test('hold() and letGo() count each cell once', () => {
  const cell = allocate(8);
  cells[cell] = 0;
  const before = count();
  hold(cell);
  hold(cell);
  assert.equal(count(), before + 1);
  letGo(cell);
  letGo(cell);
  assert.equal(count(), before);
});

// What a thread has done when it is stopped at each of its stores, one after the other.
const STEPS = [
  (cell: number) => (cells[HEADER.HOLDING_CELL] = cell),
  (cell: number) => (cells[cell] = 0),
  () => (cells[HEADER.HOLDING] = cells[HEADER.HOLDING_AFTER] as number),
  () => (cells[HEADER.HOLDING_CELL] = 0),
];

for (const steps of STEPS.keys()) {
  test(`letGo() finishes what a thread was stopped in after ${steps + 1} steps`, () => {
    const cell = allocate(8);
    cells[cell] = 0;
    const before = count();
    hold(cell);
    const other = anotherThread(arena.memory);
    lockSide(other, HEADER.HOLDING_LOCK);
    cells[HEADER.HOLDING_VALUE] = 0;
    cells[HEADER.HOLDING_AFTER] = before;
    for (const step of STEPS.slice(0, steps + 1)) step(cell);
    burySlot(arena, other.slot);
    letGo(cell);
    assert.deepEqual([count(), cells[cell], cells[HEADER.HOLDING_CELL]], [before, 0, 0]);
  });
}

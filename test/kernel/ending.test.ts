import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allocate, arena, buryOrphans, defineKind, family } from '../../src/kernel/index.ts';
import { Arena } from '../../src/kernel/memory/arena.ts';
import { addHolding, releaseHoldings } from '../../src/kernel/memory/holdings.ts';
import { HEADER, PRIM, PRIM_TYPE, SLOT, SLOT_STATE } from '../../src/kernel/memory/layout.ts';
import { claimSlot, enterSlot, freeSlot, reapSlot } from '../../src/kernel/table/slots.ts';
import { ownNode } from '../../src/kernel/waiting/blocking.ts';
import { queueForEvent, setEvent } from '../../src/kernel/waiting/event-word.ts';
import { initPrim } from '../../src/kernel/waiting/primitive.ts';

// More than a process can have.
const NOBODY = 2 ** 30;
let failing = 0;
const kind = defineKind('EndingTest', import.meta.url, {
  destroy: (handle) => {
    if (handle === failing) throw new RangeError('cannot go');
  },
});

/** A thread of a process that is gone. */
function departed(): Arena {
  const gone = new Arena(arena.memory, arena.end);
  enterSlot(gone, claimSlot(gone), SLOT_STATE.LIVE);
  leave(gone);
  return gone;
}

function leave(gone: Arena): void {
  const slot = gone.slotOf(gone.slot);
  for (const field of [SLOT.OS_PID, SLOT.OS_PROC, SLOT.OS_TID]) gone.cells[slot + field] = NOBODY;
  gone.cells[slot + SLOT.OS_START] = 1;
}

function stateOf(gone: Arena): number | undefined {
  return gone.cells[gone.slotOf(gone.slot) + SLOT.STATE];
}

/** An event that only the thread refers to, and that has woken it just as it went. */
function wokenBy(gone: Arena): number {
  const event = allocate(PRIM.CELLS * 4, kind, family());
  initPrim(family(), event, PRIM_TYPE.EVENT);
  addHolding(gone, event);
  queueForEvent(gone, event, ownNode(gone));
  setEvent(gone, event);
  return event;
}

/** Has somebody else take the block, and gives what he writes: numbers that look like a lock. */
function takenAgain(block: number): number[] {
  assert.equal(allocate(PRIM.CELLS * 4, kind, family()), block);
  const { cells } = family();
  for (let i = 0; i < PRIM.CELLS; i++) cells[block + i] = 5;
  cells[block + PRIM.TYPE] = PRIM_TYPE.EVENT;
  return contentOf(block);
}

function contentOf(block: number): number[] {
  return Array.from(family().cells.slice(block, block + PRIM.CELLS));
}

test('buryOrphans() goes on with a burial, but not with what that has given away', () => {
  const gone = departed();
  const event = wokenBy(gone);
  // Somebody did so, and was killed.
  reapSlot(family(), gone.slot, false);
  releaseHoldings(family(), gone.slot);
  const theirs = takenAgain(event);
  buryOrphans();
  assert.equal(stateOf(gone), SLOT_STATE.FREE);
  assert.deepEqual(contentOf(event), theirs);
});

test('buryOrphans() leaves nothing that the next burial would take for a wait', () => {
  const [first, second] = [departed(), new Arena(arena.memory, arena.end)];
  enterSlot(second, claimSlot(second), SLOT_STATE.LIVE);
  const event = wokenBy(first);
  buryOrphans();
  const theirs = takenAgain(event);
  leave(second);
  buryOrphans();
  assert.deepEqual([stateOf(first), stateOf(second)], [SLOT_STATE.FREE, SLOT_STATE.FREE]);
  assert.deepEqual(contentOf(event), theirs);
});

test('buryOrphans() gives away a slot that was only to be given away', () => {
  const gone = departed();
  reapSlot(family(), gone.slot, false);
  freeSlot(family(), gone.slot);
  // Up to the last step.
  gone.cells[gone.slotOf(gone.slot) + SLOT.STATE] = SLOT_STATE.DEAD;
  buryOrphans();
  assert.equal(stateOf(gone), SLOT_STATE.FREE);
});

test('buryOrphans() holds no lock after it met what cannot go, and has buried the rest', () => {
  const gone = departed();
  failing = allocate(8, kind, family());
  addHolding(gone, failing);
  assert.throws(() => buryOrphans(), { message: 'cannot go' });
  assert.equal(stateOf(gone), SLOT_STATE.FREE);
  assert.equal(family().cells[family().base + HEADER.BURIAL_LOCK], 0);
});

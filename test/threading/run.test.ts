import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Thread } from 'heddle/threading';
import { SLOT, SLOT_STATE, arena, handleOf } from '../../src/kernel/index.ts';
import { RECORD, getField, setField } from '../../src/threading/life/record.ts';
import { until } from '../support/until.ts';

// Who condemned it may stop the worker at any time: another thread there would be stopped with it,
// or never begin.
for (const isolate of [false, true]) {
  const where = isolate ? 'its own worker' : 'a worker';
  test(`runThread() gives ${where} no other thread after one that was condemned`, async () => {
    const ran = new Event();
    const thread = new Thread({ target: () => ran.set(), isolate, name: 'doomed' });
    const record = handleOf(thread) as number;
    setField(record, RECORD.CONDEMNED, 1);
    thread.start();
    await assert.rejects(thread.resultAsync(), /"doomed" as it was terminated/);
    assert.equal(ran.isSet(), false);
    const slot = arena.slotOf(getField(record, RECORD.SLOT));
    await until(() => {
      const state = Atomics.load(arena.cells, slot + SLOT.STATE);
      const isAnother = Atomics.load(arena.cells, slot + SLOT.OS_TID) !== thread.nativeId;
      assert.ok(isAnother || state !== SLOT_STATE.PARKED);
      return isAnother || state === SLOT_STATE.FREE;
    }, 'the end of the worker');
  });
}

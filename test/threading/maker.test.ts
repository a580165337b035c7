import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Thread, enumerate } from 'heddle/threading';
import { handleOf } from '../../src/kernel/index.ts';
import { finishDead } from '../../src/threading/life/maker.ts';
import { RECORD, STATE, setField } from '../../src/threading/life/record.ts';
import { enlist } from '../../src/threading/life/roster.ts';

// It may be stopped before any of the steps that its end takes.
for (const [state, when] of [
  [STATE.ENDING, 'as it ended'],
  [STATE.ENDED, 'before it told that it had ended'],
] as const) {
  test(`finishDead() completes a thread whose worker was stopped ${when}`, () => {
    const thread = new Thread({ target: () => {} });
    const record = handleOf(thread) as number;
    enlist(record);
    setField(record, RECORD.STATE, state);
    finishDead(record, 1, undefined);
    assert.equal(thread.join(0), true);
    assert.equal(thread.isAlive(), false);
    assert.ok(!enumerate().includes(thread));
    finishDead(record, 1, undefined);
    assert.equal(thread.join(0), true);
  });
}

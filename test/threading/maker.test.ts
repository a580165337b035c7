import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Thread } from 'heddle/threading';
import { handleOf } from '../../src/kernel/index.ts';
import { finishDead } from '../../src/threading/life/maker.ts';
import { RECORD, STATE, setField } from '../../src/threading/life/record.ts';

test('finishDead() completes a thread whose worker was stopped as it ended', () => {
  const thread = new Thread({ target: () => {} });
  const record = handleOf(thread) as number;
  setField(record, RECORD.STATE, STATE.ENDING);
  finishDead(record, 1, undefined);
  assert.equal(thread.join(0), true);
  assert.equal(thread.isAlive(), false);
});

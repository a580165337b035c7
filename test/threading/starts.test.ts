import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Thread, enumerate, setExceptHook } from 'heddle/threading';
import { handleOf } from '../../src/kernel/index.ts';
import { finishDead } from '../../src/threading/life/maker.ts';
import { RECORD, STATE, getField, setField } from '../../src/threading/life/record.ts';
import { enlist } from '../../src/threading/life/roster.ts';
import { beginStart } from '../../src/threading/life/starts.ts';

setExceptHook(() => {});
const never = new Event();

// A thread that was stopped dead, and the thread that it was about to start.
function leftBehind(): { starter: number; thread: Thread; record: number } {
  const dead = new Thread({ target: () => never.wait() }).start();
  dead.terminate();
  dead.join();
  const starter = handleOf(dead) as number;
  const thread = new Thread({ target: () => {} });
  const record = handleOf(thread) as number;
  setField(record, RECORD.STARTER, getField(starter, RECORD.TID));
  return { starter, thread, record };
}

test('beginStart() starts what another thread was stopped before it started', () => {
  const { thread, record } = leftBehind();
  assert.equal(beginStart(record), true);
  assert.equal(beginStart(record), false);
  setField(record, RECORD.STATE, STATE.INITIAL);
  thread.start().join();
  assert.equal(thread.result(), undefined);
});

test('mendStart() ends a thread for who waits for it when its starter was stopped', () => {
  const { thread, record } = leftBehind();
  setField(record, RECORD.STATE, STATE.STARTING);
  enlist(record);
  assert.equal(thread.join('20s'), true);
  assert.throws(() => thread.result(), /^RuntimeError: Cannot run thread .* was stopped$/);
  assert.ok(!enumerate().includes(thread));
});

test('abandonStarts() ends what a thread was starting when that is found to be gone', () => {
  const { starter, thread, record } = leftBehind();
  setField(record, RECORD.STATE, STATE.STARTING);
  enlist(record);
  finishDead(starter, 1, undefined);
  assert.equal(thread.isAlive(), false);
});

test('abandonStarts() leaves a thread that a worker has taken', () => {
  const { starter, thread, record } = leftBehind();
  setField(record, RECORD.STATE, STATE.RUNNING);
  finishDead(starter, 1, undefined);
  assert.equal(getField(record, RECORD.STATE), STATE.RUNNING);
  assert.equal(thread.isAlive(), true);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Lock, Thread, enumerate } from 'heddle/threading';
import { PRIM, SLOT, SLOT_STATE, TID_MASK, arena, handleOf } from '../../src/kernel/index.ts';
import { finishDead } from '../../src/threading/life/maker.ts';
import { RECORD, STATE, getField, setField } from '../../src/threading/life/record.ts';
import { enlist } from '../../src/threading/life/roster.ts';
import { threadName } from '../../src/threading/locks/describe.ts';
import { runProgram } from '../support/run.ts';

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

test('threadName() knows who was killed before its maker has heard of it', async () => {
  const lock = new Lock();
  const [held, go] = [new Event(), new Event()];
  const target = (): void =>
    lock.with(() => {
      held.set();
      go.wait();
    });
  const thread = new Thread({ target, name: 'doomed' }).start();
  assert.equal(await held.waitAsync({ timeout: 15 }), true);
  const { cells } = arena;
  const tid = Atomics.load(cells, (handleOf(lock) as number) + PRIM.WORD) & TID_MASK;
  const state = arena.slotOf(tid) + SLOT.STATE;
  // As whoever asks the system first says of a worker that was killed.
  const alive = Atomics.exchange(cells, state, SLOT_STATE.DEAD);
  const names = [threadName(tid)];
  Atomics.store(cells, state, alive);
  go.set();
  await thread.joinAsync();
  names.push(threadName(tid));
  assert.deepEqual(names, ['doomed', 'doomed']);
});

test('finishDead() leaves a thread to another one that finishes it, until that is gone', () => {
  const go = new Event();
  const other = new Thread({ target: () => go.wait() }).start();
  const thread = new Thread({ target: () => {} });
  const record = handleOf(thread) as number;
  enlist(record);
  setField(record, RECORD.STATE, STATE.ENDING);
  setField(record, RECORD.FINISHER, getField(handleOf(other) as number, RECORD.TID));
  assert.equal(finishDead(record, 1, undefined), false);
  assert.equal(thread.isAlive(), true);
  go.set();
  other.join();
  assert.equal(finishDead(record, 1, undefined), true);
  assert.equal(thread.join(0), true);
});

test('finishDead() is done with what another thread has finished, which goes on', async () => {
  const ran = await runProgram(
    `import { Event, Thread } from 'heddle/threading';
const victim = new Thread({ target: () => { for (;;); } }).start();
const joined = new Event();
const target = (thread: Thread) => {
  thread.join();
  joined.set();
  new Event().wait();
};
const daemon = new Thread({ target, args: [victim], daemon: true }).start();
while (daemon.waitingFor === null);
victim.terminate();
// The daemon finishes it in this time as a rule; this thread hears of its end after it.
joined.wait();
console.log(victim.isAlive());
`,
    { limitMs: 20_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['false\n', '', 0]);
});

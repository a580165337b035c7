import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Barrier, BrokenBarrierError, RuntimeError, Thread } from 'heddle/threading';
import { barrierActionContract } from '../contracts/barrier-action.contract.ts';
import { barrierContract } from '../contracts/barrier.contract.ts';
import type { BarrierKind } from '../contracts/barrier.contract.ts';
import { threads } from '../contracts/world.ts';

const kind: BarrierKind = {
  name: 'Barrier',
  make: (parties, options) => new Barrier(parties, options),
  world: threads,
};
barrierContract(kind);
barrierActionContract(kind);

test('Barrier refuses what no barrier can be made of', () => {
  for (const parties of [0, -1, 1.5, NaN, Infinity, 2 ** 31]) {
    assert.throws(() => new Barrier(parties), RangeError, String(parties));
  }
  for (const parties of [undefined, '3', null]) {
    assert.throws(() => new Barrier(parties as never), TypeError);
  }
  assert.throws(() => new Barrier(2, { timeout: -1 }), RangeError);
  assert.throws(() => new Barrier(2, { timeout: 'soon' as never }), TypeError);
  assert.throws(() => new Barrier(2, { action: 'act' as never }), TypeError);
});

test('Barrier with an action that cannot travel serves its own thread', async () => {
  let rounds = 0;
  const barrier = new Barrier(2, { action: () => void (rounds += 1) });
  assert.deepEqual(await Promise.all([barrier.waitAsync(), barrier.waitAsync()]), [0, 1]);
  assert.equal(rounds, 1);
  for (let time = 0; time < 2; time++) {
    const thread = new Thread({ target: () => barrier.wait(), daemon: true });
    assert.throws(() => thread.start(), { name: 'TransferError', message: /rounds/ });
  }
});

test('Barrier that a thread waits at in a flow outlives the thread', async () => {
  const barrier = new Barrier(2);
  const passed = threads.makeEvent();
  const target = (): void => void barrier.waitAsync().then(() => passed.set());
  await new Thread({ target }).start().joinAsync();
  assert.equal(barrier.wait(15), 1);
  assert.equal(await passed.waitAsync({ timeout: 15 }), true);
});

test('BrokenBarrierError is a RuntimeError', () => {
  const barrier = new Barrier(1);
  barrier.abort();
  assert.throws(
    () => barrier.wait(),
    (error) => error instanceof BrokenBarrierError && error instanceof RuntimeError,
  );
});

test('Barrier shows how many wait, or that it is broken', () => {
  const barrier = new Barrier(3);
  assert.equal(inspect(barrier), 'Barrier { waiters=0/3 }');
  barrier.abort();
  assert.equal(inspect(barrier), 'Barrier { broken }');
});

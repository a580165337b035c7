import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Event, Lock, Process, currentProcess } from 'heddle/multiprocessing';
import * as threading from 'heddle/threading';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';
import { processes } from '../contracts/process-world.ts';
import { until } from '../support/until.ts';

const kind: LockKind = { name: 'Lock', make: (options) => new Lock(options), world: processes };
lockContract(kind);
abandonedContract(kind);

test('Lock.acquire() takes any time-out that is no more than negative', async () => {
  const lock = new Lock();
  assert.equal(lock.acquire({ timeout: -1 }), true);
  assert.equal(lock.acquire({ timeout: '-5s' }), false);
  assert.equal(lock.acquire({ blocking: false, timeout: 3 }), false);
  assert.equal(await lock.acquireAsync({ timeout: -1 }), false);
});

test('Lock serves the threads of one process, and shows who waits for it', async () => {
  const lock = new Lock({ name: 'ledger' });
  lock.acquire();
  const thread = new threading.Thread({
    target: () => lock.acquire() && lock instanceof Lock,
  }).start();
  await until(() => thread.waitingFor !== null, 'the wait for the lock');
  assert.equal(thread.waitingFor, 'Lock "ledger" held by MainThread');
  assert.equal(thread.state, 'waiting');
  lock.release();
  assert.equal(await thread.resultAsync({ timeout: 15 }), true);
  assert.throws(() => lock.acquire(), { name: 'AbandonedLockError', owner: thread.name });
});

test('Lock is told of a process that returned with it, which is a real end', async () => {
  const lock = new Lock();
  const child = new Process({ target: () => void lock.acquire() }).start();
  assert.equal(await child.joinAsync({ timeout: 15 }), true);
  assert.equal(child.exitcode, 0);
  const wanted = { name: 'AbandonedLockError', owner: child.name };
  assert.throws(() => lock.acquire(), wanted);
  lock.release();
});

test('Lock calls the process that holds it by its name, the last that it had', async () => {
  // One after the other: the second has what the first had in the table of threads.
  for (const name of ['Prüfer ✓', 'x'.repeat(1000)]) {
    const lock = new Lock({ name: 'ledger' });
    const [held, go, renamed] = [new Event(), new Event(), new Event()];
    const hold = async (): Promise<void> => {
      const target = (): void => {
        lock.acquire();
        held.set();
        new Event().wait();
      };
      const thread = new threading.Thread({ target }).start();
      await go.waitAsync();
      currentProcess().name += ' II';
      renamed.set();
      thread.join();
    };
    const child = new Process({ target: hold, name, daemon: true }).start();
    assert.equal(await held.waitAsync({ timeout: 60 }), true);
    assert.equal(inspect(lock), `Lock { "ledger", locked by ${name} }`);
    go.set();
    assert.equal(await renamed.waitAsync({ timeout: 60 }), true);
    assert.equal(inspect(lock), `Lock { "ledger", locked by ${name} II }`);
    child.kill();
    assert.equal(await child.joinAsync({ timeout: 60 }), true);
    assert.throws(() => lock.acquire(), { name: 'AbandonedLockError', owner: `${name} II` });
    lock.release();
  }
});

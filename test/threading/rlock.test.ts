import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RLock, Thread } from 'heddle/threading';
import { abandonedContract } from '../contracts/abandoned.contract.ts';
import { lockContract } from '../contracts/lock.contract.ts';
import type { LockKind } from '../contracts/lock.contract.ts';
import { threads } from '../contracts/world.ts';
import { turn } from '../support/until.ts';

const kind: LockKind = { name: 'RLock', make: (options) => new RLock(options), world: threads };
lockContract(kind);
abandonedContract(kind);

/** Whether another thread finds the lock free. */
function isFree(lock: RLock): Promise<boolean> {
  const target = (): boolean => lock.acquire({ blocking: false }) && (lock.release(), true);
  return new Thread({ target }).start().resultAsync();
}

test('RLock.acquire() by its owner deepens, and as many releases free it', async () => {
  const lock = new RLock();
  for (const options of [undefined, {}, { blocking: false }, { timeout: 0 }, { timeout: 1 }]) {
    assert.equal(lock.acquire(options as never), true);
  }
  for (let left = 5; left > 0; left--) {
    assert.equal(await isFree(lock), false);
    lock.release();
  }
  assert.equal(await isFree(lock), true);
  assert.throws(() => lock.release(), { name: 'RuntimeError' });
});

test('RLock.with() and guard() nest in each other and in acquire()', () => {
  const lock = new RLock();
  lock.acquire();
  const depth = lock.with(() => {
    const guard = lock.guard();
    const inner = lock.with(() => lock.guard({ blocking: false }));
    guard[Symbol.dispose]();
    inner[Symbol.dispose]();
    return lock.locked();
  });
  assert.equal(depth, true);
  lock.release();
  assert.equal(lock.locked(), false);
});

test('RLock.release() is for its owner alone, and another changes nothing', async () => {
  const lock = new RLock({ name: 'ledger' });
  lock.acquire();
  lock.acquire();
  const attempt = (): string => {
    try {
      lock.release();
      return 'released';
    } catch (error) {
      return String(error);
    }
  };
  const told = await new Thread({ target: attempt }).start().resultAsync();
  assert.match(told, /^RuntimeError: Cannot release RLock "ledger" held by MainThread here/);
  lock.release();
  lock.release();
  assert.equal(lock.locked(), false);
});

test('RLock that its owner left at any depth is abandoned once, and held once', async () => {
  const lock = new RLock();
  const target = (): void => {
    for (let depth = 0; depth < 3; depth++) lock.acquire();
  };
  await new Thread({ target }).start().joinAsync();
  assert.throws(() => lock.acquire(), { name: 'AbandonedLockError' });
  lock.release();
  assert.equal(lock.locked(), false);
});

test('RLock.release() of an abandoned lock is a RuntimeError, as nobody owns it', async () => {
  const lock = new RLock();
  await new Thread({ target: () => void lock.acquire() }).start().joinAsync();
  assert.throws(() => lock.release(), { name: 'RuntimeError' });
  assert.equal(lock.locked(), true);
});

test('RLock.withAsync() is reentrant within its flow, in every way and at any depth', async () => {
  const lock = new RLock();
  const depth = await lock.withAsync(async () => {
    await turn();
    return lock.withAsync(async () => {
      lock.acquire();
      await turn();
      const inner = lock.with(() => lock.guard()[Symbol.dispose]() ?? 'inside');
      assert.equal(lock.acquire({ blocking: false }), true);
      lock.release();
      lock.release();
      return inner;
    });
  });
  assert.deepEqual([depth, lock.locked()], ['inside', false]);
});

test('RLock.withAsync() of a flow keeps out its siblings', async () => {
  const lock = new RLock();
  let inside = 0;
  const enter = async (): Promise<void> => {
    inside += 1;
    assert.equal(inside, 1);
    await turn();
    assert.equal(inside, 1);
    inside -= 1;
  };
  const flow = async (): Promise<void> => {
    await lock.withAsync(enter);
    await turn();
    await lock.withAsync(enter);
  };
  const first = flow();
  await turn();
  await Promise.all([first, flow(), flow(), lock.withAsync(enter)]);
});

test('RLock.guardAsync() of a flow keeps out those that its caller begins later', async () => {
  const lock = new RLock();
  let inside = 0;
  const flow = async (): Promise<void> => {
    const guard = await lock.guardAsync();
    inside += 1;
    assert.equal(inside, 1);
    await turn();
    await turn();
    inside -= 1;
    guard[Symbol.dispose]();
  };
  const first = flow();
  await turn();
  const second = flow();
  await Promise.all([first, second, lock.withAsync(() => assert.equal(inside, 0))]);
  assert.equal(lock.locked(), false);
});

test('RLock.acquire() of a thread does not count as the flow that it has just let in', async () => {
  const lock = new RLock();
  let inside = false;
  const flow = lock.withAsync(async () => {
    inside = true;
    await turn();
    inside = false;
  });
  // The flow has the lock, but has not gone on yet.
  assert.equal(lock.acquire({ blocking: false }), false);
  assert.equal(lock.acquire({ timeout: '1ms' }), false);
  assert.throws(() => lock.release(), { name: 'RuntimeError' });
  await turn();
  assert.deepEqual([inside, lock.acquire({ blocking: false })], [true, false]);
  await flow;
  assert.equal(lock.acquire(), true);
  lock.release();
});

test('RLock.acquire() is a DeadlockError when a flow of this very thread holds it', async () => {
  const lock = new RLock({ name: 'ledger' });
  const held = Promise.withResolvers<void>();
  const flow = lock.withAsync(() => held.promise);
  await turn();
  const attempts = [() => lock.acquire(), () => lock.with(() => {}), () => lock.guard()];
  for (const attempt of attempts) {
    assert.throws(attempt, {
      name: 'DeadlockError',
      code: 'ERR_HEDDLE_DEADLOCK',
      message: /^Cannot wait for RLock "ledger" as an asynchronous flow of this very thread/,
    });
  }
  held.resolve();
  await flow;
  assert.equal(lock.locked(), false);
});

test('RLock.withAsync() waits for its own thread, which holds it outside of any flow', async () => {
  const lock = new RLock();
  lock.acquire();
  const order: string[] = [];
  const flow = lock.withAsync(() => order.push('flow'));
  await turn();
  order.push('thread');
  lock.release();
  await flow;
  assert.deepEqual(order, ['thread', 'flow']);
});

test('RLock.withAsync() in a timer of a flow belongs to the flow', async () => {
  const lock = new RLock();
  const inner = await lock.withAsync(
    () =>
      new Promise<string>((resolve) => {
        setImmediate(() => resolve(lock.with(() => 'reentrant')));
      }),
  );
  assert.equal(inner, 'reentrant');
});

test('RLock that a worker left behind in a flow is not freed by it later', async () => {
  const lock = new RLock();
  const [go, left] = [threads.makeEvent(), threads.makeEvent()];
  const target = (): void => {
    const flow = lock.withAsync(() => go.waitAsync());
    const end = (): void => left.set();
    void flow.then(end, end);
  };
  const thread = new Thread({ target, name: 'left' }).start();
  await thread.joinAsync();
  assert.throws(() => lock.acquire(), { name: 'AbandonedLockError', owner: 'left' });
  go.set();
  assert.equal(await left.waitAsync({ timeout: 15 }), true);
  assert.equal(await isFree(lock), false);
  lock.release();
});

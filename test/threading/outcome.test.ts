// What comes of a thread: its value, or the error that says why there is none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AbandonedLockError,
  currentThread,
  Event,
  setExceptHook,
  Thread,
  TransferError,
  WorkerDiedError,
} from 'heddle/threading';
import type { ExceptHookArgs } from 'heddle/threading';
import { ask, handleOf, retain } from '../../src/kernel/index.ts';
import { claimEnd } from '../../src/threading/life/finish.ts';
import { OUTCOME } from '../../src/threading/life/record.ts';
import { until } from '../support/until.ts';

const told: ExceptHookArgs[] = [];

before(() => setExceptHook((args) => told.push(args)));
after(() => setExceptHook(null));

/** The error with which a thread ends, and what the hook was told of it. */
async function failure(thread: Thread): Promise<[error: unknown, hooked: ExceptHookArgs[]]> {
  const error = await thread
    .start()
    .resultAsync({ timeout: 15 })
    .then(assert.fail, (reason) => reason);
  return [error, told.splice(0)];
}

test('Thread.result() gives what the target returned, a new copy each time', async () => {
  const thread = new Thread({ target: async () => ({ list: [1, new Date(0)] }) }).start();
  const first = await thread.resultAsync();
  assert.deepEqual(first, { list: [1, new Date(0)] });
  assert.deepEqual(thread.result(), first);
  assert.notEqual(thread.result(), first);
  assert.equal(new Thread({ target: () => {} }).start().result(10), undefined);
});

test('Thread.result() throws the error of the target with all that it holds', async () => {
  const target = (): never => {
    const cause = new TypeError('why');
    throw Object.assign(new RangeError('what', { cause }), { path: ['a', 1] });
  };
  const thread = new Thread({ target, name: 'failing' });
  const [error, hooked] = await failure(thread);
  assert.ok(error instanceof RangeError);
  assert.deepEqual([error.message, (error as never as { path: unknown }).path], ['what', ['a', 1]]);
  assert.ok(error.cause instanceof TypeError && error.cause.message === 'why');
  assert.match(String(error.stack), /outcome\.test\.ts/);
  assert.throws(() => thread.result(), RangeError);
  assert.deepEqual(
    hooked.map((args) => [args.thread, (args.error as Error).message]),
    [[thread, 'what']],
  );
});

test('Thread.result() throws what is no Error as it is', async () => {
  for (const thrown of ['text', 7, null, undefined, { code: 1 }]) {
    const target = (): never => {
      // oxlint-disable-next-line typescript/only-throw-error -- any value can be thrown
      throw thrown;
    };
    const [error, hooked] = await failure(new Thread({ target }));
    assert.deepEqual([error, hooked.length], [thrown, 1]);
  }
});

test('Thread.result() rejects with what the promise of the target rejects with', async () => {
  const [error] = await failure(new Thread({ target: () => Promise.reject(new URIError('no')) }));
  assert.ok(error instanceof URIError);
});

test('Thread.result() is a TransferError when the value cannot travel', async () => {
  const thread = new Thread({ target: () => new Proxy({}, {}) }).start();
  assert.equal(await thread.joinAsync(), true);
  await assert.rejects(thread.resultAsync(), TransferError);
  assert.throws(() => thread.result(), TransferError);
  assert.deepEqual(told, []);
});

test('Thread.result() is a TimeoutError when the time is up, and the thread goes on', async () => {
  const go = new Event();
  const thread = new Thread({ target: () => go.wait() }).start();
  const wanted = { name: 'TimeoutError', code: 'ERR_HEDDLE_TIMEOUT' };
  assert.throws(() => thread.result(0), wanted);
  assert.throws(() => thread.result('5ms'), wanted);
  await assert.rejects(thread.resultAsync({ timeout: '5ms' }), wanted);
  go.set();
  assert.equal(await thread.resultAsync(), true);
});

test('Thread.result() is a RuntimeError after process.exit() in the thread', async () => {
  const target = (): never => process.exit(3);
  const [error, hooked] = await failure(new Thread({ target, name: 'leaving' }));
  assert.equal((error as Error).name, 'RuntimeError');
  assert.match(String(error), /"leaving" as process\.exit\(\) ended it/);
  assert.deepEqual([hooked, process.exitCode], [[], undefined]);
});

test('Thread.result() is a WorkerDiedError when a limit is exceeded', async () => {
  const target = (): never => {
    const list: unknown[] = [];
    for (;;) list.push(Array.from({ length: 1000 }, () => list.length));
  };
  const resourceLimits = { maxOldGenerationSizeMb: 16 };
  const [error, hooked] = await failure(new Thread({ target, resourceLimits, name: 'large' }));
  assert.ok(error instanceof WorkerDiedError, String(error));
  assert.deepEqual(
    hooked.map((args) => args.thread.name),
    ['large'],
  );
});

test('Thread.result() throws an error of a timer of the target', async () => {
  const target = async (): Promise<void> => {
    setImmediate(() => {
      throw new SyntaxError('in a timer');
    });
    await new Event().waitAsync();
  };
  const [error, hooked] = await failure(new Thread({ target }));
  assert.ok(error instanceof SyntaxError);
  assert.equal(hooked.length, 1);
});

test('Thread.result() throws an unhandled rejection of the target', async () => {
  const target = async (): Promise<void> => {
    void Promise.reject(new EvalError('nobody handles it'));
    await new Event().waitAsync();
  };
  const [error] = await failure(new Thread({ target }));
  assert.ok(error instanceof EvalError);
});

test('Thread.result() is a RuntimeError when nothing will settle the promise', async () => {
  const [error] = await failure(new Thread({ target: () => new Promise(() => {}) }));
  assert.match(String(error), /RuntimeError: Cannot end the thread as its target awaits a promise/);
});

test('Thread.terminate() stops a thread dead, whatever it does', async () => {
  const never = new Event();
  const spin = (): void => {
    for (;;);
  };
  const targets: readonly (() => unknown)[] = [spin, () => never.wait(), () => never.waitAsync()];
  for (const isolate of [false, true]) {
    for (const target of targets) {
      const thread = new Thread({ target, isolate, name: 'doomed' }).start();
      thread.terminate();
      assert.equal(await thread.joinAsync({ timeout: 15 }), true);
      assert.deepEqual([thread.state, thread.isAlive()], ['terminated', false]);
      await assert.rejects(thread.resultAsync(), {
        name: 'RuntimeError',
        message: /"doomed" as it was terminated/,
      });
    }
  }
  assert.deepEqual(told, []);
});

test('Thread.terminate() leaves the thread its grace, in which it may end by itself', async () => {
  const poll = (): string => {
    while (!currentThread().signal.aborted);
    return 'polled';
  };
  const listen = async (): Promise<string> => {
    const { signal } = currentThread();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return (signal.reason as Error).name;
  };
  const listening = new Thread({ target: listen }).start();
  const polling = new Thread({ target: poll }).start();
  for (const thread of [listening, polling]) thread.terminate(15);
  assert.equal(await polling.resultAsync({ timeout: 15 }), 'polled');
  assert.equal(await listening.resultAsync({ timeout: 15 }), 'RuntimeError');
});

test('Thread.terminate() stops the thread when its grace is over', async () => {
  const spin = (): void => {
    for (;;);
  };
  const thread = new Thread({ target: spin }).start();
  thread.terminate('30ms');
  assert.equal(thread.signal.aborted, true);
  assert.equal(await thread.joinAsync({ timeout: 15 }), true);
});

test('Thread.terminate() before the start or of the main thread is a RuntimeError', async () => {
  assert.throws(() => new Thread({ target: () => {} }).terminate(), { name: 'RuntimeError' });
  assert.throws(() => currentThread().terminate(), { name: 'RuntimeError' });
  const thread = new Thread({ target: () => 'done' }).start();
  assert.throws(() => thread.terminate(-1), RangeError);
  await thread.joinAsync();
  thread.terminate(); // it has ended, and stays as it is
  assert.equal(await thread.resultAsync(), 'done');
});

test('setExceptHook() refuses what is no function, and a call in another thread', async () => {
  assert.throws(() => setExceptHook('print' as never), TypeError);
  const target = (): string => {
    try {
      setExceptHook(null);
      return 'set';
    } catch (error) {
      return (error as Error).name;
    }
  };
  assert.equal(await new Thread({ target }).start().resultAsync(), 'RuntimeError');
});

test('setExceptHook() is called before join() returns, in the order of the failures', () => {
  const target = (number: number): never => {
    throw new Error(String(number));
  };
  for (const number of [1, 2, 3]) {
    const thread = new Thread({ target, args: [number] }).start();
    assert.equal(thread.join(15), true);
    assert.deepEqual(
      told.splice(0).map(({ error }) => (error as Error).message),
      [String(number)],
    );
  }
});

test('AbandonedLockError and others of ours come out of a thread as themselves', async () => {
  const target = (): never => {
    throw new AbandonedLockError('Cannot go on', { owner: 'somebody' });
  };
  const [error] = await failure(new Thread({ target }));
  assert.ok(error instanceof AbandonedLockError && error.owner === 'somebody');
});

// The window between the two is a few microseconds wide: a thread in the middle of its end.
test('Thread.join() returns where the thread was stopped before it told its end', async () => {
  const never = new Event();
  const thread = new Thread({ target: () => never.wait(), daemon: true }).start();
  await until(() => thread.waitingFor !== null, 'its wait');
  const record = handleOf(thread) as number;
  assert.ok(claimEnd(record, OUTCOME.RETURNED, 0));
  retain(record);
  ask({ type: 'terminate', record, graceMs: 0 });
  assert.equal(await thread.joinAsync({ timeout: 10 }), true);
  assert.deepEqual([thread.isAlive(), thread.state], [false, 'terminated']);
  assert.equal(thread.result(), undefined);
});

// CPython's ThreadingExceptionTests and ExceptHookTests (Lib/test/test_threading.py).
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { currentThread, Lock, setExceptHook, Thread } from 'heddle/threading';
import type { ExceptHookArgs } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

const nothing = (): void => {};
const wanted = { name: 'RuntimeError', code: 'ERR_HEDDLE_RUNTIME' };

const HEAD = `
  import { print } from 'heddle';
  import { Thread, setExceptHook } from 'heddle/threading';
  const runFail = () => { throw new RangeError('run failed'); };
`;

test('Thread: ThreadingExceptionTests.test_start_thread_again', async () => {
  const thread = new Thread({ target: nothing }).start();
  assert.throws(() => thread.start(), wanted);
  await thread.joinAsync();
  assert.throws(() => thread.start(), wanted);
});

test('Thread: ThreadingExceptionTests.test_joining_current_thread', () => {
  assert.throws(() => currentThread().join(), wanted);
});

test('Thread: ThreadingExceptionTests.test_joining_inactive_thread', async () => {
  const thread = new Thread({ target: nothing });
  assert.throws(() => thread.join(), wanted);
  await assert.rejects(thread.joinAsync(), wanted);
});

test('Thread: ThreadingExceptionTests.test_daemonize_active_thread', async () => {
  const thread = new Thread({ target: nothing }).start();
  assert.throws(() => (thread.daemon = true), wanted);
  await thread.joinAsync();
});

test('Lock: ThreadingExceptionTests.test_releasing_unacquired_lock', () => {
  assert.throws(() => new Lock().release(), wanted);
});

test('Thread: ThreadingExceptionTests.test_multithread_modify_file_noerror', async () => {
  const file = join(tmpdir(), `heddle-modified-${process.pid}`);
  const modify = (): void => {
    writeFileSync(file, ' ');
    void new Error('where am I').stack;
  };
  // CPython runs 100 of them.
  for (let count = 0; count < 100; count++) {
    await new Thread({ target: modify }).start().resultAsync();
  }
  assert.equal(readFileSync(file, 'utf8'), ' ');
  rmSync(file);
});

test('setExceptHook: ExceptHookTests.test_custom_excepthook', () => {
  const heard: ExceptHookArgs[] = [];
  const target = (): never => {
    throw new RangeError('run failed');
  };
  setExceptHook((args) => heard.push(args));
  try {
    const thread = new Thread({ target }).start();
    thread.join();
    assert.equal(heard.length, 1);
    const { error, thread: failed } = heard[0] as ExceptHookArgs;
    assert.ok(error instanceof RangeError && /test-threading-errors/.test(String(error.stack)));
    assert.equal(error.message, 'run failed');
    assert.equal(failed, thread);
  } finally {
    setExceptHook(null);
  }
});

describe('Thread: ThreadingExceptionTests', { concurrency: 3 }, () => {
  test('test_recursion_limit', async () => {
    const ran = await runProgram(`${HEAD}
      const recurse = () => recurse();
      const outer = () => { try { recurse(); } catch (error) { return error.name; } };
      const worker = new Thread({ target: outer }).start();
      worker.join();
      print(worker.result());
      print('end of main thread');`);
    assert.deepEqual([ran.stdout, ran.code], ['RangeError\nend of main thread\n', 0], ran.stderr);
  });

  test('test_print_exception', async () => {
    const ran = await runProgram(`${HEAD}
      import { Event } from 'heddle/threading';
      const [running, stop] = [new Event(), new Event()];
      const run = () => { running.set(); stop.wait(); throw new RangeError('division by zero'); };
      const thread = new Thread({ target: run }).start();
      running.wait();
      stop.set();
      thread.join();`);
    assert.deepEqual([ran.stdout, ran.code], ['', 0]);
    assert.match(ran.stderr, /^Exception in thread Thread-1 \(run\):\n/);
    assert.match(ran.stderr, /RangeError: division by zero\n\s+at run \(.*main\.ts/);
    assert.doesNotMatch(ran.stderr, /Unhandled|uncaught/i);
  });
});

describe('setExceptHook: ExceptHookTests', { concurrency: 3 }, () => {
  test('test_excepthook', async () => {
    const ran = await runProgram(`${HEAD}
      new Thread({ target: runFail, name: 'excepthook thread' }).start().join();`);
    assert.match(ran.stderr, /^Exception in thread excepthook thread:\n/);
    assert.match(ran.stderr, /RangeError: run failed\n\s+at runFail \(/);
    assert.deepEqual([ran.stdout, ran.code], ['', 0]);
  });

  test('test_system_exit', async () => {
    const ran = await runProgram(`${HEAD}
      new Thread({ target: () => process.exit(1) }).start().join();`);
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['', '', 0]);
  });

  test('test_custom_excepthook_fail', async () => {
    const ran = await runProgram(`${HEAD}
      setExceptHook(() => { throw new RangeError('threading_hook failed'); });
      new Thread({ target: runFail }).start().join();`);
    assert.match(ran.stderr, /^Exception in threading\.excepthook:\nRangeError: threading_hook/);
    assert.equal(ran.code, 0);
  });

  test('test_original_excepthook', async () => {
    const ran = await runProgram(`${HEAD}
      const runThread = () =>
        new Thread({ target: runFail, name: 'excepthook thread' }).start().join();
      runThread();
      setExceptHook(() => console.error('Running a thread failed'));
      runThread();
      setExceptHook(null);
      runThread();`);
    // Of the stack, what is the user's: how a thread was started differs.
    const reports = ran.stderr.replaceAll(/^ +at (?!runFail).*\n/gm, '');
    const [before, after, ...more] = reports.split('Running a thread failed\n');
    assert.match(String(before), /^Exception in thread excepthook thread:\nRangeError: run failed/);
    assert.deepEqual([after, more], [before, []]);
  });
});

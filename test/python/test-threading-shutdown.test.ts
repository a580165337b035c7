// CPython's MiscTestCase, InterruptMainTests and AtexitTests (Lib/test/test_threading.py).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as threading from 'heddle/threading';
import { Event, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

test('threading: MiscTestCase.test__all__', () => {
  // What Python's module exports, as far as it is there under our names.
  const python =
    'activeCount currentThread enumerate getIdent getNativeId mainThread setExceptHook ' +
    'Event Lock RLock Thread';
  for (const name of python.split(' ')) assert.equal(name in threading, true, name);
  for (const [name, member] of Object.entries(threading)) {
    assert.ok(member !== undefined && !name.startsWith('_'), name);
  }
});

test('Thread: InterruptMainTests.test_can_interrupt_tight_loops', async () => {
  const [started, stop] = [new Event(), new Event()];
  const worker = (): boolean => {
    started.set();
    // As long as CPython's, should nobody stop it.
    for (let left = 100_000_000; left > 0; left--) if (stop.isSet()) return true;
    return false;
  };
  const thread = new Thread({ target: worker }).start();
  assert.equal(await started.waitAsync({ timeout: 15 }), true);
  stop.set();
  assert.equal(await thread.resultAsync(), true);
});

test('Thread: AtexitTests.test_atexit_output', async () => {
  // Python's hooks run before the threads are awaited; Node's event for that is beforeExit.
  const ran = await runProgram(`
    import { Event, Thread } from 'heddle/threading';
    import { print } from 'heddle';
    const hooked = new Event();
    new Thread({ target: () => { hooked.wait(); print('thread'); } }).start();
    process.prependOnceListener('beforeExit', () => { print('parrot'); hooked.set(); });`);
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['parrot\nthread\n', '', 0]);
});

test('Thread: AtexitTests.test_atexit_called_once', async () => {
  const ran = await runProgram(`
    import { Thread } from 'heddle/threading';
    import { print } from 'heddle';
    process.on('exit', () => print('at exit'));
    new Thread({ target: () => {} }).start();
    process.exit();`);
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['at exit\n', '', 0]);
});

test('Thread: AtexitTests.test_atexit_after_shutdown', async () => {
  // What comes too late is refused rather than dropped.
  const ran = await runProgram(`
    import { Thread } from 'heddle/threading';
    const thread = new Thread({ target: () => {} });
    process.on('exit', () => void thread.start());`);
  assert.match(ran.stderr, /RuntimeError: Cannot start thread "Thread-1" as the program is ending/);
  assert.notEqual(ran.code, 0);
});

// CPython's ThreadTests and ThreadJoinOnShutdown (Lib/test/test_threading.py) that are about the
// end of a program, each a program of its own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run.ts';
import type { Ran, RunOptions } from '../support/run.ts';

const HEAD = `
  import { print, sleep } from 'heddle';
  import { Event, Lock, Thread, currentThread, enumerate, mainThread } from 'heddle/threading';
`;

/** Runs a program that ends well and writes nothing to standard error. */
async function runOk(body: string, options: RunOptions = {}): Promise<Ran> {
  const ran = await runProgram(HEAD + body, options);
  assert.deepEqual([ran.stderr, ran.code, ran.timedOut], ['', 0, false]);
  return ran;
}

describe('Thread: ThreadTests', { concurrency: 3 }, () => {
  test('test_finalize_running_thread', async () => {
    const ran = await runProgram(`${HEAD}
      const ready = new Event();
      const waiting = () => { ready.set(); sleep(100); };
      new Thread({ target: waiting, daemon: true }).start();
      ready.wait();
      process.exit(42);`);
    assert.deepEqual([ran.code, ran.timedOut], [42, false], ran.stderr);
  });

  test('test_join_nondaemon_on_shutdown', async () => {
    const ran = await runOk(`
      const child = () => { sleep(1); print('Woke up, sleep is', typeof sleep); };
      new Thread({ target: child }).start();
      process.exit();`);
    assert.equal(ran.stdout, 'Woke up, sleep is function\n');
  });

  test('test_main_thread_during_shutdown', async () => {
    const ran = await runOk(`
      const main = currentThread();
      new Thread({ target: () => sleep(0.05) }).start();
      process.on('exit', () => {
        print(currentThread() === main, mainThread() === main);
        print(enumerate().length, enumerate()[0] === main);
      });`);
    assert.equal(ran.stdout, 'true true\n1 true\n');
  });

  test('test_finalization_shutdown', async () => {
    const ran = await runOk(`
      const f = () => {
        sleep(Math.random() / 100);
        // Python's destructor of a value of the thread: what runs after the target has returned.
        setTimeout(() => { sleep(Math.random() / 100); print('cleaned up'); }, 1);
      };
      new Thread({ target: f }).start();
      sleep(Math.random() / 100);`);
    assert.equal(ran.stdout, 'cleaned up\n');
  });

  test('test_import_from_another_thread', async () => {
    const ran = await runProgram(
      `
      const { Worker } = require('node:worker_threads');
      const source = "import('heddle/threading').then(({ Thread, currentThread }) => {" +
        "new Thread({ target: () => {} }).start(); console.log(currentThread().isAlive()); })";
      new Worker(source, { eval: true });`,
      { kind: 'cjs' },
    );
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['true\n', '', 0]);
  });

  test('test_start_new_thread_at_finalization', async () => {
    const ran = await runOk(`
      const thread = new Thread({ target: () => print('shouldn\\'t be printed') });
      process.on('exit', () => {
        try { thread.start(); } catch (error) { print(error.name, thread.isAlive()); }
      });`);
    assert.equal(ran.stdout, 'RuntimeError false\n');
  });

  test('test_no_refcycle_through_target', async () => {
    const ran = await runOk(
      `
      class RunSelfFunction {
        constructor(shouldRaise) {
          this.shouldRaise = shouldRaise;
          const target = (thrower) => { if (thrower) process.exit(1); };
          this.thread = new Thread({ target, args: [shouldRaise] });
          this.thread.owner = this;
          this.thread.start();
        }
      }
      for (const shouldRaise of [false, true]) {
        let cyclic = new RunSelfFunction(shouldRaise);
        const ref = new WeakRef(cyclic);
        await cyclic.thread.joinAsync();
        cyclic = undefined;
        let gone = false;
        for (let round = 0; round < 100 && !gone; round++) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          gc();
          gone = ref.deref() === undefined;
        }
        print(gone);
      }`,
      { kind: 'mjs', flags: ['--expose-gc'] },
    );
    assert.equal(ran.stdout, 'true\ntrue\n');
  });
});

describe('Thread: ThreadJoinOnShutdown', { concurrency: 3 }, () => {
  test('test_1_join_on_shutdown', async () => {
    const ran = await runOk(`
      const joining = (main) => { main.join(); print('end of thread'); };
      new Thread({ target: joining, args: [currentThread()] }).start();
      sleep(0.1);
      print('end of main');`);
    assert.equal(ran.stdout, 'end of main\nend of thread\n');
  });

  test('test_4_daemon_threads [slow]', async () => {
    // CPython starts 40, each in the midst of reading and writing when the program ends.
    const ran = await runOk(
      `
      import { closeSync, openSync, readSync, writeSync } from 'node:fs';
      import { devNull } from 'node:os';
      import { Value } from 'heddle/shared';
      const count = 10;
      const haveRun = new Value('i32');
      const allHaveRun = new Event();
      const randomIo = (file) => {
        for (let round = 0; ; round++) {
          const source = openSync(file, 'r');
          const stuff = Buffer.alloc(200);
          readSync(source, stuff);
          const target = openSync(devNull, 'w');
          writeSync(target, stuff);
          sleep(Math.random() / 1995);
          closeSync(source);
          closeSync(target);
          if (round === 0 && haveRun.add(1) + 1 === count) allHaveRun.set();
        }
      };
      const file = process.argv[1];
      for (let made = 0; made < count; made++) {
        const thread = new Thread({ target: randomIo, args: [file] });
        thread.daemon = true;
        thread.start();
      }
      allHaveRun.wait();
      process.exit(0);`,
      { limitMs: 60_000 },
    );
    assert.equal(ran.stdout, '');
  });
});

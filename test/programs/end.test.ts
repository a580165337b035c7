// The end of the program, as Python has it (Exit of the program): who is waited for, in which order
// things happen, and which exit code comes of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram, startProgram } from '../support/run.ts';

const HEAD = `
  import { Event, Lock, RLock, Thread, currentThread, mainThread } from 'heddle/threading';
  import { sleep, print } from 'heddle';
`;

describe('end:', { concurrency: 4 }, () => {
  test('the program waits for its threads, then runs the handlers of exit', async () => {
    const ran = await runProgram(`${HEAD}
      process.on('exit', (code) => print('exit', code));
      new Thread({ target: () => { mainThread().join(); print('thread'); } }).start();
      print('main ends');`);
    assert.deepEqual([ran.stdout, ran.code], ['main ends\nthread\nexit 0\n', 0], ran.stderr);
  });

  test('process.exit() in the main thread waits for the threads and keeps the code', async () => {
    const ran = await runProgram(`${HEAD}
      process.on('exit', (code) => print('exit', code));
      new Thread({ target: () => { mainThread().join(); print('thread'); } }).start();
      process.exit(7);`);
    assert.deepEqual([ran.stdout, ran.code], ['thread\nexit 7\n', 7], ran.stderr);
  });

  test('an error in the main thread is told, waits for the threads, and is code 1', async () => {
    const ran = await runProgram(`${HEAD}
      new Thread({ target: () => { mainThread().join(); print('thread'); }, name: 'last' }).start();
      throw new Error('main fails');`);
    assert.deepEqual([ran.stdout, ran.code], ['thread\n', 1]);
    assert.match(ran.stderr, /main fails; waiting for its threads: last\n/);
    assert.match(ran.stderr, /Error: main fails\n\s+at .*main\.ts/);
  });

  test('a thread may join the main thread, which has ended when its code has', async () => {
    const ran = await runProgram(`${HEAD}
      const target = () => { print(mainThread().join(10), mainThread().isAlive()); };
      new Thread({ target }).start();
      setTimeout(() => print('main ends'), 100);`);
    assert.match(ran.stdout, /^main ends\ntrue /, ran.stderr);
    assert.equal(ran.code, 0);
  });

  test('threads that a thread starts after the main one has ended are waited for', async () => {
    const ran = await runProgram(`${HEAD}
      const grandchild = (parent: Thread) => { parent.join(); print('grandchild'); };
      const child = () => {
        mainThread().join();
        new Thread({ target: grandchild, args: [currentThread()] }).start();
        print('child');
      };
      new Thread({ target: child }).start();`);
    assert.deepEqual([ran.stdout, ran.code], ['child\ngrandchild\n', 0], ran.stderr);
  });

  test('daemon threads are stopped dead wherever they are, without any finally', async () => {
    const ran = await runProgram(`${HEAD}
      const up = [new Event(), new Event(), new Event()];
      const blocked = () => { try { up[0].set(); new Event().wait(); } finally { print('no'); } };
      const busy = () => { try { up[1].set(); for (;;); } finally { print('no'); } };
      const asleep = async () => {
        try { up[2].set(); await new Event().waitAsync(); } finally { print('no'); }
      };
      for (const target of [blocked, busy, asleep]) new Thread({ target, daemon: true }).start();
      for (const event of up) event.wait();
      print('main ends');`);
    assert.deepEqual([ran.stdout, ran.code, ran.timedOut], ['main ends\n', 0, false], ran.stderr);
  });

  test('no thread touches the exit code: neither its error nor its process.exit()', async () => {
    const ran = await runProgram(`${HEAD}
      const targets = [
        () => { throw new Error('thread fails'); },
        () => process.exit(5),
        () => { process.exitCode = 6; },
      ];
      for (const target of targets) new Thread({ target }).start().join();`);
    assert.equal(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, /^Exception in thread Thread-1( \(\w+\))?:\nError: thread fails\n/);
  });

  test('a thread cannot start once the program is ending', async () => {
    const ran = await runProgram(`${HEAD}
      const thread = new Thread({ target: () => {} });
      process.on('exit', () => {
        try { thread.start(); } catch (error) { print(error.name, thread.state); }
      });`);
    assert.equal(ran.stdout, 'RuntimeError initial\n', ran.stderr);
  });

  test('what a thread left behind goes on, and the program waits for it', async () => {
    const ran = await runProgram(`${HEAD}
      const told = new Event();
      const target = () => {
        const timer = setInterval(() => {
          if (!told.isSet()) return;
          clearInterval(timer);
          print('timer', currentThread().isAlive());
        });
        return 'returned';
      };
      print(new Thread({ target }).start().result());
      told.set();`);
    assert.deepEqual([ran.stdout, ran.code], ['returned\ntimer false\n', 0], ran.stderr);
  });

  test('an error in what a thread left behind is told', async () => {
    const ran = await runProgram(`${HEAD}
      const target = () => { setTimeout(() => { throw new Error('left behind'); }, 50); };
      new Thread({ target, name: 'leaver' }).start().join();`);
    assert.equal(ran.code, 0);
    assert.match(ran.stderr, /^Exception in thread leaver:\nError: left behind\n/);
  });

  test('a hook that throws is reported, and the program goes on', async () => {
    const ran = await runProgram(`${HEAD}
      import { setExceptHook } from 'heddle/threading';
      setExceptHook(() => { throw new Error('hook fails'); });
      new Thread({ target: () => { throw new Error('thread fails'); } }).start().join();
      print('goes on');`);
    assert.deepEqual([ran.stdout, ran.code], ['goes on\n', 0]);
    assert.match(ran.stderr, /^Exception in threading.excepthook:\nError: hook fails\n/);
  });

  test('the hook is called at the end for a thread that nobody joined', async () => {
    const ran = await runProgram(`${HEAD}
      import { setExceptHook } from 'heddle/threading';
      setExceptHook(({ error, thread }) => print(thread.name, error.message));
      process.on('exit', () => print('exit'));
      const target = () => { mainThread().join(); throw new Error('late'); };
      new Thread({ target, name: 'one' }).start();
      process.exit();`);
    assert.deepEqual([ran.stdout, ran.stderr], ['one late\nexit\n', '']);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} ends a program whose main thread is blocked`, async () => {
      const program = startProgram(`${HEAD}
        new Thread({ target: () => new Event().wait() }).start();
        print('blocked');
        new Event().wait();`);
      await program.line('blocked');
      program.kill(signal);
      const ran = await program.end;
      assert.deepEqual([ran.signal, ran.timedOut], [signal, false]);
    });
  }

  test('a stack names the file and the line of the user', async () => {
    const ran = await runProgram(
      "import { Thread } from 'heddle/threading';\nfunction deep(): never {\n" +
        "  throw new Error('here');\n}\nnew Thread({ target: () => deep() }).start().join();\n",
    );
    assert.match(ran.stderr, /at deep \(.*main\.ts:3:9\)\n\s+at .*main\.ts:5:/);
  });

  test('forty threads are alive at once [slow]', async () => {
    const ran = await runProgram(
      `${HEAD}
      import { activeCount } from 'heddle/threading';
      const go = new Event();
      const target = (n: number): number => { go.wait(); return n; };
      const threads = Array.from({ length: 40 }, (_, n) =>
        new Thread({ target, args: [n] }).start());
      print(activeCount());
      go.set();
      print(threads.reduce((sum, thread) => sum + thread.result(), 0));`,
      { limitMs: 60_000 },
    );
    assert.equal(ran.stdout, '41\n780\n', ran.stderr);
  });
});

test('end: three threads that sleep for five seconds do so together [slow]', async () => {
  const ran = await runProgram(`${HEAD}
    const f1 = (_a1: number, _a2: number): void => { sleep(5); print('666'); };
    for (let i = 0; i < 3; i++) new Thread({ target: f1, args: [123, 111] }).start();`);
  assert.equal(ran.stdout, '666\n666\n666\n', ran.stderr);
  const [first, , last] = ran.lines;
  // One after the other they would end five seconds apart; starting takes its time.
  assert.ok(Number(first?.atMs) >= 5000 && Number(last?.atMs) - Number(first?.atMs) < 4500);
});

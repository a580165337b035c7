import assert from 'node:assert/strict';
import { readlinkSync } from 'node:fs';
import { test } from 'node:test';
import {
  activeCount,
  currentThread,
  enumerate,
  Event,
  getIdent,
  getNativeId,
  mainThread,
  Thread,
} from 'heddle/threading';
import type { ThreadOptions } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

const nothing = (): void => {};

/** Runs a function in a new thread and gives what it returns. */
function run<R>(target: () => R, options: Partial<ThreadOptions<[], R>> = {}): Promise<Awaited<R>> {
  return new Thread({ ...options, target } as never).start().resultAsync() as Promise<Awaited<R>>;
}

test('new Thread() names a thread after its number and function', () => {
  function resize(): void {}
  const numberOf = (thread: Thread): number => Number(/^Thread-(\d+)/.exec(thread.name)?.[1]);
  const first = new Thread({ target: resize });
  const number = numberOf(first);
  assert.equal(first.name, `Thread-${number} (resize)`);
  assert.equal(new Thread({ target: () => {} }).name, `Thread-${number + 1}`);
  assert.equal(new Thread({ target: nothing }).name, `Thread-${number + 2} (nothing)`);
  const target = function target(): void {};
  assert.equal(new Thread({ target }).name, `Thread-${number + 3} (target)`);
  assert.equal(new Thread({ target: resize, name: 'mine' }).name, 'mine');
  assert.equal(numberOf(new Thread({ target: resize })), number + 4);
});

test("new Thread() makes a string of a name that is none, and takes any but ''", async () => {
  for (const name of [7, null, true, 'été 🧵', 'a\nb'] as never[]) {
    assert.equal(new Thread({ target: nothing, name }).name, String(name));
  }
  assert.match(new Thread({ target: nothing, name: '' }).name, /^Thread-\d+ \(nothing\)$/);
  assert.equal(await run(() => currentThread().name, { name: 'été 🧵' }), 'été 🧵');
});

test('new Thread() refuses what no thread can be made of', () => {
  const wrong: readonly unknown[] = [undefined, null, 7, nothing, {}, { target: 'print' }];
  for (const options of [...wrong, { target: nothing, args: 7 }, { target: nothing, args: 'ab' }]) {
    assert.throws(() => new Thread(options as never), TypeError);
  }
});

test('new Thread() refuses limits on which no worker could boot', async () => {
  const make = (resourceLimits: unknown) => (): unknown =>
    new Thread({ target: nothing, resourceLimits } as never);
  for (const size of [0.2, 0, -1, NaN, Infinity]) {
    assert.throws(make({ stackSizeMb: size }), RangeError);
  }
  assert.throws(make({ maxOldGenerationSizeMb: 3 }), RangeError);
  for (const limits of [7, null, [], { stackSizeMb: '8' }, { maxOldGenerationSizeMb: null }]) {
    assert.throws(make(limits), TypeError);
  }
  const resourceLimits = { stackSizeMb: 0.25, maxOldGenerationSizeMb: undefined };
  assert.equal(await run(() => 'small', { resourceLimits }), 'small');
});

test('Thread.name can be changed at any time, by any thread, for all', async () => {
  const thread = new Thread({ target: () => (currentThread().name = 'by itself') });
  thread.name = 'before';
  assert.equal(thread.name, 'before');
  await thread.start().joinAsync();
  assert.equal(thread.name, 'by itself');
  thread.name = 'after';
  assert.equal(thread.name, 'after');
});

test('Thread.daemon is that of the creating thread, unless it is given', async () => {
  assert.equal(new Thread({ target: nothing }).daemon, false);
  assert.equal(mainThread().daemon, false);
  const inherited = (): boolean[] =>
    [undefined, true, false].map((daemon) => new Thread({ target: () => {}, daemon }).daemon);
  assert.deepEqual(await run(inherited), [false, true, false]);
  assert.deepEqual(await run(inherited, { daemon: true }), [true, true, false]);
});

test('Thread.daemon and setDaemon() set it before the start, not after', async () => {
  const thread = new Thread({ target: nothing });
  thread.daemon = true;
  assert.equal(thread.daemon, true);
  thread.setDaemon(false);
  assert.equal(thread.daemon, false);
  thread.start();
  assert.throws(() => (thread.daemon = true), { name: 'RuntimeError' });
  assert.throws(() => thread.setDaemon(true), { name: 'RuntimeError' });
  await thread.joinAsync();
  assert.throws(() => thread.setDaemon(true), { name: 'RuntimeError' });
  assert.throws(() => mainThread().setDaemon(true), { name: 'RuntimeError' });
});

test('Thread.start() begins a thread once, whoever calls it', async () => {
  const thread = new Thread({ target: nothing });
  const attempt = (): string => {
    try {
      thread.start();
      return 'started';
    } catch (error) {
      return (error as Error).name;
    }
  };
  assert.equal(await run(attempt), 'RuntimeError'); // its target is here, not there
  assert.equal(thread.start(), thread);
  assert.throws(() => thread.start(), { name: 'RuntimeError', message: /started before/ });
  assert.equal(await run(attempt), 'RuntimeError');
  await thread.joinAsync();
  assert.throws(() => thread.start(), { name: 'RuntimeError' });
});

test('Thread.start() that cannot send its target leaves the thread as it was', () => {
  const before = activeCount();
  const gone = new Proxy({}, {});
  const thread = new Thread({ target: () => gone, name: 'unsent' });
  assert.throws(() => thread.start(), { name: 'TransferError', message: /variable 'gone'/ });
  assert.deepEqual([thread.state, thread.ident, thread.isAlive()], ['initial', null, false]);
  assert.equal(activeCount(), before);
});

test('Thread.start() passes args, and the thread gets copies of plain values', async () => {
  const list = [1, 2];
  const target = (given: number[], word: string, missing: unknown): unknown => {
    given.push(3);
    return [given, word, missing];
  };
  const thread = new Thread({ target, args: [list, 'a', undefined] }).start();
  assert.deepEqual(await thread.resultAsync(), [[1, 2, 3], 'a', undefined]);
  assert.deepEqual(list, [1, 2]);
});

test('Thread.join() and joinAsync() tell whether the thread has ended', async () => {
  const go = new Event();
  const thread = new Thread({ target: () => go.wait() }).start();
  assert.equal(thread.join(0), false);
  assert.equal(thread.join('10ms'), false);
  const before = performance.now();
  assert.equal(await thread.joinAsync({ timeout: '10ms' }), false);
  assert.ok(performance.now() - before >= 10);
  go.set();
  assert.equal(await thread.joinAsync(), true);
  assert.deepEqual([thread.join(), thread.join(0)], [true, true]);
});

test('Thread.join() before the start, or of oneself, is a RuntimeError', async () => {
  const idle = new Thread({ target: nothing });
  const wanted = { name: 'RuntimeError', message: /not started/ };
  assert.throws(() => idle.join(), wanted);
  assert.throws(() => idle.result(), wanted);
  await assert.rejects(idle.joinAsync(), wanted);
  await assert.rejects(idle.resultAsync(), wanted);
  assert.throws(() => currentThread().join(), { name: 'RuntimeError', message: /itself/ });
  const joinItself = (): string => {
    try {
      currentThread().join();
      return 'joined';
    } catch (error) {
      return (error as Error).name;
    }
  };
  assert.equal(await run(joinItself), 'RuntimeError');
});

test('Thread.join() refuses a time that means nothing', async () => {
  const thread = new Thread({ target: nothing }).start();
  assert.throws(() => thread.join(-1), RangeError);
  assert.throws(() => thread.join('soon' as never), TypeError);
  await assert.rejects(thread.joinAsync({ timeout: -1 }), RangeError);
  await assert.rejects(thread.joinAsync({ signal: {} as never }), TypeError);
  await assert.rejects(thread.resultAsync({ signal: null as never }), TypeError);
  await thread.joinAsync();
});

test('Thread.joinAsync() is ended by its signal, and the thread goes on', async () => {
  const go = new Event();
  const thread = new Thread({ target: () => go.wait() }).start();
  const controller = new AbortController();
  const waits = [
    thread.joinAsync({ signal: controller.signal }),
    thread.resultAsync({ signal: controller.signal }),
  ];
  controller.abort('enough');
  for (const wait of waits) await assert.rejects(wait, (reason) => reason === 'enough');
  assert.equal(thread.isAlive(), true);
  go.set();
  assert.equal(await thread.resultAsync(), true);
});

test('Thread.join() and result() serve many threads at once, again and again', async () => {
  const go = new Event();
  const thread = new Thread({ target: () => go.wait() }).start();
  const wait = (): unknown => [thread.join(), thread.result(), thread.join(), thread.result()];
  const waiters = [1, 2, 3, 4].map(() => new Thread({ target: wait }).start());
  const own = [thread.joinAsync(), thread.resultAsync(), thread.joinAsync()];
  go.set();
  assert.deepEqual(await Promise.all(own), [true, true, true]);
  for (const waiter of waiters) {
    assert.deepEqual(await waiter.resultAsync(), [true, true, true, true]);
  }
});

test('Thread.isAlive(), state and ident follow a thread', async () => {
  const go = new Event({ name: 'go' });
  const thread = new Thread({ target: () => go.wait() });
  assert.deepEqual([thread.state, thread.isAlive(), thread.ident], ['initial', false, null]);
  assert.deepEqual([thread.nativeId, thread.waitingFor], [null, null]);
  thread.start();
  assert.equal(thread.isAlive(), true);
  assert.ok(Number(thread.ident) > 0 && thread.ident !== getIdent());
  await until(() => thread.waitingFor === 'Event "go"', 'the wait for the event');
  assert.equal(thread.state, 'waiting');
  const { ident, nativeId } = thread;
  go.set();
  await thread.joinAsync();
  assert.deepEqual(
    [thread.state, thread.isAlive(), thread.waitingFor],
    ['terminated', false, null],
  );
  assert.deepEqual([thread.ident, thread.nativeId], [ident, nativeId]);
});

test('Thread.state is running while the target computes', async () => {
  const go = new Event();
  const spin = (): void => {
    while (!go.isSet());
  };
  const thread = new Thread({ target: spin }).start();
  await until(() => thread.state === 'running', 'the run');
  assert.equal(thread.waitingFor, null);
  go.set();
  await thread.joinAsync();
});

test('currentThread() and mainThread() are the same objects each time', async () => {
  assert.equal(currentThread(), mainThread());
  const { name, ident, state } = mainThread();
  assert.deepEqual([name, ident, state], ['MainThread', getIdent(), 'running']);
  const thread = new Thread({
    target: (main: Thread) => ({
      current: currentThread(),
      same: currentThread() === currentThread() && main === mainThread(),
      ident: getIdent(),
      native: getNativeId(),
    }),
    args: [mainThread()],
  }).start();
  const seen = await thread.resultAsync();
  assert.deepEqual([seen.current === thread, seen.same, seen.ident], [true, true, thread.ident]);
  assert.equal(seen.native, thread.nativeId);
  if (process.platform === 'linux') assert.equal(getNativeId(), Number(readlinkSync('/proc/self')));
});

test('enumerate() and activeCount() hold the threads alive, in order of start', async () => {
  const go = new Event();
  const idle = new Thread({ target: nothing });
  const threads = [1, 2, 3].map((number) =>
    new Thread({ target: () => go.wait(), daemon: number === 2 }).start(),
  );
  assert.deepEqual(enumerate(), [mainThread(), ...threads]);
  assert.equal(activeCount(), 4);
  const within = await run(() => [enumerate().length, activeCount(), enumerate()[4]?.name]);
  assert.deepEqual(within.slice(0, 2), [5, 5]);
  go.set();
  for (const thread of threads) await thread.joinAsync();
  assert.deepEqual([enumerate(), activeCount(), idle.isAlive()], [[mainThread()], 1, false]);
});

test('Thread: threads start threads, which outlive them', async () => {
  const [go, started] = [new Event(), new Event()];
  const grandchild = (): string => {
    go.wait();
    return 'late';
  };
  const child = (): Thread => {
    const thread = new Thread({ target: grandchild }).start();
    started.set();
    return thread;
  };
  const first = new Thread({ target: child }).start();
  const second = await first.resultAsync();
  assert.deepEqual([first.isAlive(), second.isAlive()], [false, true]);
  go.set();
  assert.equal(await second.resultAsync(), 'late');
});

test('Thread.resourceUsage counts the work of the run alone', async () => {
  const work = (turns: number): number => {
    let sum = 0;
    for (let turn = 0; turn < turns; turn++) sum = (sum + Math.sqrt(turn)) % 7;
    return sum;
  };
  const idle = new Thread({ target: work, args: [1] });
  assert.deepEqual(idle.resourceUsage, { cpuSeconds: 0, heapBytes: 0 });
  const busy = new Thread({ target: work, args: [1e8] }).start();
  await busy.joinAsync();
  await idle.start().joinAsync();
  assert.ok(busy.resourceUsage.cpuSeconds > 0.02 && busy.resourceUsage.heapBytes > 2 ** 20);
  assert.ok(idle.resourceUsage.cpuSeconds < busy.resourceUsage.cpuSeconds);
  assert.ok(mainThread().resourceUsage.heapBytes > 2 ** 20);
});

test('Thread shows no frame of its own program in the stack of an argument', async () => {
  const program = `
    import { Process } from 'heddle/multiprocessing';
    import { Thread } from 'heddle/threading';
    const target = (error) => console.log(error.stack.replace(/[^]*--- taken/, 'taken'));
    new Thread({ target, args: [new Error('given')], name: 'one' }).start().join();
    new Process({ target, args: [new Error('given')] }).start().join();`;
  // Else what reads the argument takes all the frames that are shown.
  const flags = ['--stack-trace-limit=100'];
  const { stdout, stderr } = await runProgram(program, { kind: 'mjs', flags });
  const frames = stdout.split('\n').filter((line) => /entry\.c?js/.test(line));
  assert.deepEqual([frames, stderr], [[], '']);
  assert.match(stdout, /^taken in one ---\n[^]*taken in MainThread ---\n/);
});

test('Thread.signal of the main thread does not keep the program alive', async () => {
  const ran = await runProgram(
    `import { mainThread } from 'heddle/threading';
console.log(mainThread().signal.aborted);
`,
    { limitMs: 20_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['false\n', '', 0]);
});

test('Thread.terminate() leaves a grace beyond what a timer can be set for', async () => {
  const ran = await runProgram(
    `import { Event, Thread } from 'heddle/threading';
const go = new Event();
const thread = new Thread({ target: () => go.wait() }).start();
thread.terminate('700h');
// The keeper has had its turn.
new Thread({ target: () => {}, isolate: true }).start().join();
go.set();
console.log(thread.result());
`,
    { limitMs: 20_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['true\n', '', 0]);
});

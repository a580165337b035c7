import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  activeChildren,
  currentProcess,
  parentProcess,
  Process,
  SharedMemory,
} from 'heddle/multiprocessing';
import { Lock, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

const nothing = (): void => {};
const forever = (): void => {
  for (;;);
};

/** Runs a function in a new process and gives its exit code. */
async function exitOf<A extends readonly unknown[]>(
  target: (...args: A) => unknown,
  ...args: A
): Promise<number | null> {
  const child = new Process({ target, args } as never).start();
  assert.equal(await child.joinAsync({ timeout: 15 }), true);
  return child.exitcode;
}

/** Memory in which a child leaves what it saw, as a text. */
function slate(): { memory: SharedMemory; read: () => string } {
  const memory = new SharedMemory({ create: true, size: 1000 });
  const read = (): string => Buffer.from(memory.buf).toString().replace(/\0+$/, '');
  return { memory, read };
}

function write(memory: SharedMemory, text: string): void {
  memory.buf.set(Buffer.from(text));
}

test('Process runs a closure with its arguments in a process of its own', async () => {
  const { memory, read } = slate();
  const factor = 3;
  const target = (there: SharedMemory, n: number): void =>
    write(there, `${process.pid} ${factor * n}`);
  const child = new Process({ target, args: [memory, 14] });
  assert.deepEqual([child.state, child.pid, child.exitcode], ['initial', null, null]);
  assert.equal(child.start(), child);
  assert.equal(await child.joinAsync({ timeout: 15 }), true);
  assert.equal(read(), `${child.pid} 42`);
  assert.notEqual(child.pid, process.pid);
  assert.deepEqual([child.state, child.exitcode, child.isAlive()], ['terminated', 0, false]);
});

test('Process.exitcode tells how it ended', async () => {
  assert.equal(await exitOf(nothing), 0);
  assert.equal(await exitOf(() => process.exit(7)), 7);
  assert.equal(await exitOf(async () => Promise.resolve((process.exitCode = 3))), 3);
  for (const [act, code] of [
    ['terminate', -15],
    ['kill', -9],
    ['interrupt', -2],
  ] as const) {
    const child = new Process({ target: forever, daemon: true }).start();
    child[act]();
    assert.equal(await child.joinAsync({ timeout: 15 }), true);
    assert.equal(child.exitcode, code);
    child[act]();
  }
});

test('Process.join() and Process.kill() serve a thread that does nothing else', async () => {
  const seen = new Thread({
    target: () => {
      const child = new Process({ target: forever, daemon: true }).start();
      const before = [child.join(0), child.join('10ms'), child.isAlive()];
      child.kill();
      return [...before, child.join(), child.join(-1), child.exitcode];
    },
  }).start();
  assert.deepEqual(await seen.resultAsync(), [false, false, true, true, true, -9]);
});

test('Process.start() refuses what cannot be, and leaves the process as it was', async () => {
  const lock = new Lock({ name: 'ours' });
  const captive = new Process({ target: () => lock.locked() });
  const message = /captured variable 'lock'.* to another process as it is a Lock that only the/;
  assert.throws(() => captive.start(), { name: 'TransferError', message });
  assert.deepEqual([captive.state, captive.pid], ['initial', null]);
  const nowhere = new Process({ target: nothing, cwd: '/nowhere' });
  assert.throws(() => nowhere.start(), /RuntimeError.*cwd \/nowhere is not a directory/);
  const child = new Process({ target: nothing }).start();
  assert.throws(() => child.start(), /started before/);
  await child.joinAsync();
  assert.throws(() => child.start(), /started before/);
});

test('new Process() refuses what no process can be made of', () => {
  const wrong: readonly unknown[] = [undefined, null, 7, nothing, {}, { target: 'print' }];
  const more = [
    ...['yes', 1, null].map((daemon) => ({ daemon })),
    ...[7, { A: nothing }, { A: {} }, { A: Symbol('a') }].map((env) => ({ env })),
    ...[7, '/\0'].map((cwd) => ({ cwd })),
    ...[[7], ['\0']].map((execArgv) => ({ execArgv })),
    { args: 7 },
  ];
  for (const options of [...wrong, ...more.map((one) => ({ target: nothing, ...one }))]) {
    assert.throws(() => new Process(options as never), TypeError);
  }
  const of = (some: object) => () => new Process({ target: nothing, ...some });
  for (const [make, message] of [
    [of({ daemon: 'yes' }), "as its daemon is 'yes', not true or false"],
    [of({ env: { A: [] } }), 'as its env.A is [], not a string'],
    [of({ env: { A: 'a\0b' } }), "as its env.A is 'a\\x00b', which has a null character"],
    [of({ env: { 'A\0': 'a' } }), "as its env has the name 'A\\x00', which has a null character"],
  ] as const) {
    assert.throws(make, { name: 'TypeError', message: `Cannot make a process ${message}` });
  }
  const child = new Process({ target: nothing });
  assert.throws(() => (child.daemon = 'yes' as never), {
    name: 'TypeError',
    message: /^Cannot set daemon of process "Process-\d+" to 'yes' as true or false is wanted$/,
  });
  assert.equal(child.daemon, false);
});

test('Process.start() sends the arguments that the constructor was given', async () => {
  const { memory, read } = slate();
  const target = (there: SharedMemory, ...rest: number[]): void => write(there, rest.join());
  const args: [SharedMemory, ...number[]] = [memory, 1];
  const child = new Process({ target, args });
  args.push(2);
  await child.start().joinAsync();
  assert.equal(read(), '1');
});

test('Process.name counts on, below the name of the parent', async () => {
  const first = new Process({ target: nothing });
  const number = Number(/^Process-(\d+)$/.exec(first.name)?.[1]);
  assert.equal(new Process({ target: nothing }).name, `Process-${number + 1}`);
  first.name = 7 as never;
  assert.equal(first.name, '7');
  const { memory, read } = slate();
  const child = new Process({
    target: (there: SharedMemory) => {
      const names = [currentProcess().name, parentProcess()?.name];
      write(there, [...names, new Process({ target: () => {} }).name].join());
    },
    args: [memory],
  });
  const { name } = child;
  child.start();
  await child.joinAsync();
  assert.equal(read(), `${name},MainProcess,${name}:1`);
});

test('Process.daemon is inherited, and a daemon has no children', async () => {
  const child = new Process({ target: nothing, daemon: true });
  assert.equal(child.daemon, true);
  child.setDaemon(false);
  assert.equal(child.daemon, false);
  child.start();
  assert.throws(() => (child.daemon = true), /RuntimeError.*as it was started/);
  await child.joinAsync();
  const { memory, read } = slate();
  const target = (there: SharedMemory): void => {
    const grandchild = new Process({ target: () => {} });
    try {
      grandchild.start();
    } catch (error) {
      write(there, `${grandchild.daemon} ${String(error)}`);
    }
  };
  await new Process({ target, args: [memory], daemon: true }).start().joinAsync();
  assert.match(read(), /^true RuntimeError: .*as this process is a daemon/);
});

test('Process.close() ends its use; before its end it is a RangeError', async () => {
  const child = new Process({ target: forever, daemon: true, name: 'closing' }).start();
  assert.throws(() => child.close(), /RangeError.*still running/);
  child.kill();
  await child.joinAsync();
  child.close();
  child.close();
  assert.equal(child.name, 'closing');
  for (const use of [() => child.join(), () => child.pid, () => child.kill(), () => child.state]) {
    assert.throws(use, /RangeError: Cannot .* process "closing" as it was closed/);
  }
});

test('Process is shown with its name and its state, also when it was closed', () => {
  const child = new Process({ target: nothing, name: 'shown', daemon: true });
  assert.equal(inspect(child), 'Process { "shown", initial, daemon }');
  child.close();
  assert.equal(inspect(child), 'Process { "shown", closed }');
  assert.equal(inspect([child]), '[ Process { "shown", closed } ]');
});

test('Process.join() before start(), or of oneself, is a RuntimeError', () => {
  const child = new Process({ target: nothing });
  assert.throws(() => child.join(), /RuntimeError.*not started/);
  assert.throws(() => child.terminate(), /RuntimeError.*not started/);
  assert.throws(() => currentProcess().join(), /RuntimeError.*the one that would wait/);
  assert.throws(() => currentProcess().start(), /RuntimeError/);
});

test('currentProcess() and parentProcess() know each other, from any thread', async () => {
  assert.equal(currentProcess(), currentProcess());
  assert.deepEqual([currentProcess().name, currentProcess().pid], ['MainProcess', process.pid]);
  assert.equal(parentProcess(), null);
  const { memory, read } = slate();
  const target = (there: SharedMemory): void => {
    const parent = parentProcess() as Process;
    const self = new Thread({ target: () => currentProcess().pid === process.pid });
    const seen = [parent.pid, parent.isAlive(), parent.join(0), self.start().result()];
    write(there, seen.join());
  };
  await new Process({ target, args: [memory] }).start().joinAsync();
  assert.equal(read(), `${process.pid},true,false,true`);
});

test('activeChildren() lists those that run', async () => {
  const children = [0, 1].map(() => new Process({ target: forever, daemon: true }).start());
  assert.deepEqual(activeChildren(), children);
  for (const child of children) child.kill();
  await until(() => activeChildren().length === 0, 'the end of both');
});

test('Process.env, cwd and execArgv are the child’s surroundings', async () => {
  const { memory, read } = slate();
  const target = (there: SharedMemory): void => {
    write(
      there,
      [process.env['WARP'], process.cwd(), process.execArgv.includes('--no-warnings')].join(),
    );
  };
  const execArgv = [
    ...process.execArgv.filter((flag) => flag.startsWith('--conditions')),
    '--no-warnings',
  ];
  const env = { PATH: process.env['PATH'] ?? '', WARP: 'weft' };
  await new Process({ target, args: [memory], env, cwd: '/', execArgv }).start().joinAsync();
  assert.equal(read(), 'weft,/,true');
});

test('Process.resourceUsage tells of one that runs, and of one that has ended', async () => {
  const child = new Process({ target: forever, daemon: true }).start();
  await until(() => child.resourceUsage.cpuSeconds > 0.02, 'processor time');
  assert.ok(child.resourceUsage.rssBytes > 10_000_000);
  await until(() => child.state === 'running', 'a processor for it');
  child.kill();
  await child.joinAsync();
  assert.ok(child.resourceUsage.cpuSeconds > 0.02);
  const ended = new Process({ target: nothing }).start();
  await ended.joinAsync();
  assert.ok(ended.resourceUsage.cpuSeconds > 0 && ended.resourceUsage.rssBytes > 10_000_000);
});

test('Process.exitcode is 1 when the target fails, and standard error tells why', async () => {
  const ran = await runProgram(
    `
    import { Process } from 'heddle/multiprocessing';
    import { fine } from './broken.ts';
    const targets = {
      thrown: () => { throw new RangeError('too far'); },
      rejected: async () => { await null; throw new RangeError('too late'); },
      stray: () => void Promise.reject(new RangeError('nobody caught this')),
      later: () => void setTimeout(() => { throw new RangeError('much later'); }),
      unsettled: () => new Promise(() => {}),
      unloaded: fine,
    };
    process.env.IN_CHILD = '1';
    const make = ([name, target]) => new Process({ target, name });
    const children = Object.entries(targets).map((one) => make(one).start());
    for (const child of children) child.join();
    console.log(...children.map(({ exitcode }) => exitcode));`,
    {
      limitMs: 100_000,
      files: {
        'broken.ts': `
          if (process.env.IN_CHILD === '1') throw new Error('does not load');
          export const fine = (): void => {};`,
      },
    },
  );
  assert.deepEqual([ran.stdout, ran.code], ['1 1 1 1 1 1\n', 0], ran.stderr);
  for (const told of [
    'Process thrown:\nRangeError: too far\n',
    'Process rejected:\nRangeError: too late\n',
    'Process stray:\nRangeError: nobody caught this\n',
    'Process later:\nRangeError: much later\n',
    'Process unsettled:\nRuntimeError: Cannot end the process as its target awaits a promise that',
    'Process unloaded:\nTransferError: Cannot import',
  ]) {
    assert.ok(ran.stderr.includes(told), ran.stderr);
  }
});

test('Process inherits standard input', async () => {
  const program = `
    import fs from 'node:fs';
    import { print } from 'heddle';
    import { Process } from 'heddle/multiprocessing';
    new Process({ target: () => print('child read', fs.readFileSync(0, 'utf8')) }).start().join();`;
  const ran = await runProgram(program, { input: 'typed', limitMs: 60_000 });
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['child read typed\n', '', 0]);
});

const skip = process.platform === 'linux' ? false : 'descriptors are listed by Linux';
test('Process leaves a child only its channel and the memory of its family', { skip }, async () => {
  const program = `
    import fs from 'node:fs';
    import { Event, Process } from 'heddle/multiprocessing';
    // What is shared has a descriptor from now on.
    const seen = new Event();
    const look = () => {
      seen.set();
      const places = fs.readdirSync('/proc/self/fd').map((descriptor) => {
        try {
          return fs.readlinkSync('/proc/self/fd/' + descriptor);
        } catch {
          return ''; // the folder itself, which has been read
        }
      });
      console.log(...places.filter((place) => place.startsWith('/') && place.includes('deleted')));
    };
    new Process({ target: look }).start().join();`;
  const ran = await runProgram(program, { limitMs: 60_000 });
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['/memfd:heddle (deleted)\n', '', 0]);
});

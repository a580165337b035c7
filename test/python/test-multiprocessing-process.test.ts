// CPython's _TestProcess, _TestSubclassingProcess and _TestSharedMemory
// (Lib/test/_test_multiprocessing.py), as far as they are about what we have.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { sleep } from 'heddle';
import {
  activeChildren,
  cpuCount,
  currentProcess,
  parentProcess,
  Process,
  ShareableList,
  SharedMemory,
} from 'heddle/multiprocessing';
import type { Shareable } from 'heddle/multiprocessing';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

const SKIP = process.platform === 'linux' ? false : 'named memory is of Linux';
const MANY = 5;
const LIMIT_MS = 60_000;

/** A process that sleeps until it is stopped. */
function sleeper(): Process {
  return new Process({ target: sleep, args: ['1h'], daemon: true });
}

/** Runs a target that returns a value, which comes back as JSON through shared memory. */
async function valueOf<A extends readonly unknown[]>(
  target: (...args: A) => unknown,
  ...args: A
): Promise<unknown> {
  const memory = new SharedMemory({ create: true, size: 4000 });
  const run = (there: SharedMemory, given: A): void => {
    there.buf.set(Buffer.from(JSON.stringify(target(...given))));
  };
  const child = new Process({ target: run, args: [memory, args] }).start();
  await child.joinAsync();
  assert.equal(child.exitcode, 0);
  memory.unlink();
  return JSON.parse(Buffer.from(memory.buf).toString().replace(/\0+$/, ''));
}

test('Process: _TestProcess.test_current', () => {
  const current = currentProcess();
  assert.deepEqual(
    [current.isAlive(), current.daemon, current.pid, current.exitcode],
    [true, false, process.pid, null],
  );
});

test('Process: _TestProcess.test_args_argument', { skip: SKIP }, async () => {
  for (const args of [[1], ['str'], [[1]], [{ a: 1 }], []]) {
    assert.deepEqual(await valueOf((...given: readonly unknown[]) => given, ...args), args);
  }
});

test('Process: _TestProcess.test_daemon_argument', () => {
  const target = (): void => {};
  assert.equal(new Process({ target }).daemon, currentProcess().daemon);
  for (const daemon of [true, false]) assert.equal(new Process({ target, daemon }).daemon, daemon);
});

test('Process: _TestProcess.test_parent_process_attributes', { skip: SKIP }, async () => {
  assert.equal(parentProcess(), null);
  const told = await valueOf(() => [parentProcess()?.pid, parentProcess()?.name]);
  assert.deepEqual(told, [process.pid, currentProcess().name]);
});

test('Process: _TestProcess.test_terminate', async () => {
  await stops((child) => child.terminate(), -15);
});

test('Process: _TestProcess.test_kill', async () => {
  await stops((child) => child.kill(), -9);
});

test('Process: _TestProcess.test_cpu_count', () => {
  assert.ok(Number.isInteger(cpuCount()) && cpuCount() >= 1);
});

test('Process: _TestProcess.test_active_children', async () => {
  const child = sleeper();
  assert.ok(!activeChildren().includes(child));
  child.start();
  assert.ok(activeChildren().includes(child));
  child.kill();
  await child.joinAsync();
  assert.ok(!activeChildren().includes(child));
});

test('Process: _TestProcess.test_sentinel', async () => {
  const child = sleeper();
  await assert.rejects(() => child.joinAsync(), { name: 'RuntimeError' });
  child.start();
  const ended = child.joinAsync();
  assert.equal(child.join(0), false);
  child.kill();
  assert.equal(await ended, true);
});

test('Process: _TestProcess.test_many_processes', async () => {
  const short = Array.from({ length: MANY }, () => new Process({ target: () => {} }).start());
  for (const child of short) await child.joinAsync();
  assert.ok(short.every(({ exitcode }) => exitcode === 0));
  const long = Array.from({ length: MANY }, () => sleeper().start());
  for (const child of long) child.terminate();
  for (const child of long) await child.joinAsync();
  assert.deepEqual(
    long.map(({ exitcode }) => exitcode),
    long.map(() => -15),
  );
});

test('Process: _TestProcess.test_child_fd_inflation', { skip: SKIP }, async () => {
  const count = (): number => readdirSync('/proc/self/fd').length;
  const alone = await valueOf(count);
  const siblings = Array.from({ length: MANY }, () => sleeper().start());
  assert.equal(await valueOf(count), alone);
  for (const child of siblings) child.kill();
  for (const child of siblings) await child.joinAsync();
});

test('Process: _TestProcess.test_wait_for_threads', async () => {
  const ran = await runProgram(
    `
    import { print } from 'heddle';
    import { Process } from 'heddle/multiprocessing';
    import { Event, Thread } from 'heddle/threading';
    const host = () => {
      const go = new Event();
      new Thread({ target: () => { go.wait(); print('thread ended'); } }).start();
      new Thread({ target: () => new Event().wait(), daemon: true }).start();
      go.set();
    };
    const child = new Process({ target: host }).start();
    child.join();
    print(child.exitcode);`,
    { limitMs: LIMIT_MS },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['thread ended\n0\n', '', 0]);
});

test('Process: _TestSubclassingProcess.test_stderr_flush', async () => {
  const ran = await runProgram(
    `
    import { Process } from 'heddle/multiprocessing';
    const target = () => { throw new RangeError('x'.repeat(100_000)); };
    new Process({ target, name: 'loud' }).start().join();`,
    { limitMs: LIMIT_MS },
  );
  assert.match(ran.stderr, /^Process loud:\nRangeError: x{100000}\n {4}at /);
});

test('Process: _TestSubclassingProcess.test_sys_exit', async () => {
  for (const [code, exitcode] of [
    [0, 0],
    [3, 3],
    [256, 0],
  ] as const) {
    const child = new Process({ target: (n: number) => process.exit(n), args: [code] }).start();
    await child.joinAsync();
    assert.equal(child.exitcode, exitcode);
  }
});

test('SharedMemory: _TestSharedMemory.test_shared_memory_basics', { skip: SKIP }, () => {
  const name = `basics-${process.pid}`;
  const first = new SharedMemory({ name, create: true, size: 512 });
  first.buf[0] = 42;
  const second = new SharedMemory({ name });
  assert.deepEqual([second.size, second.buf[0], second.name], [first.size, 42, name]);
  second.buf[511] = 9;
  assert.equal(first.buf[511], 9);
  assert.throws(() => new SharedMemory({ name, create: true, size: 512 }), {
    code: 'ERR_HEDDLE_SHARED_MEMORY_EXISTS',
  });
  second.close();
  second.close();
  first.unlink();
  assert.throws(() => new SharedMemory({ name }), { code: 'ERR_HEDDLE_NO_SUCH_SHARED_MEMORY' });
});

test(
  'SharedMemory: _TestSharedMemory.test_shared_memory_name_with_embedded_null',
  { skip: SKIP },
  () => {
    assert.throws(() => new SharedMemory({ name: 'a\0b', create: true, size: 8 }), TypeError);
  },
);

test('SharedMemory: _TestSharedMemory.test_invalid_shared_memory_creation', { skip: SKIP }, () => {
  for (const size of [0, -1, undefined]) {
    assert.throws(() => new SharedMemory({ create: true, size }), RangeError);
  }
});

test(
  'SharedMemory: _TestSharedMemory.test_shared_memory_across_processes',
  { skip: SKIP },
  async () => {
    const memory = new SharedMemory({ create: true, size: 64 });
    const write = (name: string): void => {
      new SharedMemory({ name }).buf.set(Buffer.from('howdy'));
    };
    await new Process({ target: write, args: [memory.name] }).start().joinAsync();
    assert.equal(Buffer.from(memory.buf.subarray(0, 5)).toString(), 'howdy');
    memory.unlink();
  },
);

test(
  'ShareableList: _TestSharedMemory.test_shared_memory_ShareableList_basics',
  { skip: SKIP },
  () => {
    const list = new ShareableList<Shareable>([
      'howdy',
      new Uint8Array(2),
      -273.154,
      100,
      null,
      true,
      42,
    ]);
    assert.equal(list.length, 7);
    assert.deepEqual([list.get(0), list.get(-1), list.get(4)], ['howdy', 42, null]);
    assert.throws(() => list.get(7), RangeError);
    assert.throws(() => list.set(7, 1), RangeError);
    list.set(3, 'text');
    assert.throws(() => list.set(3, 'longer than eight'), RangeError);
    assert.equal(list.get(3), 'text');
    list.shm.unlink();
  },
);

test(
  'ShareableList: _TestSharedMemory.test_shared_memory_ShareableList_pickling_dead_object',
  { skip: SKIP },
  () => {
    const list = new ShareableList([1]);
    const { name } = list.shm;
    list.shm.unlink();
    assert.throws(() => new ShareableList(undefined, { name }), {
      code: 'ERR_HEDDLE_NO_SUCH_SHARED_MEMORY',
    });
  },
);

async function stops(act: (child: Process) => void, exitcode: number): Promise<void> {
  const child = sleeper();
  child.start();
  assert.deepEqual([child.isAlive(), child.exitcode], [true, null]);
  assert.ok(activeChildren().includes(child));
  await until(() => child.state === 'waiting', 'its sleep');
  assert.deepEqual([child.join(0), child.join(-1)], [false, false]);
  act(child);
  assert.equal(await child.joinAsync({ timeout: 30 }), true);
  assert.deepEqual([child.isAlive(), child.exitcode], [false, exitcode]);
  act(child);
}

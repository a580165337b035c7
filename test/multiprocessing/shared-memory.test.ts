import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { Process, SharedMemory } from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';
import { runProgram, startProgram } from '../support/run.ts';
import { untilEnded } from '../support/processes.ts';

const FOLDER = '/dev/shm';
const SKIP = process.platform === 'linux' ? false : 'named memory is of Linux';

/** A name that no other run has. */
function fresh(word: string): string {
  return `${word}-${process.pid}`;
}

/** Whether a file stands for memory of this name. */
function isThere(name: string): boolean {
  return readdirSync(FOLDER).some((file) => file.endsWith(`.${name}`));
}

test('new SharedMemory() creates zeros of the size, under the name', { skip: SKIP }, () => {
  const name = fresh('zeros');
  for (const size of [1, 4096, 5000]) {
    const memory = new SharedMemory({ name, create: true, size });
    assert.deepEqual([memory.name, memory.size, memory.buf.length], [name, size, size]);
    assert.ok(memory.buf.every((byte) => byte === 0));
    assert.ok(memory.buf.buffer instanceof SharedArrayBuffer);
    memory.buf.fill(255);
    memory.unlink();
  }
});

test('new SharedMemory() without a name makes one up', { skip: SKIP }, () => {
  const [first, second] = [1, 2].map(() => new SharedMemory({ create: true, size: 8 }));
  assert.notEqual(first?.name, second?.name);
  first?.unlink();
  second?.unlink();
});

test('new SharedMemory() attaches to the same bytes', { skip: SKIP }, () => {
  const first = new SharedMemory({ create: true, size: 16 });
  const second = new SharedMemory({ name: first.name });
  assert.equal(second.size, 16);
  first.buf[3] = 7;
  assert.equal(second.buf[3], 7);
  second.close();
  assert.throws(
    () => second.buf,
    /RuntimeError: Cannot use shared memory .* as it was closed here/,
  );
  second.close();
  assert.equal(first.buf[3], 7);
  first.unlink();
});

test('new SharedMemory() refuses sizes and names that are none', { skip: SKIP }, () => {
  for (const size of [0, -1, 1.5, NaN, undefined, '8']) {
    const options = { create: true, size: size as number };
    assert.throws(
      () => new SharedMemory(options),
      /RangeError: Cannot create shared memory of size/,
    );
  }
  for (const name of ['', 'a/b', '../x', 'a b', 'nul\0', 'é', 'x'.repeat(201), 7]) {
    const options = { name: name as string, create: true, size: 8 };
    assert.throws(
      () => new SharedMemory(options),
      /TypeError: Cannot use .* as the name of shared/,
    );
  }
  assert.throws(() => new SharedMemory({}), /TypeError: Cannot attach .* as no name is given/);
});

test('new SharedMemory() takes a name only once', { skip: SKIP }, () => {
  const name = fresh('once');
  const memory = new SharedMemory({ name, create: true, size: 8 });
  assert.throws(() => new SharedMemory({ name, create: true, size: 8 }), {
    name: 'RuntimeError',
    code: 'ERR_HEDDLE_SHARED_MEMORY_EXISTS',
  });
  memory.unlink();
  new SharedMemory({ name, create: true, size: 8 }).unlink();
});

test('SharedMemory.unlink() takes the name, and leaves the memory', { skip: SKIP }, () => {
  const name = fresh('unlinked');
  const [memory, other] = [
    new SharedMemory({ name, create: true, size: 8 }),
    new SharedMemory({ name }),
  ];
  memory.unlink();
  assert.equal(isThere(name), false);
  const missing = { name: 'RuntimeError', code: 'ERR_HEDDLE_NO_SUCH_SHARED_MEMORY' };
  assert.throws(() => memory.unlink(), missing);
  assert.throws(() => new SharedMemory({ name }), missing);
  // Neither had looked into it yet.
  memory.buf[0] = 5;
  assert.equal(other.buf[0], 5);
});

test(
  'SharedMemory reaches a process, and what that writes comes back',
  { skip: SKIP },
  async () => {
    const memory = new SharedMemory({ create: true, size: 10_000 });
    memory.buf[0] = 1;
    const target = (there: SharedMemory, name: string): void => {
      const again = new SharedMemory({ name });
      there.buf[9999] = (again.buf[0] ?? 0) + 1;
      again.buf[1] = there.size === 10_000 ? 3 : 0;
    };
    const child = new Process({ target, args: [memory, memory.name] }).start();
    await child.joinAsync();
    assert.equal(child.exitcode, 0);
    assert.deepEqual([memory.buf[9999], memory.buf[1]], [2, 3]);
    // Who only used it took nothing away.
    assert.equal(isThere(memory.name), true);
    memory.unlink();
  },
);

test('SharedMemory that a process created goes with it', { skip: SKIP }, async () => {
  const name = fresh('of-a-child');
  const target = (): void => void new SharedMemory({ name, create: true, size: 8 }).buf.fill(1);
  const child = new Process({ target }).start();
  await child.joinAsync();
  assert.equal(child.exitcode, 0);
  assert.equal(isThere(name), false);
});

test('SharedMemory is the same memory in a thread', { skip: SKIP }, async () => {
  const memory = new SharedMemory({ create: true, size: 8 });
  const thread = new Thread({ target: () => memory.buf.set([1, 2], 3) }).start();
  await thread.joinAsync();
  assert.deepEqual([...memory.buf], [0, 0, 0, 1, 2, 0, 0, 0]);
  memory.unlink();
});

test('SharedMemory whose name is gone cannot be sent any more', { skip: SKIP }, async () => {
  const memory = new SharedMemory({ create: true, size: 8 });
  memory.unlink();
  const thread = new Thread({ target: (there: SharedMemory) => there.size, args: [memory] });
  await assert.rejects(
    async () => thread.start().resultAsync(),
    /Cannot attach to shared memory .* as there is none of that name/,
  );
});

test('SharedMemory of a program that ends is removed', { skip: SKIP }, async () => {
  const ran = await runProgram(`
    import { SharedMemory } from 'heddle/multiprocessing';
    const memory = new SharedMemory({ create: true, size: 8 });
    memory.buf[0] = 1;
    console.log(memory.name);
    process.exit(3);
  `);
  assert.deepEqual([ran.stderr, ran.code], ['', 3]);
  assert.equal(isThere(ran.stdout.trim()), false);
});

test(
  'SharedMemory of a program that was killed goes with the next creation',
  { skip: SKIP },
  async () => {
    const name = fresh('killed');
    const program = startProgram(
      `
    import { SharedMemory } from 'heddle/multiprocessing';
    new SharedMemory({ name: '${name}', create: true, size: 8 }).buf[0] = 1;
    console.log('made');
    setInterval(() => {}, 1000);
  `,
      { limitMs: 60_000 },
    );
    await program.line('made');
    program.kill();
    await program.end;
    assert.equal(await untilEnded(program.pid), true);
    // Nobody attaches to what a dead process has left.
    assert.throws(() => new SharedMemory({ name }), { code: 'ERR_HEDDLE_NO_SUCH_SHARED_MEMORY' });
    const other = new SharedMemory({ create: true, size: 8 });
    assert.equal(isThere(name), false);
    other.unlink();
  },
);

test('SharedMemory.close() gives the descriptor back', { skip: SKIP }, () => {
  const count = (): number => readdirSync('/proc/self/fd').length;
  const memory = new SharedMemory({ create: true, size: 8 });
  const before = count();
  for (let i = 0; i < 20; i++) new SharedMemory({ name: memory.name }).close();
  for (let i = 0; i < 20; i++) {
    const one = new SharedMemory({ name: memory.name });
    one.buf[0] = i;
    one[Symbol.dispose]();
  }
  assert.equal(count(), before);
  memory.unlink();
});

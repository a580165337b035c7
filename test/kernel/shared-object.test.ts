import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Lock, Thread } from 'heddle/threading';
import { Attachment, attach, handleOf, retain } from '../../src/kernel/index.ts';
import * as constants from './fixtures/constants.ts';
import { runProgram } from '../support/run.ts';

test('handleOf() is the same number each time, and undefined for what is not shared', () => {
  const lock = new Lock();
  const handle = handleOf(lock);
  assert.ok(handle !== undefined && handle > 0);
  assert.equal(handleOf(lock), handle);
  for (const other of [{}, [], () => {}, new Proxy(lock, {}), Object.create(lock)]) {
    assert.equal(handleOf(other as object), undefined);
  }
});

test('attach() gives the one object that stands for a block in this thread', () => {
  const lock = new Lock();
  assert.equal(attach(handleOf(lock) as number), lock);
});

test('attach() makes an object of the class of the block, which is the block', () => {
  // An object that nobody has asked for its handle is not known under it.
  const event = new Event();
  const seen = new Event(new Attachment(handleBehind(event)) as never);
  assert.equal(seen.constructor, Event);
  seen.set();
  assert.equal(event.isSet(), true);
});

test('SharedObject: an object is the same one wherever it comes back to a thread', async () => {
  const lock = new Lock({ name: 'mine' });
  const thread = new Thread({
    target: (given: Lock, list: Lock[]) => {
      const same = given === lock && list.every((one) => one === lock);
      return { same, list, map: new Map([[lock, given]]) };
    },
    args: [lock, [lock, lock]],
  }).start();
  const { same, list, map } = await thread.resultAsync();
  assert.equal(same, true);
  assert.deepEqual([...list, ...map.keys(), ...map.values()], [lock, lock, lock, lock]);
  assert.ok([...list, ...map.keys(), ...map.values()].every((one) => one === lock));
});

test('SharedObject: what only a thread made lives on in the one that it gives it to', async () => {
  const target = (): Lock => {
    const lock = new Lock({ name: 'made there' });
    lock.acquire({ timeout: 1 });
    lock.release();
    return lock;
  };
  const lock = await new Thread({ target }).start().resultAsync();
  assert.equal(lock.acquire(), true);
  lock.release();
});

test('SharedObject: many locks that are made and dropped leave nothing behind', async () => {
  const kernel = new URL('../../src/kernel/index.ts', import.meta.url).href;
  const ran = await runProgram(
    `import { Lock } from 'heddle/threading';
    import { usage } from ${JSON.stringify(kernel)};
    const make = (count) => { for (let made = 0; made < count; made++) new Lock(); };
    // What is collected is finalized at a turn of the event loop.
    const settle = async (most) => {
      for (let round = 0; round < 100; round++) {
        gc();
        await new Promise((resolve) => setImmediate(resolve));
        if (usage().blocks <= most) return;
      }
    };
    make(1000);
    await settle(0);
    const before = usage();
    for (let round = 0; round < 10; round++) { make(10_000); await settle(before.blocks); }
    console.log(JSON.stringify([before, usage()]));`,
    { flags: ['--expose-gc'], kind: 'mjs' },
  );
  assert.equal(ran.code, 0, ran.stderr);
  const [before, after] = JSON.parse(ran.stdout) as [object, object];
  assert.deepEqual(after, before);
});

test('SharedObject: locks that went through threads leave nothing behind either', async () => {
  const kernel = new URL('../../src/kernel/index.ts', import.meta.url).href;
  const ran = await runProgram(
    `import { Event, Lock, Thread } from 'heddle/threading';
    import { usage } from ${JSON.stringify(kernel)};
    const target = (locks) => {
      for (const lock of locks) lock.with(() => {});
      return [...locks, new Event({ name: 'made there' })];
    };
    const round = async () => {
      const locks = Array.from({ length: 50 }, () => new Lock({ name: 'lock' }));
      const thread = new Thread({ target, args: [locks] }).start();
      return (await thread.resultAsync()).length;
    };
    const settle = async () => {
      for (let turn = 0; turn < 5; turn++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    // What a worker knows of it gives back when it collects, and its event loop turns.
    const collect = async () => {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 2));
    };
    for (let count = 0; count < 160; count++) await round();
    // Any of the parked workers may be the one that knows of them.
    for (let tries = 0; tries < 100 && usage().blocks > 1000; tries++) {
      const threads = Array.from({ length: 4 }, () => new Thread({ target: collect }).start());
      for (const thread of threads) await thread.joinAsync();
      await settle();
    }
    console.log(usage().blocks);`,
    { flags: ['--expose-gc'], kind: 'mjs' },
  );
  assert.equal(ran.code, 0, ran.stderr);
  // Of 16 000 blocks, for locks and names.
  assert.ok(Number(ran.stdout) <= 1000, ran.stdout);
});

test('SharedObject: what a thread referred to is given back when it is stopped dead', async () => {
  const kernel = new URL('../../src/kernel/index.ts', import.meta.url).href;
  const ran = await runProgram(
    `import { Event, Lock, Thread } from 'heddle/threading';
    import { usage } from ${JSON.stringify(kernel)};
    const ready = new Event();
    const target = () => {
      const locks = Array.from({ length: 1000 }, () => new Lock());
      ready.set();
      for (;;) if (locks.length === 0) return;
    };
    // As many as there are when a thread has been.
    new Thread({ target: () => {} }).start().join();
    const thread = new Thread({ target, isolate: true }).start();
    await ready.waitAsync();
    const during = usage().blocks;
    thread.terminate();
    await thread.joinAsync();
    while (usage().blocks > during - 1000) await new Promise((resolve) => setImmediate(resolve));
    console.log('given back');`,
    { kind: 'mjs' },
  );
  assert.equal(ran.stdout, 'given back\n', ran.stderr);
});

// The handle of an object, with one more reference: that of a second object that shows the block.
function handleBehind(object: Event): number {
  const handle = handleOf(object) as number;
  retain(handle);
  return handle;
}

test('SharedObject: a module-level constant is the same one however else it arrives', () => {
  const { lock, isSame, give } = constants;
  const ways = [
    new Thread({ target: isSame, args: [lock] }),
    new Thread({ target: (other: Lock) => new Set([constants.lock]).has(other), args: [lock] }),
    new Thread({ target: () => isSame(lock) }),
  ];
  for (const thread of ways) assert.equal(thread.start().result(), true);
  assert.equal(new Thread({ target: give }).start().result(), lock);
});

test('SharedObject: a module-level constant brings what its first thread knows of it', () => {
  assert.equal(new Thread({ target: constants.actsElsewhere }).start().result(), true);
});

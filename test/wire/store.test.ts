// Messages in blocks: what they hold, and that they let go of it.
import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Lock, Thread } from 'heddle/threading';
import { usage } from '../../src/kernel/index.ts';
import { MessageParts } from '../../src/wire/decode/message-parts.ts';
import {
  decode,
  drop,
  encode,
  load,
  loadAsync,
  rehearse,
  releaseBytes,
  store,
} from '../../src/wire/index.ts';

function run<A extends readonly unknown[], R>(target: (...args: A) => R, ...args: A): Awaited<R> {
  return new Thread({ target, args } as never).start().result(20) as Awaited<R>;
}

test('rehearse() leaves the arena as it was, but for the function that it keeps', () => {
  rehearse();
  const before = usage();
  rehearse();
  assert.deepEqual(usage(), before);
});

test('store() and drop() leave the arena as it was', () => {
  const before = usage();
  const handle = store({ text: 'x'.repeat(1000), list: [1, 2, 3] }, 'value');
  assert.ok(usage().bytes > before.bytes);
  assert.deepEqual(load(handle), load(handle));
  drop(handle);
  assert.deepEqual(usage(), before);
});

test('store() leaves nothing behind when something cannot travel', () => {
  const lock = new Lock();
  const shared = new SharedArrayBuffer(8);
  drop(store([lock, shared], 'value'));
  const before = usage();
  assert.throws(() => store([lock, shared, Promise.resolve()], 'value'), {
    code: 'ERR_HEDDLE_UNCLONEABLE',
  });
  assert.deepEqual(usage(), before);
});

test('store() keeps any string, and gives its block back', () => {
  const before = usage();
  const same = (text: string): void => {
    const message = store(text, 'item');
    assert.equal(load(message), text);
    drop(message);
  };
  for (const unit of ['binary', 'binary-ascii', 'grapheme'] as const) {
    fc.assert(fc.property(fc.string({ unit, maxLength: 300 }), same));
  }
  // About where another way begins.
  for (const length of [0, 1, 4095, 4096, 4097]) {
    for (const letter of ['a', '\u007f', '\u0080', 'ÿ', '€', '\ud800']) {
      same(letter.repeat(length));
      if (length > 0) same('a'.repeat(length - 1) + letter);
    }
  }
  assert.deepEqual(usage(), before);
});

test('store() writes the recipe of a function once', () => {
  const factor = 3;
  const scale = (x: number): number => x * factor;
  const sizes = [1, 2, 3, 4].map(() => {
    const before = usage().bytes;
    const handle = store(scale, 'scale');
    const size = usage().bytes - before;
    assert.equal(load(handle), scale);
    drop(handle);
    return size;
  });
  assert.ok((sizes[0] as number) > 100, sizes.join());
  assert.deepEqual(sizes.slice(2), [32, 32]);
});

test('store() keeps a live object alive until the message is dropped', () => {
  const handle = store({ lock: new Lock({ name: 'kept' }) }, 'value');
  const { lock } = load(handle) as { lock: Lock };
  assert.equal(lock.acquire(), true);
  assert.equal((load(handle) as { lock: Lock }).lock, lock);
  drop(handle);
  assert.equal(lock.locked(), true);
});

test('store() keeps shared memory shared, and one object in each thread', () => {
  const cells = new Int32Array(new SharedArrayBuffer(8), 4);
  const back = run((view) => {
    view[0] = 7;
    return view;
  }, cells);
  assert.deepEqual([cells[0], back.buffer === cells.buffer, back.byteOffset], [7, true, 4]);
  const areOne = run((a, b) => a.buffer === b.buffer, cells, new Uint8Array(cells.buffer));
  assert.equal(areOne, true);
});

test('store() lets the platform carry what only it can', async () => {
  const key = createSecretKey(Buffer.from('secret'));
  assert.equal(
    run((one) => one.export().toString(), key),
    'secret',
  );
  assert.equal(await run(() => new Blob(['text'])).text(), 'text');
  const error = run(() => new DOMException('stopped', 'AbortError'));
  assert.ok(error instanceof DOMException && error.name === 'AbortError');
});

test('load() gives what every thread has as its own', () => {
  for (const value of [globalThis, Math, console, process, Symbol.iterator, fetch, Buffer]) {
    const handle = store([value], 'value');
    assert.equal((load(handle) as unknown[])[0], value);
    drop(handle);
  }
});

test('load() gives the standard streams of the thread that it is in', () => {
  const { stdout } = process;
  assert.equal(
    run(() => stdout === process.stdout),
    true,
  );
});

test('load() gives a WeakMap without its entries', () => {
  const key = {};
  const handle = store({ weak: new WeakMap([[key, 1]]), key }, 'value');
  const copy = load(handle) as { weak: WeakMap<object, number>; key: object };
  assert.ok(copy.weak instanceof WeakMap && !copy.weak.has(copy.key));
  drop(handle);
});

test('loadAsync() gives the value itself when nothing has to be imported', () => {
  const handle = store({ plain: [1] }, 'value');
  assert.deepEqual(loadAsync(handle), { plain: [1] });
  drop(handle);
});

test('loadAsync() imports what functions need, once', async () => {
  const target = async (): Promise<unknown> => {
    const { Point } = await import('./fixtures/shapes.ts');
    return Point;
  };
  const { Point } = await import('./fixtures/shapes.ts');
  assert.equal(run(target), Point);
});

test('encode() holds what its bytes refer to until releaseBytes()', () => {
  const before = usage();
  const source = encode([new Lock(), 1], 'value');
  const [lock] = decode(source) as [Lock, number];
  assert.ok(lock instanceof Lock);
  const held = usage();
  assert.ok(held.blocks > before.blocks);
  releaseBytes(source);
  // The object here still holds the lock.
  assert.deepEqual(usage(), held);
});

test('encode() gives closures of one place one code, which is compiled once', () => {
  const plain = [1, 2].map((n) => (x: number) => x + n);
  const complex = [1, 2].map(
    (n) =>
      (x = n, { y } = { y: 1 }) =>
        `${x + y}`,
  );
  for (const closures of [plain, complex]) {
    const ids = closures.map((closure) => {
      const message = Buffer.from(encode(closure, 'value'));
      const { codes } = new MessageParts(message, 0);
      releaseBytes(message);
      return codes.map(({ id }) => id);
    });
    assert.equal(ids[0]?.length, 1);
    assert.deepEqual(ids[0], ids[1]);
  }
});

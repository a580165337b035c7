import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { Process, ShareableList, SharedMemory } from 'heddle/multiprocessing';

const SKIP = process.platform === 'linux' ? false : 'named memory is of Linux';
const VALUES = [
  0,
  -1.5,
  NaN,
  2n ** 63n - 1n,
  -(2n ** 63n),
  true,
  false,
  null,
  '',
  'naïve 🧵',
  'a\0',
  new Uint8Array(0),
  new Uint8Array([0, 1, 0]),
] as const;

test('ShareableList gives back what it was given', { skip: SKIP }, () => {
  const list = new ShareableList(VALUES);
  assert.equal(list.length, VALUES.length);
  assert.deepEqual([...list], VALUES);
  const same = new ShareableList(undefined, { name: list.shm.name });
  assert.deepEqual([...same], VALUES);
  assert.match(inspect(same), /^ShareableList\(13\) \[/);
  list.shm.unlink();
});

test('ShareableList keeps zeros at the end of texts and bytes', { skip: SKIP }, () => {
  const list = new ShareableList<string | Uint8Array>(['ab\0\0', new Uint8Array([1, 0, 0])]);
  assert.deepEqual([...list], ['ab\0\0', new Uint8Array([1, 0, 0])]);
  list.set(0, '\0');
  list.set(1, new Uint8Array(8));
  assert.deepEqual([...list], ['\0', new Uint8Array(8)]);
  list.shm.unlink();
});

test(
  'ShareableList.set() changes one place, of whatever type, as far as it has room',
  { skip: SKIP },
  () => {
    const list = new ShareableList<string | number | null | bigint>([
      '12345678',
      'nine letters',
      null,
    ]);
    list.set(0, 1.5);
    list.set(-1, 7n);
    list.set(1, 'sixteen letters!');
    assert.deepEqual([...list], [1.5, 'sixteen letters!', 7n]);
    // Room is counted in bytes: nine of them here.
    assert.throws(() => list.set(0, '1234567é'), {
      name: 'RangeError',
      message: /^Cannot write 9 bytes to place 0 of a ShareableList as it has room for 8\n/,
    });
    assert.deepEqual([...list], [1.5, 'sixteen letters!', 7n]);
    list.set(0, '12345678');
    assert.equal(list.get(0), '12345678');
    list.shm.unlink();
  },
);

test('ShareableList.get() gives a copy', { skip: SKIP }, () => {
  const list = new ShareableList([new Uint8Array([1, 2])]);
  list.get(0)[0] = 9;
  assert.deepEqual(list.get(0), new Uint8Array([1, 2]));
  list.shm.unlink();
});

test(
  'ShareableList refuses places that there are not, and values of other kinds',
  { skip: SKIP },
  () => {
    const list = new ShareableList([1, 2]);
    for (const index of [2, -3, 0.5, NaN, Infinity]) {
      assert.throws(() => list.get(index), /RangeError: Cannot read place .* as it has 2 places/);
      assert.throws(() => list.set(index, 1), /RangeError: Cannot write place/);
    }
    for (const value of [undefined, {}, [], Symbol('s'), () => {}, new Uint16Array(1)]) {
      assert.throws(
        () => list.set(0, value as never),
        /TypeError: Cannot put .* into a ShareableList/,
      );
      assert.throws(() => new ShareableList([value as never]), TypeError);
    }
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n]) {
      assert.throws(() => list.set(0, value as never), RangeError);
    }
    assert.deepEqual([...list], [1, 2]);
    list.shm.unlink();
  },
);

test(
  'new ShareableList() of nothing is an empty list; without a name it is an error',
  { skip: SKIP },
  () => {
    const list = new ShareableList([]);
    assert.deepEqual([list.length, [...list]], [0, []]);
    list.shm.unlink();
    assert.throws(() => new ShareableList(), TypeError);
  },
);

test('new ShareableList() refuses memory that is no list', { skip: SKIP }, () => {
  for (const size of [4, 100]) {
    const memory = new SharedMemory({ create: true, size });
    assert.throws(
      () => new ShareableList(undefined, { name: memory.name }),
      /RangeError: Cannot attach to shared memory .* as it is no ShareableList/,
    );
    memory.unlink();
  }
});

test('ShareableList is the same list in a process', { skip: SKIP }, async () => {
  const list = new ShareableList<string | number>(['warp', 1]);
  const target = (there: ShareableList<string | number>): void => {
    there.set(1, `${String(there.get(0))}!`);
    there.set(0, there.length);
  };
  const child = new Process({ target, args: [list] }).start();
  await child.joinAsync();
  assert.deepEqual([child.exitcode, ...list], [0, 2, 'warp!']);
  list.shm.unlink();
});

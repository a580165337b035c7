// CPython's _TestValue, _TestArray, _TestSharedCTypes and _TestContainers
// (Lib/test/_test_multiprocessing.py), for processes, managers and threads.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Manager, Queue } from 'heddle/multiprocessing';
import type { SharedDict, SharedList } from 'heddle/shared';
import { processes } from '../contracts/process-world.ts';
import { FIXTURES } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';

const manager = Manager();

for (const fixture of FIXTURES) numbers(fixture);

function numbers(fixture: Fixture): void {
  const { type, world } = fixture;

  test(`Value: _TestValue.test_value, ${type}`, async () => {
    const [small, real, flag, wide] = [
      fixture.Value('i32', 7),
      fixture.Value('f64', 3.14),
      fixture.Value('bool', false),
      fixture.Value('i64', 2n ** 33n),
    ];
    assert.deepEqual(
      [small.value, real.value, flag.value, wide.value],
      [7, 3.14, false, 2n ** 33n],
    );
    const change = (): void => {
      small.value = 42;
      real.value = -1.25;
      flag.value = true;
      wide.value = 2n ** 40n;
    };
    await world.start(change).result();
    assert.deepEqual(
      [small.value, real.value, flag.value, wide.value],
      [42, -1.25, true, 2n ** 40n],
    );
  });

  test(`Array: _TestArray.test_array, ${type}`, async () => {
    const values = [680, 626, 934, 821, 150, 233, 548, 982, 714, 831];
    const array = fixture.Array('i32', values);
    assert.deepEqual([array.length, array[1], array.at(-1)], [10, 626, 831]);
    assert.deepEqual(array.slice(2, 5), Int32Array.from(values.slice(2, 5)));
    array.set([99, 98], 1);
    array.set([680, 626], 0);
    array[2] = 934;
    assert.deepEqual([...array], values);
    const addUp = (given: Int32Array): void => {
      for (let i = 1; i < given.length; i++) given[i] = (given[i] ?? 0) + (given[i - 1] ?? 0);
    };
    await world.start(addUp, array).result();
    const sums: number[] = [];
    for (const value of values) sums.push(value + (sums.at(-1) ?? 0));
    assert.deepEqual([...array], sums);
  });

  test(`Array: _TestArray.test_array_from_size, ${type}`, () => {
    for (let round = 0; round < 3; round++) {
      const array = fixture.Array('i32', 10);
      assert.deepEqual(
        [...array],
        Array.from({ length: 10 }, () => 0),
      );
      array.fill(9);
    }
  });

  test(`Array: _TestArray.test_array_accepts_long, ${type}`, () => {
    assert.equal(fixture.Array('i32', Number(10n)).length, 10);
    assert.throws(() => fixture.Array('i32', 10n as never), TypeError);
  });

  test(`Array: _TestSharedCTypes.test_synchronize, ${type}`, async () => {
    const [lock, value, array] = [
      fixture.Lock(),
      fixture.Value('f64', 1 / 3),
      fixture.Array('f64', [0, 1, 2, 3]),
    ];
    const double = (): void =>
      lock.with(() => {
        value.value *= 2;
        for (let i = 0; i < array.length; i++) array[i] = (array[i] ?? 0) * 2;
      });
    await Promise.all([world.start(double).result(), world.start(double).result()]);
    assert.deepEqual([value.value, [...array]], [4 / 3, [0, 4, 8, 12]]);
  });
}

test('SharedList: _TestContainers.test_list', async () => {
  const a = manager.list([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const b = manager.list<number>();
  b.extend([0, 1, 2, 3, 4]);
  assert.deepEqual([b.at(2), b.slice(2, 10)], [2, [2, 3, 4]]);
  b.extend(b);
  assert.deepEqual(b.toArray(), [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  const nested = manager.list<SharedList<number> | string>([a, b]);
  const append = (): void => {
    a.append(10);
    nested.append('hello');
  };
  await processes.start(append).result();
  assert.deepEqual(
    [...nested].map((item) => (typeof item === 'string' ? item : item.length)),
    [11, 10, 'hello'],
  );
});

test('SharedList: _TestContainers.test_list_iter', () => {
  const list = manager.list([0, 1, 2]);
  const iterator = list[Symbol.iterator]();
  assert.deepEqual([...{ [Symbol.iterator]: () => iterator }], [0, 1, 2]);
  assert.equal(iterator.next().done, true);
  const seen: number[] = [];
  for (const item of list) {
    seen.push(item);
    if (item < 2) list.append(100 + item);
  }
  // It iterates over what there was when it began.
  assert.deepEqual([seen, list.length], [[0, 1, 2], 5]);
});

test('SharedList: _TestContainers.test_list_proxy_in_list', async () => {
  const lists = manager.list([0, 1, 2].map((n) => manager.list([n, n + 1])));
  await processes.start(() => lists.at(0)?.set(1, 55)).result();
  assert.deepEqual(lists.at(0)?.toArray(), [0, 55]);
  const inner = lists.at(1);
  lists.pop(1);
  inner?.append(7);
  assert.deepEqual([lists.length, inner?.toArray()], [2, [1, 2, 7]]);
});

test('SharedDict: _TestContainers.test_dict', async () => {
  const dict = manager.dict<number, string>();
  const fill = (): void => {
    for (let n = 65; n < 70; n++) dict.set(n, String.fromCodePoint(n));
  };
  await processes.start(fill).result();
  assert.deepEqual([...dict.keys()], [65, 66, 67, 68, 69]);
  assert.deepEqual([...dict.values()], ['A', 'B', 'C', 'D', 'E']);
  assert.deepEqual([...dict.items()][0], [65, 'A']);
  assert.deepEqual([...dict.toMap()], [...dict]);
});

test('SharedDict: _TestContainers.test_dict_proxy_nested', async () => {
  const pets = manager.dict<string, number>({ ferrets: 2, hamsters: 4 });
  const supplies = manager.dict<string, number>({ water: 10, feed: 3 });
  const all = manager.dict<string, SharedDict<string, number>>({ pets, supplies });
  assert.equal(all.get('supplies'), supplies);
  await processes.start(() => all.get('supplies')?.update('water', (n = 0) => n - 2)).result();
  assert.equal(supplies.get('water'), 8);
  pets.set('blanket', 5);
  assert.equal(all.get('pets')?.get('blanket'), 5);
  all.delete('pets');
  assert.deepEqual([all.size, pets.size], [1, 3]);
});

test('SharedList: _TestContainers.test_nested_queue', async () => {
  const queue = manager.Queue<string>();
  const list = manager.list([queue]);
  const dict = manager.dict({ queue });
  await processes.start(() => list.at(0)?.put('one')).result();
  assert.equal(dict.get('queue')?.get({ timeout: 1 }), 'one');
  assert.ok(list.at(0) instanceof Queue);
});

test('Namespace: _TestContainers.test_namespace', async () => {
  interface Names {
    name: string;
    job?: string;
    hidden?: string;
  }
  const names = manager.Namespace<Names>({ name: 'Bob', job: 'Builder' });
  const change = (): void => {
    names.hidden = 'hidden';
    delete names.job;
    names.name = 'Ann';
  };
  await processes.start(change).result();
  assert.deepEqual([names.name, 'job' in names], ['Ann', false]);
  assert.match(inspect(names), /name: 'Ann'/);
});

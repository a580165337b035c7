import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Lock, Manager, Process, Queue, Value } from 'heddle/multiprocessing';
import { registerTransfer } from 'heddle';
import type * as shared from 'heddle/shared';
import { SharedList } from 'heddle/shared';
import type { SharedDict } from 'heddle/shared';
import * as threading from 'heddle/threading';
import { family } from '../../src/kernel/index.ts';
import { usageIn } from '../../src/kernel/memory/heap.ts';

const manager = Manager();

test('Manager() makes dicts, lists and namespaces that processes share and nest', async () => {
  const list = manager.list([1, 'two', { three: [3] }] as unknown[]);
  const dict = manager.dict({ a: 1, 'a key that is longer than an entry': list } as Record<
    string,
    unknown
  >);
  const names = manager.Namespace({ n: 1, list });
  const target = (): void => {
    (dict.get('a key that is longer than an entry') as typeof list).push('four');
    dict.update('a', (n) => (n as number) + 1);
    for (let n = 0; n < 100; n++) dict.set(`key ${n}`, [n]);
    dict.set('function', (n: number) => n + names.n);
    names.n += 41;
  };
  const child = new Process({ target }).start();
  assert.equal(await child.joinAsync({ timeout: 60 }), true);
  assert.equal(child.exitcode, 0);
  assert.deepEqual(list.toArray(), [1, 'two', { three: [3] }, 'four']);
  assert.deepEqual([dict.get('a'), dict.size, dict.get('key 99')], [2, 103, [99]]);
  assert.equal((dict.get('function') as (n: number) => number)(1), 43);
  assert.equal(names.list, list);
});

test('Manager() makes of each other class what this room has', () => {
  const { lock, event, queue, value } = {
    lock: manager.Lock(),
    event: manager.Event(),
    queue: manager.JoinableQueue<number>(1),
    value: manager.Value('i32', 7),
  };
  const classes = [lock, event, queue, value].map((object) => object.constructor);
  assert.deepEqual(classes, [Lock, Event, Queue, Value]);
  assert.ok(lock instanceof threading.Lock);
  assert.equal(manager.BoundedSemaphore(2).value, 2);
  assert.equal(manager.Barrier(3).parties, 3);
  assert.equal(manager.Semaphore().value, 1);
  manager.RLock().with(() => {});
  manager.Condition(lock).with(() => {});
  assert.deepEqual([queue.maxsize, value.value], [1, 7]);
});

test('SyncManager.Value is the class of values, which makes one without new, too', () => {
  const V: typeof shared.Value = manager.Value;
  const [made, called] = [new V('i32', 1), manager.Value('i32', 2)];
  for (const value of [made, called]) {
    assert.equal(value.constructor, Value);
    assert.ok(value instanceof Value && value instanceof manager.Value && value instanceof V);
  }
  assert.deepEqual([made.add(1), made.value, called.value], [1, 2, 2]);
  const flag: shared.Value<'bool'> = new manager.Value('bool');
  assert.equal(flag.value, false);
  assert.equal(manager.Value, V);
  class Count extends manager.Value<'i32'> {}
  assert.ok(new Count('i32', 5) instanceof Count);
  const child = new Process({ target: () => void made.add(40) }).start();
  assert.equal(child.join(60), true);
  assert.equal(made.value, 42);
});

test('SyncManager.Value and Array are still theirs when they were taken from it', () => {
  const own = Manager();
  const { Value: V } = own;
  const A: typeof shared.SharedArray = own.Array;
  assert.deepEqual([...A('i32', [1, 2])], [1, 2]);
  own.shutdown();
  for (const make of [() => new V('i32'), () => own.Value('i32'), () => A('i32', 1)]) {
    assert.throws(make, { name: 'RuntimeError', message: /that is shut down/ });
  }
});

test('Manager() that is shut down makes nothing, and leaves what it made', () => {
  const own = Manager();
  const list = own.list([1]);
  own[Symbol.dispose]();
  const refused = { name: 'RuntimeError', message: /that is shut down\nMake it before/ };
  assert.throws(() => own.dict(), refused);
  assert.throws(() => own.Array('i32', 1), refused);
  assert.equal(own.address, null);
  list.push(2);
  assert.deepEqual(list.toArray(), [1, 2]);
});

test('Manager() makes dicts and lists that refuse what only this process has', () => {
  const dict = manager.dict({ a: 1 } as Record<string, unknown>);
  const list = manager.list([1] as unknown[]);
  const own = new threading.Lock();
  const wanted = { name: 'TransferError', message: /only the threads of this process share/ };
  assert.throws(() => dict.set('a', own), wanted);
  const cured: readonly (readonly [object, RegExp])[] = [
    [own, /\nMake the Lock of heddle\/multiprocessing instead$/],
    [new Process({ target: () => {} }), /\nSend its name, or what it gives through a Queue$/],
    [new SharedList(), /\nMake it by list\(\) of a Manager\(\) instead$/],
  ];
  for (const [value, cure] of cured) assert.throws(() => dict.set('a', value), cure);
  assert.throws(() => dict.set('b', [own]), wanted);
  assert.throws(() => list.push({ own }), wanted);
  assert.throws(() => new Queue<unknown>().put(own), wanted);
  assert.throws(() => manager.list([own]), wanted);
  assert.throws(() => (manager.Namespace<{ own?: unknown }>().own = own), wanted);
  assert.deepEqual([dict.toObject(), list.toArray()], [{ a: 1 }, [1]]);
});

test('Manager() makes containers of which a reader that is killed keeps nothing', async () => {
  const ready = new Event();
  registerTransfer(Stuck, {
    reduce: (stuck) => stuck.ready,
    revive: (event) => {
      event.set();
      new Event().wait();
      return new Stuck(event);
    },
  });
  const many = Array.from({ length: 1000 }, (_, n) => `text ${n}`);
  for (const read of [readList, readDict]) {
    const before = usageIn(family()).blocks;
    const list = manager.list([...many, new Stuck(ready)]);
    const dict = manager.dict(Object.entries([...many, new Stuck(ready)]));
    const child = new Process({ target: read, args: [list, dict], daemon: true }).start();
    assert.equal(await ready.waitAsync({ timeout: 15 }), true);
    child.kill();
    await child.joinAsync({ timeout: 15 });
    list.clear();
    dict.clear();
    ready.clear();
    const left = usageIn(family()).blocks - before;
    assert.ok(left < many.length / 2, `${left} blocks`);
  }
});

class Stuck {
  readonly ready: Event;

  constructor(ready: Event) {
    this.ready = ready;
  }
}

function readList(list: SharedList<unknown>): void {
  list.toArray();
}

function readDict(_: SharedList<unknown>, dict: SharedDict<string, unknown>): void {
  dict.toMap();
}

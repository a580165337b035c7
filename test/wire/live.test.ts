// Objects of ours whose class extends one of ours: the same object elsewhere, and of that class.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from 'heddle/queue';
import { Namespace, SharedDict, SharedList, Value } from 'heddle/shared';
import * as threading from 'heddle/threading';
import { Condition, Lock, Thread } from 'heddle/threading';
import { TransferError } from '../../src/errors/index.ts';
import { usage } from '../../src/kernel/index.ts';
import { registerTransfer, store } from '../../src/wire/index.ts';
import { Counter, countMade, incrementShared, Jobs, shared } from './fixtures/derived.ts';

function run<R>(target: (...args: never[]) => R, ...args: unknown[]): Awaited<R> {
  return new Thread({ target, args } as never).start().result(20) as Awaited<R>;
}

class Guarded extends Lock {
  notes: string[] = ['made'];

  guarded(): string {
    this.with(() => this.notes.push('guarded'));
    return this.notes.join(' ');
  }
}

interface Greeter {
  hello(): string;
}

function greeterOf(Base: new (...args: never[]) => object, ...args: unknown[]): Greeter {
  class Extended extends Base {
    note = 'own';
    hello(): string {
      return `${Object.keys(this).join()} ${Object.getPrototypeOf(Extended).name}`;
    }
  }
  return new Extended(...(args as never[]));
}

const { RLock, RWLock, Event, Semaphore, BoundedSemaphore, Barrier, Local } = threading;
const given = new Map<unknown, unknown>([
  [Barrier, 2],
  [Value, 'i32'],
]);
// prettier-ignore
const bases: readonly (new (...args: never[]) => object)[] = [
  Lock, RLock, RWLock, Event, Semaphore, BoundedSemaphore, Condition, Barrier, Local,
  Queue, LifoQueue, PriorityQueue, SimpleQueue, Value, SharedList, SharedDict,
];
for (const Base of bases) {
  const { name } = Base;
  test(`writeLive() keeps the class of an object that is a ${name} and more`, () => {
    const greeter = greeterOf(Base, given.get(Base));
    const [told, back] = run((one: Greeter) => [one.hello(), one], greeter);
    assert.equal(told, `note ${name}`);
    assert.equal(back, greeter);
  });
}

test('writeLive() keeps a class that goes by reference, and runs no constructor', () => {
  const counter = new Counter(5);
  // The one that the module makes there.
  assert.deepEqual(run(countMade, counter), [1, 5]);
  assert.equal(counter.value, 5);
  assert.equal(
    run((one: Counter) => one instanceof Counter && one.increment(), counter),
    5,
  );
});

test('writeLive() keeps the class of a captured variable, and of what is returned', () => {
  const guarded = new Guarded();
  assert.equal(
    run(() => guarded.guarded()),
    'made guarded',
  );
  // It is captured anew when the function is sent for the third time.
  const notesThere = (): string[] => guarded.notes;
  for (const note of ['one', 'two', 'three', 'four']) {
    guarded.notes = [note];
    run(notesThere);
  }
  const made = run(() => new Guarded());
  assert.ok(made instanceof Guarded);
  assert.equal(made.guarded(), 'made guarded');
  assert.equal(made.locked(), false);
});

test('writeLive() keeps the class of an item of a queue, and of members of containers', () => {
  const guarded = new Guarded();
  const queue = new Queue<Guarded>();
  const list = new SharedList([guarded]);
  const dict = new SharedDict<string, Guarded>([['key', guarded]]);
  const names = Namespace({ guarded });
  queue.put(guarded);
  assert.equal(list.at(0), guarded);
  const target = (): readonly unknown[] => {
    const all = [queue.get(), list.at(0), dict.get('key'), names.guarded];
    return [all.every((one) => one === all[0]), all[0]?.guarded()];
  };
  assert.deepEqual(run(target), [true, 'made guarded']);
  assert.deepEqual([list.indexOf(guarded), list.includes(new Guarded())], [0, false]);
  list.remove(guarded);
  assert.equal(list.length, 0);
});

test('writeLive() copies fields once to a thread: there they stay, and here', async () => {
  const guarded = new Guarded();
  const [asked, told] = [new Queue<Guarded | null>(), new Queue<string>()];
  const thread = new Thread({
    target: () => {
      const known: Guarded[] = [];
      for (let one = asked.get(); one !== null; one = asked.get()) {
        known.push(one);
        told.put(one.guarded());
        one.notes.push(known.every((each) => each === one) ? 'same' : 'other');
      }
    },
  }).start();
  asked.put(guarded);
  assert.equal(told.get({ timeout: 20 }), 'made guarded');
  guarded.notes = ['changed'];
  asked.put(guarded);
  assert.equal(told.get({ timeout: 20 }), 'made guarded same guarded');
  asked.put(null);
  await thread.joinAsync({ timeout: 20 });
  const back = run((one: Guarded) => {
    one.notes.push('there');
    return one;
  }, guarded);
  assert.equal(back, guarded);
  assert.deepEqual(guarded.notes, ['changed']);
});

test('writeLive() has an object become one of the class that is known as one of ours', () => {
  const lock = new Guarded();
  const condition = new Condition(lock);
  const queue = new Queue<Guarded>();
  queue.put(lock);
  // There the condition brings the lock along, by its handle alone.
  const target = (one: Condition, items: Queue<Guarded>): unknown => {
    const known = items.get();
    return one.with(() => [known.locked(), known instanceof Guarded, known.notes]);
  };
  assert.deepEqual(run(target, condition, queue), [true, true, ['made']]);
});

test('writeLive() leaves an object alone that a module makes in every thread', () => {
  shared.step = 4;
  assert.deepEqual(run(incrementShared, shared), [true, 3]);
  assert.equal(shared.value, 3);
});

test('writeLive() lets methods of ours be overridden, and calls them once', () => {
  const jobs = new Jobs();
  run((one: Jobs) => one.put(1), jobs);
  assert.equal(jobs.get(), 2);
});

test('writeLive() keeps fields that lead back to the object or to its class', () => {
  class Node extends Value<'i32'> {
    next: Node = this;
    list: unknown[] = [this];
    tell(): boolean {
      return this === this.next.next && this.list[0] === this;
    }
  }
  const [one, other] = [new Node('i32'), new Node('i32')];
  [one.next, other.next] = [other, one];
  assert.equal(
    run((node: Node) => node.tell() && node.next.tell() && node.next !== node, one),
    true,
  );
  class Single extends Lock {
    static only: Single | null = null;
    tell(): boolean {
      return this === Single.only;
    }
  }
  Single.only = new Single();
  assert.equal(
    run((single: Single) => single.tell() && single instanceof Single, Single.only),
    true,
  );
});

function refused(value: object, code: string, ...words: readonly string[]): void {
  const before = usage();
  assert.throws(
    () => store([value], ['item']),
    (error: unknown) => {
      assert.ok(error instanceof TransferError);
      assert.equal(error.code, `ERR_HEDDLE_${code}`, error.message);
      for (const word of words) assert.ok(error.message.includes(word), error.message);
      return true;
    },
  );
  assert.deepEqual(usage(), before);
}

test('writeLive() refuses fields that are private, and those that cannot travel', () => {
  class Secret extends Value {
    #step = 2;
    increment(): number {
      return this.add(this.#step);
    }
  }
  class More extends Secret {}
  const [secret, more] = [new Secret('f64'), new More('f64')];
  refused(secret, 'PRIVATE_FIELDS', 'its class Secret has #private fields', 'the Value');
  refused(more, 'PRIVATE_FIELDS', 'its class Secret has #private fields');
  const lock = Object.assign(new Guarded(), { pending: Promise.resolve() });
  refused(lock, 'UNCLONEABLE', 'item.pending', 'Promise', 'Await it');
  const list = new SharedList<unknown>();
  assert.throws(() => list.push(secret), { code: 'ERR_HEDDLE_PRIVATE_FIELDS' });
});

test('writeLive() refuses a class that cannot travel', () => {
  const pending = Promise.resolve();
  class Waiting extends Queue<number> {
    async wait(): Promise<void> {
      await pending;
    }
  }
  const waiting = new Waiting();
  refused(waiting, 'UNCLONEABLE', "its class → captured variable 'pending'", 'Promise');
  const odd = Object.setPrototypeOf(
    new Queue(),
    Object.create(Queue.prototype) as object,
  ) as object;
  refused(odd, 'UNCLONEABLE', 'its prototype is not that of a class');
});

test('writeLive() asks who has said how the class travels', () => {
  class Named extends Lock {
    #name = 'nobody';
    constructor(name: string) {
      super();
      this.#name = name;
    }
    tell(): string {
      return this.#name;
    }
  }
  registerTransfer(Named, {
    reduce: (named) => named.tell(),
    revive: (name: string) => new Named(name),
  });
  assert.equal(
    run((named: Named) => named.tell(), new Named('ada')),
    'ada',
  );
});

test('writeLive() lets a thread of a derived class travel as a Thread', () => {
  class Worker extends Thread<[number], number> {
    pending = Promise.resolve();
  }
  const worker = new Worker({ target: (n: number) => n + 1, args: [1] }).start();
  assert.equal(
    run((one: Thread<[number], number>) => one.result(), worker),
    2,
  );
});

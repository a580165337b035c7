// Functions, classes and symbols on their way to a thread and home again.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { Lock, Thread } from 'heddle/threading';
import { countUp, double, Point, table } from './fixtures/shapes.ts';

type Target = (...args: never[]) => unknown;

function run(target: Target, ...args: unknown[]): unknown {
  return new Thread({ target, args } as never).start().result(20);
}

const echo = (value: unknown): unknown => value;

class Dog {
  name = 'rex';
  bark(): string {
    return `${this.name}!`;
  }
}

test('writeFunction() sends home what came from there', () => {
  const own = (): number => 1;
  const symbol = Symbol('own');
  for (const value of [own, Dog, symbol, double, Point, Math.max, setTimeout]) {
    assert.equal(run(echo, value), value);
  }
});

test('writeFunction() lets an instance be of the class that this thread knows', () => {
  const home = run(echo, new Dog()) as Dog;
  assert.ok(home instanceof Dog);
  assert.equal(home.bark(), 'rex!');
  assert.ok(run(() => new Dog()) instanceof Dog);
  assert.ok(run(() => new Point(2)) instanceof Point);
});

test('writeFunction() sends the same function any number of times', () => {
  const factor = 5;
  const scale = (x: number): number => x * factor;
  for (let i = 0; i < 10; i++) assert.equal(run(scale, i), i * 5);
});

test('writeFunction() reads captured variables anew each time', () => {
  const object = { n: 0 };
  let variable = 0;
  const target = (): number[] => [object.n, variable];
  for (let i = 0; i < 6; i++) {
    object.n = i;
    variable = i * 2;
    assert.deepEqual(run(target), [i, i * 2]);
  }
});

test('writeFunction() reads what a frozen object holds anew, unless that is frozen too', () => {
  const shallow = Object.freeze({ list: [0] });
  const target = (): number[] => shallow.list;
  for (let i = 0; i < 4; i++) {
    shallow.list[0] = i;
    assert.deepEqual(run(target), [i]);
  }
});

test('writeFunction() gives functions that share a module-level variable one in the thread', () => {
  assert.deepEqual(
    run(() => [bump(), bump(), bumped()]),
    [1, 2, 2],
  );
  assert.equal(bumps, 0);
});

let bumps = 0;
function bump(): number {
  bumps += 1;
  return bumps;
}
const bumped = (): number => bumps;

test('writeFunction() lets each thread have the state of the modules that it imports', () => {
  countUp();
  countUp();
  assert.equal(
    run(() => countUp() > 0),
    true,
  );
  assert.equal(
    run(() => table.negate(3)),
    -3,
  );
});

test('writeFunction() keeps the names, lengths and properties of functions', () => {
  const named = (_a: number, _b: number): number => 1;
  const target = Object.assign(named, { tag: [7] });
  const [name, length, tag] = run(
    (f: typeof target) => [f.name, f.length, f.tag],
    target,
  ) as unknown[];
  assert.deepEqual([name, length, tag], ['named', 2, [7]]);
});

test('writeFunction() sends functions made in a thread', () => {
  const add = run((n: number) => (x: number) => x + n, 3) as (x: number) => number;
  assert.equal(add(4), 7);
  assert.equal(run(add, 1), 4);
  const Made = run(
    () =>
      class {
        z = 1;
      },
  ) as new () => { z: number };
  assert.equal(new Made().z, 1);
});

test('writeFunction() sends functions on from thread to thread', () => {
  const k = 10;
  const nested = (): unknown => {
    const z = k + 1;
    return new Thread({ target: (x: number) => x + z + k + double(1), args: [1] })
      .start()
      .result(10);
  };
  assert.equal(run(nested), 24);
});

test('writeFunction() keeps line and column in stack traces', () => {
  const here = (): string => new Error('here').stack ?? '';
  const [, ours] = here().split('\n');
  const [, theirs] = (run(here) as string).split('\n');
  const place = /write-function\.test\.ts:\d+:\d+/;
  assert.equal(place.exec(theirs ?? '')?.[0], place.exec(ours ?? '')?.[0]);
});

test('writeFunction() keeps import.meta and relative imports', async () => {
  assert.equal(
    run(() => import.meta.filename),
    import.meta.filename,
  );
  assert.equal(
    run(() => import.meta.resolve('./fixtures/shapes.ts')),
    import.meta.resolve('./fixtures/shapes.ts'),
  );
  assert.equal(
    run(async () => (await import('./fixtures/shapes.ts')).double(4)),
    8,
  );
});

test('writeFunction() sends methods bound to their object', () => {
  const dog = new Dog();
  assert.equal(run(dog.bark.bind(dog)), 'rex!');
  assert.equal(run(Math.max.bind(null, 3), 1), 3);
});

test('writeFunction() sends instances that extend classes of the language', () => {
  class Sums extends Array<number> {
    sum(): number {
      return this.reduce((a, b) => a + b, 0);
    }
  }
  class Year extends Date {
    year(): number {
      return this.getUTCFullYear();
    }
  }
  class First extends Uint8Array {
    first(): number | undefined {
      return this[0];
    }
  }
  class Emitter extends EventEmitter {
    count = 1;
  }
  assert.equal(
    run((a: Sums) => a.sum(), Sums.from([1, 2, 3])),
    6,
  );
  assert.equal(
    run((d: Year) => d.year(), new Year(0)),
    1970,
  );
  assert.equal(
    run((b: First) => b.first(), new First([9])),
    9,
  );
  const emitted = (e: Emitter): number => {
    e.on('more', (n: number) => (e.count += n));
    e.emit('more', 4);
    return e.count;
  };
  assert.equal(run(emitted, new Emitter()), 5);
});

test('writeFunction() sends long lists of instances and long chains of closures', () => {
  class Item {
    next: Item | null;
    constructor(next: Item | null) {
      this.next = next;
    }
  }
  let list: Item | null = null;
  for (let i = 0; i < 5000; i++) list = new Item(list);
  let copy = run(echo, list) as Item | null;
  let count = 0;
  for (; copy !== null; copy = copy.next) count += copy instanceof Item ? 1 : 0;
  assert.equal(count, 5000);

  let chain = (): number => 0;
  for (let i = 0; i < 300; i++) {
    const inner = chain;
    chain = () => inner() + 1;
  }
  assert.equal(run(chain), 300);
});

test('writeFunction() takes heddle objects along alive', () => {
  const lock = new Lock();
  const take = (): boolean => lock.acquire();
  assert.equal(run(take), true);
  assert.equal(lock.locked(), true);
  lock.release();
  assert.equal(run(take), true);
  lock.release();
  assert.equal(run(take), true);
  assert.equal(run(echo, lock), lock);
});

test('writeFunction() makes classes that need each other in the order of the source', () => {
  class First {
    static readonly made: string[] = ['First'];
    other(): Second {
      return new Second();
    }
  }
  class Second extends First {
    static override readonly made: string[] = [...First.made, 'Second'];
  }
  const registry = { First, Second, instance: new Second() };
  const target = (): unknown => [
    new First().other() instanceof Second,
    Second.made,
    registry.First === First,
    registry.instance instanceof First,
  ];
  assert.deepEqual(run(target), [true, ['First', 'Second'], true, true]);
});

// An object whose properties are in shared memory: as any other, and the same one in all threads.
/* oxlint-disable unicorn/no-thenable, typescript/await-thenable, typescript/no-base-to-string --
   that they do no harm is what is tested */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { Namespace, SharedDict, SharedList } from 'heddle/shared';
import { Lock, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

interface Bag {
  [name: string]: unknown;
}

test('Namespace() gives an object whose properties are read, set and deleted as any', () => {
  const space = Namespace<Bag>({ count: 1, text: 'one' });
  space['count'] = 2;
  space['more'] = { deep: [1] };
  assert.equal(space['count'], 2);
  assert.equal(space['nothing'], undefined);
  assert.deepEqual(space['more'], { deep: [1] });
  assert.ok('count' in space && !('nothing' in space) && 'toString' in space);
  assert.ok(Object.hasOwn(space, 'text') && !Object.hasOwn(space, 'toString'));
  assert.ok(delete space['text']);
  assert.ok(delete space['text']);
  assert.deepEqual(Object.keys(space), ['count', 'more']);
  assert.deepEqual(Object.entries(space), [
    ['count', 2],
    ['more', { deep: [1] }],
  ]);
  assert.deepEqual({ ...space }, { count: 2, more: { deep: [1] } });
  assert.deepEqual(space, { count: 2, more: { deep: [1] } });
  const names: string[] = [];
  for (const name in space) names.push(name);
  assert.deepEqual(names, ['count', 'more']);
  assert.equal(JSON.stringify(space), '{"count":2,"more":{"deep":[1]}}');
  assert.equal(Object.assign(space, { count: 3, last: null }), space);
  assert.deepEqual(Object.getOwnPropertyDescriptor(space, 'count'), {
    value: 3,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  assert.deepEqual(Object.keys(Namespace()), []);
});

test('Namespace() is shown as a plain object, also within itself', () => {
  const space = Namespace<Bag>({ count: 1 });
  assert.equal(inspect(space), '{ count: 1 }');
  assert.equal(inspect([space]), '[ { count: 1 } ]');
  space['self'] = space;
  assert.equal(inspect(space), '{ count: 1, self: [Circular] }');
  assert.equal(space['self'], space);
  delete space['self'];
});

test('Namespace() has what every object has, unless a property is set over it', () => {
  const space = Namespace<Bag>();
  assert.equal(String(space), '[object Object]');
  assert.equal(space.constructor, Object);
  assert.equal(Object.getPrototypeOf(space), Object.prototype);
  assert.ok(space instanceof Object);
  space['toString'] = 'mine';
  assert.equal(space['toString'], 'mine');
  delete space['toString'];
  assert.equal(String(space), '[object Object]');
});

test("Namespace() takes '__proto__' as a name like any other", () => {
  const space = Namespace<Bag>(JSON.parse('{ "__proto__": { "a": 1 } }') as Bag);
  assert.deepEqual(space['__proto__'], { a: 1 });
  assert.deepEqual(Object.keys(space), ['__proto__']);
  assert.equal(space['a'], undefined);
  space['__proto__'] = 5;
  assert.equal(space['__proto__'], 5);
  assert.equal(Object.getPrototypeOf(space), Object.prototype);
  delete space['__proto__'];
  assert.equal(space['__proto__'], undefined);
  assert.ok(!('__proto__' in space));
  assert.equal(inspect(space), '{}');
});

test('Namespace() can be awaited, whatever it holds', async () => {
  const space = Namespace<Bag>({ then: 1 });
  assert.equal(await space, space);
  const then = (): never => {
    throw new Error('Cannot be called');
  };
  assert.throws(() => (space['then'] = then), { name: 'TypeError', message: /await/ });
  assert.throws(() => Namespace({ then }), TypeError);
  assert.throws(() => Object.defineProperty(space, 'then', { value: then }), TypeError);
  assert.equal(space['then'], 1);
});

test('Namespace() refuses what cannot be a shared property, and is left as it was', () => {
  const space = Namespace<Bag>({ count: 1 });
  const symbol = Symbol('mine');
  const wrong: readonly (() => unknown)[] = [
    () => (space['count'] = new Promise(() => {})),
    () => ((space as Record<symbol, unknown>)[symbol] = 1),
    () => Object.defineProperty(space, 'hidden', { value: 1, enumerable: false }),
    () => Object.defineProperty(space, 'count', { get: () => 1 }),
    () => Object.setPrototypeOf(space, null),
    () => Object.freeze(space),
    () => Namespace({ [symbol]: 1 }),
    () => Namespace(5 as never),
    () => Namespace([1]),
    () => Namespace(new Map()),
    () => Namespace(null as never),
  ];
  for (const act of wrong) assert.throws(act, (error) => error instanceof Error, String(act));
  assert.throws(() => (space['count'] = new Promise(() => {})), { name: 'TransferError' });
  assert.deepEqual(space, { count: 1 });
  assert.equal((space as Record<symbol, unknown>)[symbol], undefined);
  assert.ok(!(symbol in space));
});

test('Namespace() may be inherited from, and what is set then is not shared', () => {
  const space = Namespace<Bag>({ count: 1 });
  const child = Object.create(space) as Bag;
  child['count'] = 2;
  child['own'] = 3;
  assert.deepEqual({ ...space }, { count: 1 });
  assert.deepEqual({ ...child }, { count: 2, own: 3 });
});

test('Namespace() is the same object in every thread, however it gets there', async () => {
  const space = Namespace<Bag>({ count: 0 });
  const list = new SharedList<unknown>([space]);
  const dict = new SharedDict<string, unknown>({ space, list });
  const lock = new Lock();
  space['child'] = Namespace({ depth: 1 });
  const target = (given: Bag): boolean => {
    for (let i = 0; i < 1000; i += 1) {
      lock.with(() => (space['count'] = (space['count'] as number) + 1));
    }
    const child = given['child'] as { depth: number };
    lock.with(() => (child.depth += 1));
    const inner = (dict.get('list') as SharedList<Bag>).at(0);
    return given === space && inner === space && dict.get('space') === space;
  };
  const threads = [1, 2, 3].map(() => new Thread({ target, args: [space] }).start());
  for (const thread of threads) assert.equal(await thread.resultAsync(), true);
  assert.equal(space['count'], 3000);
  assert.deepEqual(space['child'], { depth: 4 });
});

test('Namespace() at the top level of a module is one object in all threads', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { Namespace } from 'heddle/shared';
    import { state } from './state.ts';
    for (let i = 0; i < 300; i++) Namespace({ i });
    const target = (i: number) => { state['t' + i] = i; };
    const threads = [1, 2, 3].map((i) => new Thread({ target, args: [i] }).start());
    for (const thread of threads) thread.join();
    console.log(Object.keys(state).sort().join());`,
    {
      files: {
        'state.ts': `import { Namespace } from 'heddle/shared';
          for (let i = 0; i < 300; i++) (() => Namespace({ i }))();
          export const state: Record<string, unknown> = Namespace({ begin: 1 });`,
      },
    },
  );
  assert.equal(ran.stdout, 'begin,t1,t2,t3\n', ran.stderr);
});

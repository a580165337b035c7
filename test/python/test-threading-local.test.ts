// test_threading_local.py, BaseLocalTest.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Local, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';

test('Local: BaseLocalTest.test_local_refs', async () => {
  // Twenty threads, one after the other in few workers; their values go.
  const ran = await runProgram(
    `
    import { Local, Thread } from 'heddle/threading';
    const local = new Local(() => ({}));
    const target = async (count) => {
      globalThis.refs ??= [];
      refs.push(new WeakRef(local.value));
      for (let i = 0; i < 5; i++) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        globalThis.gc();
      }
      const alive = refs.filter((ref) => ref.deref() !== undefined).length;
      return [refs.length, alive];
    };
    let most = 0;
    let alive = 0;
    for (let i = 0; i < 20; i++) {
      const [made, left] = await new Thread({ target, args: [i] }).start().resultAsync();
      most = Math.max(most, made);
      alive = Math.max(alive, left);
    }
    console.log(most > 1, alive);
  `,
    { flags: ['--expose-gc'] },
  );
  assert.equal(ran.stdout, 'true 1\n', ran.stderr);
});

test('Local: BaseLocalTest.test_derived', async () => {
  const local = new Local<{ x?: number; ready?: boolean }>(() => ({}));
  const target = (i: number): number | undefined => {
    if (local.value.x !== undefined) throw new Error("another thread's");
    local.value.x = i;
    return local.value.x;
  };
  const threads = Array.from({ length: 10 }, (_, i) => new Thread({ target, args: [i] }).start());
  const seen = await Promise.all(threads.map((thread) => thread.resultAsync({ timeout: 15 })));
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(local.value, {});
});

test('Local: BaseLocalTest.test_derived_cycle_dealloc', async () => {
  // A value that another thread made is not found under the Local of a later one.
  const [passed, go] = [new Event(), new Event()];
  const locals = Array.from({ length: 10 }, () => new Local(() => ({ n: 0 })));
  const target = (): boolean => {
    for (const local of locals) local.value.n = 1;
    passed.set();
    go.wait();
    return Array.from({ length: 10 }, () => new Local(() => ({ n: 0 }))).every(
      (local) => local.value.n === 0,
    );
  };
  const thread = new Thread({ target }).start();
  await passed.waitAsync();
  go.set();
  assert.equal(await thread.resultAsync({ timeout: 15 }), true);
});

test('Local: BaseLocalTest.test_arguments', () => {
  // What is given to a Local is the function that makes its values; nothing else is taken.
  for (const argument of [{}, 1, 'x', null] as never[]) {
    assert.throws(() => new Local(argument), TypeError);
  }
  assert.deepEqual(new Local(() => ({ a: 1 })).value, { a: 1 });
});

test('Local: BaseLocalTest.test_cycle_collection', async () => {
  const ran = await runProgram(
    `
    import { Local } from 'heddle/threading';
    const make = () => {
      const x = { local: new Local(() => ({})) };
      x.local.value.x = x;
      return new WeakRef(x);
    };
    const ref = make();
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      gc();
    }
    console.log(ref.deref() === undefined);
  `,
    { flags: ['--expose-gc'] },
  );
  assert.equal(ran.stdout, 'true\n', ran.stderr);
});

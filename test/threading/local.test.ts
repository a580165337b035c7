import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedList } from 'heddle/shared';
import { Local, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { turn } from '../support/until.ts';

test('Local gives each thread a value of its own, made once, when it is asked for', async () => {
  const made = new Int32Array(new SharedArrayBuffer(4));
  const local = new Local(() => ({ number: Atomics.add(made, 0, 1), list: [] as number[] }));
  assert.equal(made[0], 0);
  local.value.list.push(1);
  assert.equal(local.value, local.value);
  const target = (): [number, number[]] => {
    local.value.list.push(2);
    local.value.list.push(3);
    return [local.value.number, local.value.list];
  };
  for (const number of [1, 2, 3]) {
    // One worker after another, or the same again: a new thread each time.
    assert.deepEqual(await new Thread({ target }).start().resultAsync(), [number, [2, 3]]);
  }
  assert.deepEqual(local.value, { number: 0, list: [1] });
});

test('Local without init is a bag of what each thread puts into it', async () => {
  const local = new Local();
  local.value['user'] = 'ada';
  const target = (): string[] => {
    const before = Object.keys(local.value);
    local.value['user'] = 'bob';
    return [...before, String(local.value['user'])];
  };
  assert.deepEqual(await new Thread({ target }).start().resultAsync(), ['bob']);
  assert.deepEqual(local.value, { user: 'ada' });
});

test('Local makes its value with what init captures, and values live at one time', async () => {
  const prefix = 'thread';
  const local = new Local(() => ({ name: `${prefix} value` }));
  const target = (other: Local<{ name: string }>): boolean =>
    other === local && other.value.name === 'thread value';
  const threads = [1, 2, 3].map(() => new Thread({ target, args: [local] }).start());
  const told = await Promise.all(threads.map((thread) => thread.resultAsync()));
  assert.deepEqual(told, [true, true, true]);
  const back = await new Thread({ target: () => local }).start().resultAsync();
  assert.equal(back, local);
});

test('Local goes on from thread to thread with its init', async () => {
  const local = new Local(() => ({ n: 7 }));
  const inner = (): number => local.value.n;
  const target = (): number => new Thread({ target: inner }).start().result();
  assert.equal(await new Thread({ target }).start().resultAsync(), 7);
});

test('Local throws what init throws, and tries again', () => {
  let fails = true;
  const local = new Local(() => {
    if (fails) throw new Error('not yet');
    return { ready: true };
  });
  assert.throws(() => local.value, /not yet/);
  fails = false;
  assert.deepEqual(local.value, { ready: true });
});

test('Local refuses an init that is no function, or gives no object', () => {
  for (const init of [{}, null, 5, 'text'] as never[])
    assert.throws(() => new Local(init), TypeError);
  for (const value of [5, null, undefined, 'text'] as never[]) {
    assert.throws(() => new Local(() => value).value, TypeError);
  }
});

test('Local whose init cannot travel says so when it is sent, and works here', () => {
  const secret = new WeakRef({});
  const local = new Local(() => ({ secret }));
  assert.equal(local.value.secret, secret);
  assert.throws(() => new Thread({ target: () => local.value }).start(), {
    name: 'TransferError',
    message: /the init of a Local/,
  });
});

test('Local keeps the value of a thread while its object is elsewhere only', async () => {
  const list = new SharedList<Local<{ n: number }>>();
  const put = (): void => {
    const local = new Local(() => ({ n: 0 }));
    list.append(local);
    local.value.n = 5;
  };
  put();
  await turn();
  assert.equal(list.at(0)?.value.n, 5);
});

test('Local lets its values go with the thread, and with itself', async () => {
  const ran = await runProgram(
    `
    import { Local, Thread } from 'heddle/threading';
    const local = new Local(() => ({}));
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
    const gone = async (ref) => {
      // A look keeps it for the rest of the turn.
      for (let i = 0; i < 100; i++) {
        await turn();
        gc();
        if (ref.deref() === undefined) return true;
      }
      return false;
    };
    // Its value refers to it: a cycle.
    const cycle = () => {
      const own = new Local(() => ({}));
      own.value.own = own;
      return new WeakRef(own.value);
    };
    console.log('cycle', await gone(cycle()));
    // In one worker, one thread after the other.
    const target = () => { globalThis.kept = new WeakRef(local.value); };
    new Thread({ target }).start().join();
    const later = async () => {
      if (globalThis.kept === undefined) return 'another worker';
      for (let i = 0; i < 100; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        globalThis.gc();
        if (kept.deref() === undefined) return true;
      }
      return false;
    };
    let told = 'another worker';
    while (told === 'another worker') {
      told = await new Thread({ target: later }).start().resultAsync();
    }
    console.log('thread', told);
  `,
    { flags: ['--expose-gc'] },
  );
  assert.equal(ran.stdout, 'cycle true\nthread true\n');
});

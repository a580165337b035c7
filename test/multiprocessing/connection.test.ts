import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { EOFError, Pipe, Process, wait } from 'heddle/multiprocessing';
import type { Connection } from 'heddle/multiprocessing';
import { Event, Thread } from 'heddle/threading';

const echo = (end: Connection): void => {
  for (;;) {
    const value = end.recv();
    if (value === 'end') return;
    end.send(value);
  }
};

test('Pipe() carries values both ways between processes, in order', async () => {
  const [ours, theirs] = Pipe();
  const child = new Process({ target: echo, args: [theirs] }).start();
  theirs.close();
  const values = [1, 'two', null, { three: [3] }, new Map([[4, 5n]])];
  for (const value of values) ours.send(value);
  const back: unknown[] = [];
  for (const _ of values) back.push(await ours.recvAsync({ timeout: 15 }));
  assert.deepEqual(back, values);
  ours.send('end');
  await child.joinAsync({ timeout: 15 });
  assert.throws(() => ours.recv(), EOFError);
  assert.throws(() => ours.send(1), { code: 'ERR_HEDDLE_BROKEN_PIPE' });
});

test('Pipe() of one direction has an end that only receives and one that only sends', () => {
  const [receiver, sender] = Pipe({ duplex: false });
  assert.deepEqual([receiver.readable, receiver.writable], [true, false]);
  assert.deepEqual([sender.readable, sender.writable], [false, true]);
  assert.throws(() => receiver.send(1), /RuntimeError.*only receives/);
  assert.throws(() => sender.recv(), /RuntimeError.*only sends/);
  sender.send(1);
  assert.equal(receiver.recv(), 1);
});

test('Connection.recvBytes() receives what sendBytes() sent, and nothing is lost', () => {
  const [one, other] = Pipe();
  one.sendBytes(Buffer.from('abc').subarray(1));
  assert.throws(() => other.recvBytes(1), RangeError);
  assert.throws(() => other.recv(), TypeError);
  assert.deepEqual(other.recvBytes(2), new Uint8Array([98, 99]));
  one.send('text');
  assert.throws(() => other.recvBytes(), TypeError);
  assert.equal(other.recv(), 'text');
  assert.throws(() => one.sendBytes('text' as never), TypeError);
  const captive = new Event();
  assert.throws(() => one.send(captive), { name: 'TransferError' });
  assert.equal(other.poll(), false);
});

test('Connection.recvBytes() looks at the length before it takes anything', () => {
  const [one, other] = Pipe();
  one.sendBytes(new Uint8Array(3));
  assert.throws(() => other.recvBytes('3' as never), { name: 'TypeError', message: /from 0 on/ });
  for (const wrong of [-1, NaN]) {
    assert.throws(() => other.recvBytes(wrong), { name: 'RangeError', message: /from 0 on/ });
  }
  assert.equal(other.recvBytes(3).length, 3);
});

test('Connection.close() is the end of the file for the other end, in the end', async () => {
  const [one, other] = Pipe();
  one.send(1);
  one.close();
  one.close();
  assert.equal(one.closed, true);
  assert.throws(() => one.send(2), /RuntimeError.*closed here/);
  assert.equal(other.poll(), true);
  assert.equal(other.recv(), 1);
  assert.equal(other.poll(), true);
  await assert.rejects(other.recvAsync(), EOFError);
});

test('Connection that was closed cannot be sent', () => {
  const [one] = Pipe();
  one.close();
  const child = new Process({ target: echo, args: [one] });
  assert.throws(() => child.start(), { name: 'TransferError' });
});

test('Connection: who is killed has closed his end', async () => {
  const [ours, theirs] = Pipe();
  const child = new Process({ target: echo, args: [theirs] }).start();
  theirs.close();
  ours.send('up');
  assert.equal(await ours.recvAsync({ timeout: 15 }), 'up');
  const end = assert.rejects(ours.recvAsync({ timeout: 15 }), EOFError);
  child.kill();
  await end;
});

test('Connection can be iterated until its other end is closed', async () => {
  const [one, other] = Pipe();
  for (const value of [1, 2, 3]) one.send(value);
  one.close();
  const seen: unknown[] = [];
  for await (const value of other) seen.push(value);
  assert.deepEqual(seen, [1, 2, 3]);
});

test('Connection serves the threads of a process, too', async () => {
  const [one, other] = Pipe();
  const thread = new Thread({ target: (end: Connection) => end.recv(), args: [other] }).start();
  one.send('thread');
  assert.equal(await thread.resultAsync({ timeout: 15 }), 'thread');
});

test('Pipe() takes an object of options, and says so', () => {
  for (const options of [false, true, 5, null, 'x'] as never[]) {
    assert.throws(() => Pipe(options), {
      name: 'TypeError',
      message:
        /^Cannot make a pipe of .* is wanted\nWrite Pipe\(\{ duplex: false \}\) for one direc/,
    });
  }
  for (const duplex of ['no', 0, null] as never[]) {
    assert.throws(() => Pipe({ duplex }), {
      name: 'TypeError',
      message: /^Cannot make a pipe as its duplex is .*, not true or false$/,
    });
  }
  assert.equal(Pipe({ duplex: undefined })[0].writable, true);
});

test('wait() refuses at once what never comes: the end of what was not started', () => {
  const thread = new Thread({ target: () => {} });
  const child = new Process({ target: () => {}, name: 'unborn' });
  for (const [one, message] of [
    [thread, /^Cannot wait for thread "Thread-\d+" as it was not started\nCall start\(\) first$/],
    [child, /^Cannot wait for process "unborn" as it was not started\nCall start\(\) first$/],
  ] as const) {
    // Without a time-out: one that waited would never come back.
    assert.throws(() => wait([one]), { name: 'RuntimeError', message });
    assert.throws(() => wait([one], 0), { name: 'RuntimeError', message });
  }
});

test('wait() takes whatever can be iterated', () => {
  const [one, other] = Pipe();
  one.send(1);
  assert.deepEqual(wait(new Set([one, other]), 0), [other]);
  assert.deepEqual(wait(new Map([[other, 'x']]).keys(), 0), [other]);
  assert.deepEqual(wait([], 0), []);
  for (const objects of [one, undefined, null, 5] as never[]) {
    assert.throws(() => wait(objects, 0), {
      name: 'TypeError',
      message: /^Cannot wait for .* as it is no list of objects\nWrite wait\(\[/,
    });
  }
});

test('wait() gives those that are ready, of connections, processes and threads', async () => {
  const [one, other] = Pipe();
  const go = new Event();
  const thread = new Thread({ target: () => go.wait() }).start();
  const child = new Process({ target: echo, args: [other] }).start();
  assert.deepEqual(wait([one, child, thread], '20ms'), []);
  go.set();
  await thread.joinAsync();
  assert.deepEqual(wait([one, child, thread]), [thread]);
  one.send('end');
  await child.joinAsync({ timeout: 15 });
  assert.deepEqual(wait([child, thread], -1), [child, thread]);
  assert.throws(() => wait([{}]), TypeError);
});

test('Connection: a thread that has ended has closed its end', () => {
  const [one, other] = Pipe();
  const target = (): void => one.send('last');
  new Thread({ target }).start().join();
  one.close();
  assert.equal(other.recv(), 'last');
  // Before the worker ends, which waits for the next thread.
  assert.equal(other.poll('4s'), true);
  assert.throws(() => other.recv(), EOFError);
});

test('Connection: a thread that has ended has closed an end that was collected before', () => {
  const [one, other] = Pipe();
  const target = (box: { end: typeof one | null }): void => {
    box.end?.send('last');
    box.end = null;
    v8.setFlagsFromString('--expose-gc');
    // In the turn in which the worker looks what the thread has left behind, just before it.
    setImmediate(vm.runInNewContext('gc') as () => void);
  };
  new Thread({ target, args: [{ end: one }] }).start().join();
  one.close();
  assert.equal(other.recv(), 'last');
  // Before the worker ends, which waits for the next thread.
  assert.equal(other.poll('4s'), true);
  assert.throws(() => other.recv(), EOFError);
});

test('Pipe() at module level serves each thread that its worker runs', async () => {
  const file = new URL('fixtures/module-pipe.ts', import.meta.url).href;
  const target = async (module: string, n: number): Promise<unknown> => {
    const { pong } = (await import(module)) as { pong: (value: number) => unknown };
    return pong(n);
  };
  for (const n of [1, 2, 3]) {
    assert.equal(await new Thread({ target, args: [file, n] }).start().resultAsync(), n);
  }
});

test('Connection.close() in the exit handler of a thread that is ending changes nothing', () => {
  const pipes = [1, 2, 3].map(() => Pipe());
  const target = (ends: readonly Connection[]): void => {
    process.on('exit', () => ends.forEach((end) => end.close()));
    process.exit();
  };
  const ends = pipes.map(([end]) => end);
  for (let n = 0; n < 2; n++) new Thread({ target, args: [ends] }).start().join();
  for (const [a, b] of pipes) {
    a.send('whole');
    assert.equal(b.recv(), 'whole');
  }
});

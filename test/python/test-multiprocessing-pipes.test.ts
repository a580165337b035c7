// CPython's _TestConnection, _TestPoll, _TestPicklingConnections and TestWait
// (Lib/test/_test_multiprocessing.py), between processes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EOFError, Pipe, Process, wait } from 'heddle/multiprocessing';
import type { Connection } from 'heddle/multiprocessing';
import { processes } from '../contracts/process-world.ts';
import { until } from '../support/until.ts';

const encoder = new TextEncoder();
const LIMIT = { timeout: 15 };

test('Pipe: _TestConnection.test_connection', async () => {
  const [ours, theirs] = Pipe();
  const echo = (end: Connection): void => {
    for (let bytes = end.recvBytes(); bytes.length > 0; bytes = end.recvBytes()) {
      end.sendBytes(bytes);
    }
    end.close();
  };
  const party = processes.start(echo, theirs);
  theirs.close();
  const long = new Uint8Array(2 ** 20).fill(7);
  for (const bytes of [encoder.encode('latin'), long]) {
    ours.sendBytes(bytes);
    assert.deepEqual(ours.recvBytes(), bytes);
  }
  assert.equal(ours.poll(0), false);
  ours.sendBytes(new Uint8Array(0));
  await party.result();
  assert.deepEqual([ours.readable, ours.writable, ours.poll(1)], [true, true, true]);
  assert.throws(() => ours.recv(), EOFError);
});

test('Pipe: _TestConnection.test_duplex_false', () => {
  const [reader, writer] = Pipe({ duplex: false });
  assert.equal(writer.send(1), undefined);
  assert.equal(reader.recv(), 1);
  assert.deepEqual([reader.readable, reader.writable], [true, false]);
  assert.deepEqual([writer.readable, writer.writable], [false, true]);
  for (const wrong of [() => reader.send(2), () => writer.recv(), () => writer.poll()]) {
    assert.throws(wrong, { name: 'RuntimeError' });
  }
});

test('Pipe: _TestConnection.test_spawn_close', async () => {
  const [ours, theirs] = Pipe();
  const echo = (end: Connection): void => end.sendBytes(end.recvBytes());
  const child = new Process({ target: echo, args: [theirs] }).start();
  // It may still be booting.
  theirs.close();
  ours.sendBytes(encoder.encode('hello'));
  assert.equal(Buffer.from(ours.recvBytes()).toString(), 'hello');
  assert.equal(await child.joinAsync(LIMIT), true);
});

test('Connection: _TestConnection.test_context', () => {
  const [ours, theirs] = Pipe();
  ours.send(1729);
  assert.equal(theirs.recv(), 1729);
  ours[Symbol.dispose]();
  assert.deepEqual([ours.closed, theirs.closed], [true, false]);
  assert.throws(() => theirs.recv(), EOFError);
  theirs[Symbol.dispose]();
  for (const end of [ours, theirs]) assert.throws(() => end.recv(), { name: 'RuntimeError' });
});

test('Connection: _TestPoll.test_empty_string', () => {
  const [ours, theirs] = Pipe();
  assert.equal(ours.poll(), false);
  theirs.sendBytes(new Uint8Array(0));
  assert.deepEqual([ours.poll(), ours.poll()], [true, true]);
  assert.equal(ours.recvBytes().length, 0);
  assert.equal(ours.poll(), false);
});

test('Connection: _TestPoll.test_strings', async () => {
  const texts = ['hello', '', 'a', 'b', '', 'bye', '', 'lop'];
  const [ours, theirs] = Pipe();
  const send = (end: Connection): void => {
    for (const text of texts) end.sendBytes(new TextEncoder().encode(text));
    end.close();
  };
  const party = processes.start(send, theirs);
  const got: string[] = [];
  for (const _ of texts) {
    assert.equal(ours.poll(15), true);
    got.push(Buffer.from(ours.recvBytes()).toString());
  }
  assert.deepEqual(got, texts);
  await party.result();
});

test('Connection: _TestPoll.test_boundaries', async () => {
  const [reader, writer] = Pipe({ duplex: false });
  const send = (end: Connection): void => {
    for (const size of [1, 2]) end.sendBytes(new Uint8Array(size * 1000).fill(size));
  };
  const party = processes.start(send, writer);
  assert.equal(reader.poll(15), true);
  assert.equal(reader.recvBytes().length, 1000);
  assert.equal(reader.poll(15), true);
  assert.equal(reader.recvBytes().length, 2000);
  await party.result();
});

test('Connection: _TestPoll.test_dont_merge', () => {
  const [ours, theirs] = Pipe();
  for (const text of ['a', 'b', 'cd']) theirs.sendBytes(encoder.encode(text));
  const found = ['a', 'b', 'cd'].map(() => Buffer.from(ours.recvBytes()).toString());
  assert.deepEqual([found, ours.poll()], [['a', 'b', 'cd'], false]);
});

test('Connection: _TestPicklingConnections.test_access', async () => {
  const [ours, theirs] = Pipe();
  const double = (end: Connection): void => {
    const reader = end.recv() as Connection;
    const writer = end.recv() as Connection;
    writer.send((reader.recv() as number) * 2);
    writer.close();
  };
  const party = processes.start(double, theirs);
  const [reader, theirWriter] = Pipe({ duplex: false });
  const [theirReader, writer] = Pipe({ duplex: false });
  ours.send(theirReader);
  ours.send(theirWriter);
  writer.send(21);
  assert.equal(await reader.recvAsync(LIMIT), 42);
  await party.result();
});

test('wait(): TestWait.test_wait', async () => {
  const readers: Connection[] = [];
  const parties = [0, 1, 2, 3].map((n) => {
    const [reader, writer] = Pipe({ duplex: false });
    readers.push(reader);
    const send = (end: Connection): void => {
      for (let i = 0; i < 10; i++) end.send([i, n]);
      end.close();
    };
    const party = processes.start(send, writer);
    writer.close();
    return party;
  });
  const got: unknown[] = [];
  while (readers.length > 0) {
    for (const reader of wait(readers, 15)) {
      try {
        got.push(reader.recv());
      } catch (error) {
        assert.ok(error instanceof EOFError);
        readers.splice(readers.indexOf(reader), 1);
      }
    }
  }
  assert.equal(new Set(got.map(String)).size, 40);
  await Promise.all(parties.map((party) => party.result()));
});

test('wait(): TestWait.test_wait_timeout', () => {
  const [ours, theirs] = Pipe();
  const before = performance.now();
  assert.deepEqual(wait([ours, theirs], 0.1), []);
  assert.ok(performance.now() - before >= 100);
  theirs.send(null);
  assert.deepEqual(wait([ours, theirs], 15), [ours]);
});

test('wait(): TestWait.test_neg_timeout', () => {
  const [ours] = Pipe();
  assert.deepEqual(wait([ours], -1), []);
});

test('wait(): TestWait.test_wait_integer', async () => {
  const [ours, theirs] = Pipe();
  const child = new Process({ target: (end: Connection) => void end.recv(), args: [theirs] });
  child.start();
  assert.deepEqual(wait([ours, child], 0.02), []);
  ours.send('end');
  assert.deepEqual(wait([ours, child], 15), [child]);
  theirs.send('two');
  await until(() => wait([ours, child], 0).length === 2, 'both');
});

// Values to messages and back, against what the platform has for it.
//
// A message is stored in shared memory, loaded and dropped, as a thread's arguments are; compared
// with the platform's own serialiser, which only makes bytes, and with a MessagePort's round trip.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import v8 from 'node:v8';
// A task of a thread would need the shared memory of the package: here it is that of the sources.
import { drop, load, store } from '../src/wire/index.ts';
import { atLeast, atMost, race, report } from './measure.ts';
import type { Contestant, Row } from './measure.ts';

const SMALL = { id: 1, name: 'widget', price: 2.5, ok: true, tags: null };
const KILOBYTE = {
  users: Array.from({ length: 10 }, (_, i) => ({
    id: i,
    name: `user name ${i}`,
    email: `u${i}@example.com`,
    active: i % 2 === 0,
    score: i / 3,
  })),
};

const NUMBERS = Array.from({ length: 1e4 }, (_, i) => i);

const { port1, port2 } = new MessageChannel();

function trip(value: unknown): Contestant {
  return (times) => {
    for (let i = 0; i < times; i++) {
      const handle = store(value, 'value');
      load(handle);
      drop(handle);
    }
  };
}

function serialise(value: unknown): Contestant {
  return (times) => {
    for (let i = 0; i < times; i++) v8.deserialize(v8.serialize(value));
  };
}

function post(value: unknown): Contestant {
  return (times) => {
    for (let i = 0; i < times; i++) {
      port1.postMessage(value);
      receiveMessageOnPort(port2);
    }
  };
}

// A port of this very thread hands a number over without writing it, and no other thread sees it:
// what it takes is a bound for large values, and no more than an orientation for small ones.
async function compare(
  name: string,
  value: unknown,
  times: number,
  bounds: { readonly serialiser: number; readonly port: number },
): Promise<Row[]> {
  const measured = await race(
    {
      [`${name}: store(), load(), drop()`]: trip(value),
      [`${name}: v8.serialize() and back`]: serialise(value),
      [`${name}: MessagePort`]: post(value),
    },
    { times, rounds: 15 },
  );
  const ours = `${name}: store(), load(), drop()`;
  return [
    atLeast(measured, ours, `${name}: v8.serialize() and back`, bounds.serialiser),
    atMost(measured, ours, `${name}: MessagePort`, bounds.port),
  ];
}

report('Values in messages', [
  ...(await compare('number', 5, 20_000, { serialiser: 3, port: 1.5 })),
  ...(await compare('string of 20', 'twenty characters ok', 20_000, { serialiser: 2, port: 2 })),
  ...(await compare('small object', SMALL, 10_000, { serialiser: 1.5, port: 1.2 })),
  ...(await compare('1 KB object', KILOBYTE, 2000, { serialiser: 0.8, port: 1.5 })),
  ...(await compare('10 000 numbers', NUMBERS, 50, { serialiser: 3, port: 0.5 })),
]);
port1.close();

const bytes = new Uint8Array(2 ** 20);
const factor = 3;
const scale = (x: number): number => x * factor;
class Point {
  x = 1;
}
// From the third time on, a function that never changes is a handle.
for (let i = 0; i < 3; i++) drop(store([scale, new Point()], 'value'));
const functions = await race(
  {
    'memcpy of 1 MB': (n) => {
      const target = new Uint8Array(2 ** 20);
      for (let i = 0; i < n * 5; i++) target.set(bytes);
    },
    '1 MB of bytes: store()': (n) => {
      for (let i = 0; i < n * 5; i++) drop(store(bytes, 'value'));
    },
    'an object of one number: store()': (n) => {
      for (let i = 0; i < n * 1000; i++) drop(store({ x: 1 }, 'value'));
    },
    'a function sent before: store()': (n) => {
      for (let i = 0; i < n * 1000; i++) drop(store(scale, 'value'));
    },
    'a fresh closure: store()': (n) => {
      for (let i = 0; i < n * 10; i++) drop(store(() => i, 'value'));
    },
  },
  { times: 10, rounds: 15 },
);
const each = {
  'memcpy of 1 MB': (functions['memcpy of 1 MB'] ?? 0) / 5,
  '1 MB of bytes: store()': (functions['1 MB of bytes: store()'] ?? 0) / 5,
  'an object of one number: store()': (functions['an object of one number: store()'] ?? 0) / 1000,
  'a function sent before: store()': (functions['a function sent before: store()'] ?? 0) / 1000,
  'a fresh closure: store()': (functions['a fresh closure: store()'] ?? 0) / 10,
};
report('Functions and bytes in messages', [
  atMost(each, '1 MB of bytes: store()', 'memcpy of 1 MB', 2.5),
  atMost(each, 'a function sent before: store()', 'an object of one number: store()', 2),
  atMost(each, 'a fresh closure: store()', '1 MB of bytes: store()', 10),
]);

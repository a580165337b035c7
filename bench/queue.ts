// Queues: within a thread against the processor's own steps, between threads against MessagePort
// in both of its ways of receiving, and against CPython's queue.Queue where python3 is there.
import { spawnSync } from 'node:child_process';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Queue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { atLeast, atMost, race, report } from './measure.ts';
import type { Row, Times } from './measure.ts';

const size = 2 ** 32 - 65_536;
const cells = new Int32Array(new SharedArrayBuffer(size, { maxByteLength: size }), 0, size / 4);
const word = 4096;
const queue = new Queue<unknown>();

const within = await race(
  {
    'two compare-exchanges': (n) => {
      for (let i = 0; i < n; i++) {
        if (Atomics.compareExchange(cells, word, 0, 7) !== 0) throw new Error('Held by somebody');
        if (Atomics.compareExchange(cells, word, 7, 0) !== 7) throw new Error('Lost to somebody');
      }
    },
    'put() and get() of an integer': (n) => {
      for (let i = 0; i < n; i++) {
        queue.put(i);
        queue.get();
      }
    },
  },
  { times: 1000, rounds: 4000 },
);

const ITEMS: Readonly<Record<string, unknown>> = {
  integer: 42,
  'string of 100': 'x'.repeat(100),
  'small object': { id: 1, name: 'widget', price: 2.5, ok: true, tags: null },
};
const COUNT = 20_000;
const ROUNDS = 25;

// Sends as many items as it is told to, through a port.
const SENDER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { port, item } = workerData;
  parentPort.on('message', (count) => {
    for (let i = 0; i < count; i++) port.postMessage(item);
  });
`;

const PYTHON = `
import queue, threading, time
q, best, count = queue.Queue(), 1e9, 20000
def send():
    for i in range(count): q.put(42)
for _ in range(25):
    t = threading.Thread(target=send)
    begin = time.perf_counter()
    t.start()
    for i in range(count): q.get()
    best = min(best, time.perf_counter() - begin)
    t.join()
print(best / count * 1e9)
`;

const rows: Row[] = [atMost(within, 'put() and get() of an integer', 'two compare-exchanges', 10)];
for (const [name, item] of Object.entries(ITEMS)) {
  const times = await between(name, item);
  const least = name === 'integer' ? 5 : 2;
  rows.push(atLeast(times, `${name}: Queue`, `${name}: MessagePort`, least));
  const python = name === 'integer' ? pythonNs() : NaN;
  if (Number.isNaN(python)) continue;
  rows.push(atLeast({ ...times, 'queue.Queue': python }, `${name}: Queue`, 'queue.Queue', 1));
}
report('Queues', rows);

// From one thread to another: nanoseconds an item; of MessagePort's two ways the faster.
async function between(name: string, item: unknown): Promise<Times> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(SENDER, {
    eval: true,
    workerData: { port: port1, item },
    transferList: [port1],
  });
  const go = new Queue<number>();
  const target = (): void => {
    for (const count of go) for (let i = 0; i < count; i++) queue.put(item);
  };
  const thread = new Thread({ target }).start();
  const times = await race(
    {
      queue: (n) => {
        go.put(n);
        for (let i = 0; i < n; i++) queue.get();
      },
      polled: (n) => {
        worker.postMessage(n);
        for (let i = 0; i < n;) if (receiveMessageOnPort(port2) !== undefined) i += 1;
      },
      heard: (n) => hear(port2, n, () => worker.postMessage(n)),
    },
    { times: COUNT, rounds: ROUNDS },
  );
  go.shutdown();
  thread.join();
  port2.close();
  await worker.terminate();
  const port = Math.min(times['polled'] as number, times['heard'] as number);
  return { [`${name}: Queue`]: times['queue'] as number, [`${name}: MessagePort`]: port };
}

async function hear(port: MessagePort, count: number, begin: () => void): Promise<void> {
  let left = count;
  await new Promise<void>((resolve) => {
    port.on('message', () => {
      left -= 1;
      if (left === 0) resolve();
    });
    begin();
  });
  port.removeAllListeners('message');
}

// NaN where there is no Python.
function pythonNs(): number {
  const { stdout } = spawnSync('python3', ['-c', PYTHON], { encoding: 'utf8' });
  return Number.parseFloat(stdout ?? '');
}

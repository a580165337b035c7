// How long who waits takes to hear of it: an event loop, beside a message to it; and one who waits
// for a lock whose owner was stopped dead.
import { MessageChannel, Worker } from 'node:worker_threads';
import { AbandonedLockError, Event, Lock, Thread } from 'heddle/threading';
import { atMost, race, report } from './measure.ts';

const [ping, pong, end] = [new Event(), new Event(), new Event()];
const partner = new Thread({
  target: async () => {
    for (;;) {
      await ping.waitAsync();
      ping.clear();
      if (end.isSet()) return;
      pong.set();
    }
  },
}).start();

const { port1, port2 } = new MessageChannel();
const ECHO = `
  const { workerData: port } = require('node:worker_threads');
  port.on('message', (text) => port.postMessage(text));
`;
const echo = new Worker(ECHO, { eval: true, workerData: port2, transferList: [port2] });

const times = await race(
  {
    'a message to an event loop, and one back': async (n) => {
      for (let i = 0; i < n; i++) {
        const answered = new Promise((resolve) => {
          port1.once('message', resolve);
        });
        port1.postMessage(i);
        await answered;
      }
    },
    'Event.waitAsync() of two event loops, there and back': async (n) => {
      for (let i = 0; i < n; i++) {
        const answered = pong.waitAsync();
        ping.set();
        await answered;
        pong.clear();
      }
    },
  },
  { times: 200, rounds: 40 },
);
end.set();
ping.set();
partner.join();
port1.close();
await echo.terminate();
report('Waking an event loop', [
  atMost(
    times,
    'Event.waitAsync() of two event loops, there and back',
    'a message to an event loop, and one back',
    1.1,
  ),
]);

const MOST_MS = { asynchronous: 20, blocked: 500 };
const ROUNDS = 5;
const waits: Record<keyof typeof MOST_MS, number[]> = { asynchronous: [], blocked: [] };
for (let round = 0; round < ROUNDS; round++) {
  waits.asynchronous.push(await abandon((lock) => lock.acquireAsync()));
  waits.blocked.push(await abandon((lock) => lock.acquire()));
}
console.log(`\n### A lock whose owner is stopped dead (Node ${process.versions.node})\n`);
console.log('| who waits | hears of it after (median) | at most | met |');
console.log('| --- | --- | --- | --- |');
for (const [who, bound] of Object.entries(MOST_MS)) {
  const sorted = waits[who as keyof typeof MOST_MS].toSorted((a, b) => a - b);
  const median = sorted[Math.floor(ROUNDS / 2)] as number;
  const cells = [who, `${median.toFixed(1)} ms`, `${bound} ms`, median <= bound ? 'yes' : 'NO'];
  console.log(`| ${cells.join(' | ')} |`);
}

// From the call of terminate() to the error, in milliseconds.
async function abandon(wait: (lock: Lock) => unknown): Promise<number> {
  const lock = new Lock();
  const held = new Event();
  const owner = new Thread({
    target: () => {
      lock.acquire();
      held.set();
      for (;;);
    },
    daemon: true,
  }).start();
  await held.waitAsync();
  const begin = performance.now();
  owner.terminate(0);
  try {
    await wait(lock);
  } catch (error) {
    if (!(error instanceof AbandonedLockError)) throw error;
  }
  lock.release();
  return performance.now() - begin;
}

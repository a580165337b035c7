// Processes: what they share against what threads share, against bare futexes, Node's own channel,
// and CPython's multiprocessing where python3 is there.
import { fork, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Event, Lock, Manager, Process, Queue, SharedMemory } from 'heddle/multiprocessing';
import * as threading from 'heddle/threading';
import { atLeast, atMost, race, report } from './measure.ts';
import type { Contestant, Row, Times } from './measure.ts';

const ITEM = 'x'.repeat(100);
const [TURNS, ITEMS, ACCESSES] = [2000, 5000, 2000];

const PYTHON = `
import multiprocessing as mp, time
def pong(a, b, n):
    for i in range(n):
        a.wait(); a.clear(); b.set()
def put(q, go, n):
    while go.get():
        for i in range(n): q.put('x' * 100)
def touch(d, go, done, n):
    while go.get():
        for i in range(n): d['b'] = i; d['b']
        done.put(1)
if __name__ == '__main__':
    def best(run, rounds, n):
        least = 1e9
        for _ in range(rounds):
            begin = time.perf_counter(); run()
            least = min(least, time.perf_counter() - begin)
        return least / n * 1e9
    a, b = mp.Event(), mp.Event()
    n = 2000
    p = mp.Process(target=pong, args=(a, b, n * 5)); p.start()
    def ping():
        for i in range(n): a.set(); b.wait(); b.clear()
    print(best(ping, 5, n)); p.join()
    q, go = mp.Queue(), mp.Queue()
    p = mp.Process(target=put, args=(q, go, 5000)); p.start()
    def get():
        go.put(1)
        for i in range(5000): q.get()
    print(best(get, 10, 5000)); go.put(0); p.join()
    with mp.Manager() as manager:
        d, done = manager.dict(), mp.Queue()
        p = mp.Process(target=touch, args=(d, go, done, 500)); p.start()
        def both():
            go.put(1)
            for i in range(500): d['a'] = i; d['a']
            done.get()
        print(best(both, 5, 500)); go.put(0); p.join()
`;

const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-'));
const python = pythonTimes();
const rows: Row[] = [];
await lock();
report('Processes: a lock without contention', rows.splice(0));
await pingPong();
report('Processes: two pass an event to and fro', rows.splice(0));
await queues();
report('Processes: from one to the other, 100 letters', rows.splice(0));
await dicts();
report('Processes: two set and get at once in a dict', rows.splice(0));
await starts();
report('Processes: from start to the first word', rows.splice(0));
rmSync(folder, { recursive: true });

async function lock(): Promise<void> {
  const [own, shared] = [new threading.Lock(), new Lock()];
  const times = await race(
    { 'Lock of threads': taking(own), 'Lock of processes': taking(shared) },
    { times: 1000, rounds: 2000 },
  );
  rows.push(atMost(times, 'Lock of processes', 'Lock of threads', 2));
}

function taking(one: threading.Lock): Contestant {
  return (times) => {
    for (let i = 0; i < times; i++) {
      one.acquire();
      one.release();
    }
  };
}

async function pingPong(): Promise<void> {
  const [ping, pong, go] = [new Event(), new Event(), new Queue<boolean>()];
  const answer = (): void => {
    while (go.get()) {
      for (let i = 0; i < TURNS; i++) {
        ping.wait();
        ping.clear();
        pong.set();
      }
    }
  };
  const child = new Process({ target: answer }).start();
  const memory = new SharedMemory({ create: true, size: 4096 });
  const bare = new Process({ target: playFutex, args: [memory, 1, Infinity] }).start();
  const channel = channelTo(`process.on('message', (m) => process.send(m));`);
  const times = await race(
    {
      'Event of processes': () => {
        go.put(true);
        for (let i = 0; i < TURNS; i++) {
          ping.set();
          pong.wait();
          pong.clear();
        }
      },
      'bare futexes': () => playFutex(memory, 0, TURNS),
      child_process: async () => {
        for (let i = 0; i < TURNS; i++) {
          channel.send(i);
          await once(channel, 'message');
        }
      },
    },
    { times: TURNS, rounds: 10 },
  );
  go.put(false);
  child.join();
  bare.kill();
  channel.kill();
  memory.unlink();
  rows.push(atMost(times, 'Event of processes', 'bare futexes', 1.5));
  rows.push(atLeast(times, 'Event of processes', 'child_process', 1));
  compare(times, 'Event of processes', 'multiprocessing.Event', 1);
}

// A word of shared memory goes from 0 to 1 and back, and who cannot go on sleeps on it.
function playFutex(memory: SharedMemory, own: number, times: number): void {
  const koffi = createRequire(import.meta.url)(`@koromix/koffi-linux-${process.arch}`) as Koffi;
  const types = ['long', 'uintptr_t', 'int', 'uint32_t', 'void *', 'uintptr_t', 'uint32_t'];
  const call = koffi.load(null).func('syscall', 'long', types);
  const number = process.arch === 'x64' ? 202 : 98;
  const address = Number(koffi.address(memory.buf));
  const words = new Int32Array(memory.buf.buffer, 0, 1);
  for (let turn = 0; turn < times; turn++) {
    while (Atomics.load(words, 0) !== own) call(number, address, 0, 1 - own, null, 0, 0);
    Atomics.store(words, 0, 1 - own);
    call(number, address, 1, 1, null, 0, 0);
  }
}

interface Koffi {
  load(path: null): { func(name: string, result: string, types: string[]): Call };
  address(view: Uint8Array): bigint;
}
type Call = (...args: readonly unknown[]) => unknown;

async function queues(): Promise<void> {
  const [queue, go] = [new Queue<string>(), new Queue<boolean>()];
  const fill = (): void => {
    while (go.get()) for (let i = 0; i < ITEMS; i++) queue.put(ITEM);
  };
  const child = new Process({ target: fill }).start();
  const channel = channelTo(`
    process.on('message', (n) => { for (let i = 0; i < n; i++) process.send('x'.repeat(100)); });`);
  const times = await race(
    {
      'Queue of processes': () => {
        go.put(true);
        for (let i = 0; i < ITEMS; i++) queue.get();
      },
      'process.send()': async () => {
        let left = ITEMS;
        await new Promise<void>((resolve) => {
          channel.on('message', () => {
            left -= 1;
            if (left === 0) resolve();
          });
          channel.send(ITEMS);
        });
        channel.removeAllListeners('message');
      },
    },
    { times: ITEMS, rounds: 20 },
  );
  go.put(false);
  child.join();
  channel.kill();
  rows.push(atLeast(times, 'Queue of processes', 'process.send()', 5));
  compare(times, 'Queue of processes', 'multiprocessing.Queue', 5);
}

async function dicts(): Promise<void> {
  const dict = Manager().dict<string, number>();
  const [go, done] = [new Queue<boolean>(), new Queue<boolean>()];
  const use = (key: string): void => {
    for (let i = 0; i < ACCESSES; i++) {
      dict.set(key, i);
      dict.get(key);
    }
  };
  const answer = (): void => {
    while (go.get()) {
      use('b');
      done.put(true);
    }
  };
  const child = new Process({ target: answer }).start();
  const times = await race(
    {
      'Manager().dict()': () => {
        go.put(true);
        use('a');
        done.get();
      },
    },
    { times: ACCESSES, rounds: 50 },
  );
  go.put(false);
  child.join();
  compare(times, 'Manager().dict()', 'multiprocessing.Manager().dict()', 30);
}

async function starts(): Promise<void> {
  const word = new Queue<number>();
  const speak = async (env: Record<string, string> | undefined): Promise<void> => {
    const options = env === undefined ? {} : { env };
    new Process({ target: () => word.put(1), ...options }).start();
    await word.getAsync();
  };
  // With an environment of its own it cannot be the spare, which nobody takes here: one that is
  // made beside takes half of a small machine.
  const cold = await race(
    {
      'first word of a process': () => speak({ PATH: process.env['PATH'] ?? '' }),
      'fork() to its first message': forked,
    },
    { times: 1, rounds: 25 },
  );
  rows.push(atMost(cold, 'first word of a process', 'fork() to its first message', 1.3));
  const warm = await race(
    {
      'a pause, in which a spare is made': () => setTimeout(500),
      'first word of the spare': () => speak(undefined),
      'another pause': () => setTimeout(500),
      'fork() to its first message': forked,
    },
    { times: 1, rounds: 15 },
  );
  rows.push(atMost(warm, 'first word of the spare', 'fork() to its first message', 0.2));
}

async function forked(): Promise<void> {
  const child = channelTo(`process.send(1);`);
  await once(child, 'message');
  child.kill();
}

function channelTo(source: string): ChildProcess {
  const file = join(folder, 'child.cjs');
  writeFileSync(file, source);
  return fork(file);
}

function compare(times: Times, what: string, than: string, least: number): void {
  const ns = python[than];
  if (ns !== undefined) rows.push(atLeast({ ...times, [than]: ns }, what, than, least));
}

// Nothing where there is no Python.
function pythonTimes(): Record<string, number> {
  const file = join(folder, 'bench.py');
  writeFileSync(file, PYTHON);
  const { stdout } = spawnSync('python3', [file], { encoding: 'utf8' });
  const [event, queue, dict] = (stdout ?? '').split('\n').map(Number.parseFloat);
  const found: Record<string, number> = {};
  if (event === undefined || queue === undefined || dict === undefined) return found;
  found['multiprocessing.Event'] = event;
  found['multiprocessing.Queue'] = queue;
  found['multiprocessing.Manager().dict()'] = dict;
  return found;
}

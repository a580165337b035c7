// Threads put into queues and take from them in every way, and are killed in the midst of it.
//
// What is put is told before and after; what is taken, after. So each item that was put for certain
// must come out, but for those that were with a thread when it was killed: at most one for each.
// Nothing may come out twice. Arguments: kind of queue, seed, seconds. Prints what was counted.
import { LifoQueue, PriorityQueue, Queue } from 'heddle/queue';
import { Thread } from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const [kind = 'fifo', seedText = '1', secondsText = '5'] = process.argv.slice(2);
const seed = Number(seedText);
const seconds = Number(secondsText);
const random = randomFrom(seed);

const CELLS = 20_000_000;
const PUTTERS = 2;
const GETTERS = 2;
const BOUND = 50;
const MOST_BETWEEN_KILLS = 3000;
const FEWEST_KILLS = 5;

type Item = number | readonly [number, string];
const make = (): Queue<Item> => {
  if (kind === 'lifo') return new LifoQueue<Item>(BOUND);
  return kind === 'priority' ? new PriorityQueue<Item>(BOUND) : new Queue<Item>(BOUND);
};
const queue = make();
/** For each item: 1 begun to be put, 2 put for certain; and how often it was taken. */
const put = new Uint8Array(new SharedArrayBuffer(CELLS));
const taken = new Uint8Array(new SharedArrayBuffer(CELLS));
/** The last item that was begun; how much was done. */
const counts = new Int32Array(new SharedArrayBuffer(8));

const puts = async (own: number): Promise<void> => {
  const next = randomFrom(own);
  for (;;) {
    const item = Atomics.add(counts, 0, 1) + 1;
    const value: Item = item % 3 === 0 ? [item, 'text'] : item;
    Atomics.store(put, item, 1);
    const way = next();
    if (way < 0.6) queue.put(value);
    else if (way < 0.8) await queue.putAsync(value);
    else {
      for (;;) {
        const controller = new AbortController();
        setImmediate(() => controller.abort());
        try {
          await queue.putAsync(value, { signal: controller.signal });
          break;
        } catch (error) {
          if (!controller.signal.aborted) throw error;
        }
      }
    }
    Atomics.store(put, item, 2);
    Atomics.add(counts, 1, 1);
  }
};

const gets = async (own: number): Promise<void> => {
  const next = randomFrom(own);
  for (;;) {
    const way = next();
    let value: Item | undefined;
    try {
      if (way < 0.6) value = queue.get();
      else if (way < 0.7) value = queue.get({ timeout: 0.001 });
      else if (way < 0.85) value = await queue.getAsync();
      else {
        const controller = new AbortController();
        setImmediate(() => controller.abort());
        value = await queue.getAsync({ signal: controller.signal });
      }
    } catch {
      continue;
    }
    Atomics.add(taken, typeof value === 'number' ? value : value[0], 1);
    queue.taskDone();
  }
};

let started = 0;
const start = (target: (own: number) => Promise<void>): Thread =>
  new Thread({ target, args: [seed + ++started], daemon: true }).start();

const threads = [
  ...Array.from({ length: PUTTERS }, () => [puts, start(puts)] as const),
  ...Array.from({ length: GETTERS }, () => [gets, start(gets)] as const),
];
const STALL_MS = 10_000;
let kills = 0;
let stalls = 0;
const endMs = Date.now() + seconds * 1000;
while (stalls === 0 && (kills < FEWEST_KILLS || Date.now() < endMs)) {
  const goal = Atomics.load(counts, 1) + Math.ceil(random() * MOST_BETWEEN_KILLS);
  const stalledMs = Date.now() + STALL_MS;
  while (Atomics.load(counts, 1) < goal && stalls === 0) if (Date.now() > stalledMs) stalls = 1;
  const place = Math.floor(random() * threads.length);
  const [target, victim] = threads[place] as (typeof threads)[number];
  victim.terminate();
  victim.join();
  kills += 1;
  threads[place] = [target, start(target)];
}
for (const [, thread] of threads) {
  thread.terminate();
  thread.join();
}
const all = kills + threads.length;
while (!queue.empty()) {
  const value = queue.getNowait();
  Atomics.add(taken, typeof value === 'number' ? value : value[0], 1);
}
let [lost, twice, strange, sure] = [0, 0, 0, 0];
for (let item = 1; item <= (counts[0] as number); item++) {
  if (put[item] === 2) sure += 1;
  if (put[item] === 2 && taken[item] === 0) lost += 1;
  if ((taken[item] as number) > 1) twice += 1;
  if (put[item] === 0 && taken[item] !== 0) strange += 1;
}
console.log(JSON.stringify({ kills: all, put: sure, lost, twice, strange, stalls }));

// Threads do everything that can be done to one list, in random order, and are killed in the midst
// of it. After each kill the list must be whole, and the others must go on. Arguments: seed,
// seconds. Prints how many threads were killed and how many operations were done, or what was found
// broken.

/* oxlint-disable unicorn/no-array-sort, unicorn/no-array-reverse -- a list has no others */
import { SharedList, Value } from 'heddle/shared';
import { Thread } from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const THREADS = 3;
const LONGEST_LIST = 60;
// Operations of all threads between two kills, at most: a few hundred take about as long as it
// takes to stop a worker, so a kill hits any point of them.
const MOST_BETWEEN_KILLS = 400;
const FEWEST_KILLS = 5; // however slow the machine is

const seed = Number(process.argv[2] ?? 1);
const seconds = Number(process.argv[3] ?? 1);
const random = randomFrom(seed);
const list = new SharedList<unknown>();
const inner = new SharedList(['inner']);
const done = new Value('i64');

const busy = (own: number): void => {
  const next = randomFrom(own);
  const item = (): unknown => {
    const kind = Math.floor(next() * 4);
    const id = Math.floor(next() * 1e6);
    if (kind === 0) return id / 8;
    if (kind === 1) return `text ${id}`;
    return kind === 2 ? { id, twin: id } : inner;
  };
  const index = (): number => Math.floor((next() - 0.5) * 2 * list.length);
  const acts: readonly (() => unknown)[] = [
    () => list.push(item()),
    () => list.push(item(), item(), item()),
    () => list.insert(index(), item()),
    () => list.pop(),
    () => list.shift(),
    () => list.pop(index()),
    () => list.at(index()),
    () => list.toArray(),
    () => list.includes({ id: 1, twin: 2 }),
    () => list.reverse(),
    () => list.sort((a, b) => (typeof a < typeof b ? -1 : 1)),
    () =>
      list.transaction(() => {
        if (list.length === 0) return;
        list.set(-1, item());
        list.delete(0);
        list.push(item());
        list.transaction(() => list.extend(list.slice(-2)));
      }),
  ];
  for (;;) {
    if (list.length > LONGEST_LIST) list.clear();
    (acts[Math.floor(next() * acts.length)] as () => unknown)();
    done.add(1n);
  }
};

let started = 0;
const start = (): Thread =>
  new Thread({ target: busy, args: [seed + ++started], daemon: true }).start();

const isWhole = (item: unknown): boolean => {
  if (typeof item === 'number') return Number.isInteger(item * 8);
  if (typeof item === 'string') return /^text \d+$/.test(item);
  if (item === inner) return inner.length === 1;
  const { id, twin } = item as { id: number; twin: number };
  return Number.isInteger(id) && id === twin;
};

const check = (): void => {
  list.transaction(() => {
    const items = list.toArray();
    const broken = items.filter((item) => !isWhole(item));
    if (items.length !== list.length || broken.length > 0)
      throw new Error(`broken: ${JSON.stringify(broken)}`);
    list.push('text 0');
    if (list.pop() !== 'text 0') throw new Error('what was pushed last is not last');
  });
};

const endMs = Date.now() + seconds * 1000;
const threads = Array.from({ length: THREADS }, start);
let kills = 0;
while (kills < FEWEST_KILLS || Date.now() < endMs) {
  const goal = done.value + BigInt(Math.ceil(random() * MOST_BETWEEN_KILLS));
  while (done.value < goal);
  const place = Math.floor(random() * THREADS);
  const victim = threads[place] as Thread;
  victim.terminate();
  victim.join();
  check();
  threads[place] = start();
  kills += 1;
}
for (const thread of threads) {
  thread.terminate();
  thread.join();
}
check();
list.clear();
console.log(JSON.stringify({ kills, operations: Number(done.value) }));

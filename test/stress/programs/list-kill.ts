// Threads do everything that can be done to one list, in random order, and are killed in the midst
// of it. After each kill the list must be whole, and the others must go on. Arguments: seed,
// seconds. Prints how many threads were killed and how many operations were done, or what was found
// broken.

/* oxlint-disable unicorn/no-array-sort, unicorn/no-array-reverse -- a list has no others */
import { SharedList, Value } from 'heddle/shared';
import { Thread } from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const THREADS = 3;
// Long enough that a change in the midst of it takes about as long as all the rest of an operation.
const LONGEST_LIST = 2000;
// One operation in so many reads the whole list, which takes a thousand times as long as another.
const RARELY = 500;
// Operations of all threads between two kills, at most.
const MOST_BETWEEN_KILLS = 4000;
const FEWEST_KILLS = 5; // however slow the machine is

const seed = Number(process.argv[2] ?? 1);
const seconds = Number(process.argv[3] ?? 1);
const random = randomFrom(seed);
const list = new SharedList<unknown>();
const inner = new SharedList(['inner']);
const done = new Value('i64');

const busy = (own: number): void => {
  const next = randomFrom(own);
  let made = 0;
  // No two items are alike, so that one that is there twice shows.
  const item = (): unknown => {
    const id = own * 1e6 + ++made;
    const kind = Math.floor(next() * 8);
    if (kind === 0) return `text ${id}`;
    if (kind === 1) return { id, twin: id };
    return kind === 2 ? [id, inner] : id / 8;
  };
  const index = (): number => Math.floor((next() - 0.5) * 2 * list.length);
  const often: readonly (() => unknown)[] = [
    () => list.push(item()),
    () => list.push(item(), item(), item()),
    () => list.insert(index(), item()),
    () => list.insert(index(), item()),
    () => list.pop(),
    () => list.shift(),
    () => list.pop(index()),
    () => list.at(index()),
    () =>
      list.transaction(() => {
        if (list.length === 0) return;
        list.set(-1, item());
        list.delete(Math.floor(list.length / 2));
        list.transaction(() => list.extend([item(), item()]));
      }),
  ];
  const rarely: readonly (() => unknown)[] = [
    () => list.toArray(),
    () => list.includes({ id: 1, twin: 2 }),
    () => list.reverse(),
    () => list.sort((a, b) => (typeof a < typeof b ? -1 : 1)),
  ];
  const oneOf = (acts: readonly (() => unknown)[]): (() => unknown) =>
    acts[Math.floor(next() * acts.length)] as () => unknown;
  for (;;) {
    if (list.length > LONGEST_LIST) list.clear();
    oneOf(next() * RARELY < 1 ? rarely : often)();
    done.add(1n);
  }
};

let started = 0;
const start = (): Thread =>
  new Thread({ target: busy, args: [seed + ++started], daemon: true }).start();

// What tells an item from all others; throws if it is not one that was put in.
const idOf = (item: unknown): number => {
  if (typeof item === 'number') return item * 8;
  if (typeof item === 'string') return Number(/^text (\d+)$/.exec(item)?.[1]);
  if (!Array.isArray(item)) {
    const { id, twin } = item as { id: number; twin: number };
    return id === twin ? id : Number.NaN;
  }
  return item[1] === inner && inner.length === 1 ? Number(item[0]) : Number.NaN;
};

const check = (): void => {
  list.transaction(() => {
    const items = list.toArray();
    const ids = new Set(items.map(idOf));
    const wrong = items.find((item) => !Number.isInteger(idOf(item)));
    if (wrong !== undefined) throw new Error(`broken item ${JSON.stringify(wrong)}`);
    if (ids.size !== items.length) throw new Error('an item is there twice');
    if (items.length !== list.length) throw new Error('the length is not that of the items');
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

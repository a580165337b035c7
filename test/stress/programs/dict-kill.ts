// Threads do everything that can be done to one dict, in random order, and are killed in the midst
// of it. After each kill the dict must be whole, and the others must go on. Arguments: seed,
// seconds. Prints how many threads were killed and how many operations were done, or what was found
// broken.
import { SharedDict, SharedList, Value } from 'heddle/shared';
import type { Key } from 'heddle/shared';
import { Thread } from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const THREADS = 3;
const KEYS = 1500;
const PAIRS = 20;
// One operation in so many takes a thousand times as long as another.
const RARELY = 500;
// Operations of all threads between two kills, at most.
const MOST_BETWEEN_KILLS = 4000;
const FEWEST_KILLS = 5; // however slow the machine is

const seed = Number(process.argv[2] ?? 1);
const seconds = Number(process.argv[3] ?? 1);
const random = randomFrom(seed);
const dict = new SharedDict<Key, unknown>();
// Of these, two keys each are only ever set together, to the same number.
const pairs = new SharedDict<string, number>();
const inner = new SharedList(['inner']);
const done = new Value('i64');

const keyOf = (n: number): Key => {
  switch (n % 5) {
    case 0:
      return n;
    case 1:
      return `key ${n}`;
    case 2:
      return `a key that is too long to be in an entry: ${n}`;
    case 3:
      return BigInt(n);
    default:
      return `ключ ${n}`;
  }
};

// Which key it belongs to can be told from the value.
const valueOf = (n: number, kind: number): unknown => {
  if (kind < 0.25) return n;
  if (kind < 0.5) return `text ${n}`;
  return kind < 0.75 ? { n, twin: [n] } : [n, inner];
};

const numberIn = (value: unknown): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return Number(/^text (\d+)$/.exec(value)?.[1]);
  if (Array.isArray(value)) return value[1] === inner ? (value[0] as number) : Number.NaN;
  const { n, twin } = value as { n: number; twin: [number] };
  return n === twin[0] ? n : Number.NaN;
};

const busy = (own: number): void => {
  const next = randomFrom(own);
  const pick = (): number => Math.floor(next() * KEYS);
  const fresh = (n: number): unknown => valueOf(n, next());
  const several = (): [Key, unknown][] =>
    [pick(), pick(), pick(), pick()].map((n) => [keyOf(n), fresh(n)]);
  const often: readonly ((n: number) => unknown)[] = [
    (n) => dict.set(keyOf(n), fresh(n)),
    (n) => dict.set(keyOf(n), fresh(n)),
    (n) => dict.get(keyOf(n)),
    (n) => dict.delete(keyOf(n)),
    (n) => dict.pop(keyOf(n)),
    (n) => dict.setdefault(keyOf(n), fresh(n)),
    (n) => dict.update(keyOf(n), () => fresh(n)),
    () => dict.popitem(),
    () => dict.merge(several()),
    (n) => {
      const pair = n % PAIRS;
      pairs.merge({ [`left ${pair}`]: n, [`right ${pair}`]: n });
    },
    (n) => dict.transaction(() => dict.has(keyOf(n)) && dict.update(keyOf(n), () => fresh(n))),
  ];
  const rarely: readonly (() => unknown)[] = [
    () => [...dict],
    () => [...dict.keys()],
    () => dict.clear(),
    () => dict.merge(Array.from({ length: KEYS }, (_, n) => [keyOf(n), fresh(n)] as const)),
  ];
  const oneOf = <A>(acts: readonly A[]): A => acts[Math.floor(next() * acts.length)] as A;
  for (;;) {
    if (next() * RARELY < 1) oneOf(rarely)();
    else oneOf(often)(pick());
    done.add(1n);
  }
};

let started = 0;
const start = (): Thread =>
  new Thread({ target: busy, args: [seed + ++started], daemon: true }).start();

const check = (): void => {
  dict.transaction(() => {
    const entries = [...dict];
    for (const [key, value] of entries) {
      if (keyOf(numberIn(value)) !== key) throw new Error(`broken value ${JSON.stringify(value)}`);
      if (numberIn(dict.get(key)) !== numberIn(value))
        throw new Error(`${String(key)} is not found`);
    }
    if (new Set(dict.keys()).size !== entries.length) throw new Error('a key is there twice');
    if (dict.size !== entries.length) throw new Error('the size is not that of the entries');
    dict.set('last', 0);
    if (dict.popitem()?.[0] !== 'last') throw new Error('what was added last is not last');
  });
  const all = pairs.toMap();
  for (let pair = 0; pair < PAIRS; pair += 1) {
    if (all.get(`left ${pair}`) !== all.get(`right ${pair}`)) throw new Error('a merge is torn');
  }
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
dict.clear();
console.log(JSON.stringify({ kills, operations: Number(done.value) }));

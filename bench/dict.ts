// A dict that all threads see, in one thread and with nobody else in it.
//
// Compared with what one would have without it: a Map that copies what goes in and out, as sharing
// demands, by the platform's structuredClone(); with and without a lock around it.
import { SharedDict } from 'heddle/shared';
import { Lock } from 'heddle/threading';
import { atLeast, race, report } from './measure.ts';
import type { Contestant, Row } from './measure.ts';

const KEYS = Array.from({ length: 1000 }, (_, i) => `user:${i}`);
const FEWEST = 500_000; // operations a second, in one thread

interface Store {
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
}

class Cloning implements Store {
  readonly #map = new Map<string, unknown>();

  get(key: string): unknown {
    return structuredClone(this.#map.get(key));
  }

  set(key: string, value: unknown): void {
    this.#map.set(key, structuredClone(value));
  }
}

class Locked implements Store {
  readonly #map = new Cloning();
  readonly #lock = new Lock();

  get(key: string): unknown {
    return this.#lock.with(() => this.#map.get(key));
  }

  set(key: string, value: unknown): void {
    this.#lock.with(() => this.#map.set(key, value));
  }
}

function setting(store: Store, value: unknown): Contestant {
  return (times) => {
    for (let i = 0; i < times; i++) store.set(KEYS[i % KEYS.length] as string, value);
  };
}

function getting(store: Store): Contestant {
  return (times) => {
    for (let i = 0; i < times; i++) store.get(KEYS[i % KEYS.length] as string);
  };
}

const perSecond: string[] = [];

async function compare(name: string, value: unknown): Promise<Row[]> {
  const stores = { SharedDict: new SharedDict<string, unknown>(), Map: new Cloning() };
  const locked = new Locked();
  for (const store of [stores.SharedDict, stores.Map, locked]) {
    for (const key of KEYS) store.set(key, value);
  }
  const times = await race(
    {
      [`${name}: SharedDict.set()`]: setting(stores.SharedDict, value),
      [`${name}: SharedDict.get()`]: getting(stores.SharedDict),
      [`${name}: Map.set() of a clone`]: setting(stores.Map, value),
      [`${name}: structuredClone() of Map.get()`]: getting(stores.Map),
      [`${name}: the same with a Lock, set`]: setting(locked, value),
      [`${name}: the same with a Lock, get`]: getting(locked),
    },
    { times: 10_000, rounds: 40 },
  );
  for (const act of ['set', 'get']) {
    const rate = 1e9 / (times[`${name}: SharedDict.${act}()`] as number);
    const met = rate >= FEWEST ? 'yes' : 'NO';
    const [found, wanted] = [rate, FEWEST].map((each) => Math.round(each / 1000));
    perSecond.push(`| ${name}: ${act}() | ${found} | ${wanted} | ${met} |`);
  }
  return [
    atLeast(times, `${name}: SharedDict.set()`, `${name}: Map.set() of a clone`, 0.4),
    atLeast(times, `${name}: SharedDict.get()`, `${name}: structuredClone() of Map.get()`, 0.8),
    atLeast(times, `${name}: SharedDict.set()`, `${name}: the same with a Lock, set`, 0.4),
    atLeast(times, `${name}: SharedDict.get()`, `${name}: the same with a Lock, get`, 0.8),
  ];
}

report('A shared dict', [
  ...(await compare('number', 1.5)),
  ...(await compare('string of 32', 'x'.repeat(32))),
  ...(await compare('32 bytes', new Uint8Array(32).fill(7))),
]);
console.log(
  '\n| SharedDict, one thread | thousands a second | at least | met |\n| --- | --- | --- | --- |',
);
console.log(perSecond.join('\n'));

// What the processes of the chaos share, and what each of them notes down in it.
import {
  Array as SharedArray,
  Condition,
  Event,
  Lock,
  Manager,
  PriorityQueue,
  Queue,
  RLock,
  RWLock,
  Semaphore,
} from 'heddle/multiprocessing';
import type { SharedDict, SharedList } from 'heddle/shared';

/** An item of a queue: its number, or that and a text. */
export type Item = number | readonly [number, string];

/** Entries of dicts and lists: whole when the second is twice the first. */
export type Pair = readonly [number, number];

/** Everything that the processes share. */
export interface Stage {
  readonly lock: Lock;
  readonly rlock: RLock;
  readonly rwlock: RWLock;
  readonly condition: Condition;
  readonly gate: Event;
  readonly permits: Semaphore;
  readonly dict: SharedDict<string, Pair>;
  readonly list: SharedList<Pair>;
  readonly fifo: Queue<Item>;
  readonly priority: PriorityQueue<Item>;
  /** For each lock, two numbers that are equal while nobody is in it. */
  readonly guarded: Int32Array;
  /** By COUNT. */
  readonly counts: Int32Array;
  /** By item: BEGUN or SURE; and how often it came out. */
  readonly put: Uint8Array;
  readonly taken: Uint8Array;
  /** By place: the process there, what it is in the midst of (DOING), and how much it has done. */
  readonly pids: Int32Array;
  readonly doing: Int32Array;
  readonly progress: Int32Array;
}

/** UNSURE is 1 when a reader was told that a writer had been killed. */
export const COUNT = { ITEM: 0, BROKEN: 1, TOLD: 2, UNSURE: 3 } as const;
export const PUT = { BEGUN: 1, SURE: 2 } as const;
/** Holding one of LOCKS is its number in them, and 1. */
export const DOING = { NOTHING: 0, TAKING: 10 } as const;
export const LOCKS = ['lock', 'rlock', 'rwlock'] as const;

export const PERMITS = 3;
const BOUND = 30;
const ITEMS = 4_000_000;

/** Sets the stage for so many places. */
export function newStage(places: number): Stage {
  const manager = Manager();
  return {
    lock: new Lock({ name: 'chaos' }),
    rlock: new RLock({ name: 'chaos' }),
    rwlock: new RWLock({ name: 'chaos' }),
    condition: new Condition(),
    gate: new Event(),
    permits: new Semaphore(PERMITS),
    dict: manager.dict<string, Pair>(),
    list: manager.list<Pair>(),
    fifo: new Queue<Item>(BOUND),
    priority: new PriorityQueue<Item>(BOUND),
    guarded: SharedArray('i32', LOCKS.length * 2),
    counts: SharedArray('i32', Object.keys(COUNT).length),
    put: SharedArray('u8', ITEMS),
    taken: SharedArray('u8', ITEMS),
    pids: SharedArray('i32', places),
    doing: SharedArray('i32', places),
    progress: SharedArray('i32', places),
  };
}

/** The number of an item. */
export function numberOf(item: Item): number {
  return typeof item === 'number' ? item : item[0];
}

/** A new item, noted down as begun to be put. */
export function newItem({ counts, put }: Stage): Item {
  const item = Atomics.add(counts, COUNT.ITEM, 1) + 1;
  Atomics.store(put, item, PUT.BEGUN);
  return item % 3 === 0 ? [item, 'a text that is an item of a queue'] : item;
}

/** Counts what must not be. */
export function expect(stage: Stage, isTrue: boolean, what: string): void {
  if (isTrue) return;
  Atomics.add(stage.counts, COUNT.BROKEN, 1);
  console.error(`chaos: ${what}`);
}

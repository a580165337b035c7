// The three worlds in which CPython runs its cases of multiprocessing: processes, the objects of a
// manager, and threads (multiprocessing.dummy).
import * as between from 'heddle/multiprocessing';
import * as queue from 'heddle/queue';
import * as shared from 'heddle/shared';
import * as threading from 'heddle/threading';
import { processes } from '../contracts/process-world.ts';
import { threads } from '../contracts/world.ts';
import type { World } from '../contracts/world.ts';

/** A world, and how things are made in it. */
export interface Fixture {
  /** As CPython calls it in the names of its classes. */
  readonly type: 'processes' | 'manager' | 'threads';
  readonly world: World;
  Lock(): threading.Lock;
  RLock(): threading.RLock;
  Condition(): threading.Condition;
  Semaphore(value: number): threading.Semaphore;
  BoundedSemaphore(value: number): threading.BoundedSemaphore;
  Event(): threading.Event;
  Barrier(parties: number, options?: object): threading.Barrier;
  Queue<T>(maxsize?: number): queue.Queue<T>;
  Value<K extends shared.ValueKind>(kind: K, initial?: shared.ValueOf<K>): shared.Value<K>;
  readonly Array: typeof shared.SharedArray;
}

const manager = between.Manager();

/** All three. */
export const FIXTURES: readonly Fixture[] = [
  {
    type: 'processes',
    world: processes,
    Lock: () => new between.Lock(),
    RLock: () => new between.RLock(),
    Condition: () => new between.Condition(),
    Semaphore: (value) => new between.Semaphore(value),
    BoundedSemaphore: (value) => new between.BoundedSemaphore(value),
    Event: () => new between.Event(),
    Barrier: (parties, options) => new between.Barrier(parties, options),
    Queue: (maxsize) => new between.Queue(maxsize),
    Value: (kind, initial) => new between.Value(kind, initial),
    Array: between.Array,
  },
  {
    type: 'manager',
    world: processes,
    Lock: () => manager.Lock(),
    RLock: () => manager.RLock(),
    Condition: () => manager.Condition(),
    Semaphore: (value) => manager.Semaphore(value),
    BoundedSemaphore: (value) => manager.BoundedSemaphore(value),
    Event: () => manager.Event(),
    // That of a manager takes no options.
    Barrier: (parties, options) =>
      options === undefined ? manager.Barrier(parties) : new between.Barrier(parties, options),
    Queue: (maxsize) => manager.Queue(maxsize),
    Value: (kind, initial) => manager.Value(kind, initial),
    Array: (kind, values) => manager.Array(kind, values),
  },
  {
    type: 'threads',
    world: threads,
    Lock: () => new threading.Lock(),
    RLock: () => new threading.RLock(),
    Condition: () => new threading.Condition(),
    Semaphore: (value) => new threading.Semaphore(value),
    BoundedSemaphore: (value) => new threading.BoundedSemaphore(value),
    Event: () => new threading.Event(),
    Barrier: (parties, options) => new threading.Barrier(parties, options),
    Queue: (maxsize) => new queue.Queue(maxsize),
    Value: (kind, initial) => new shared.Value(kind, initial),
    Array: shared.SharedArray,
  },
];

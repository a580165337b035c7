// What threads of several processes synchronise with: the classes of heddle/threading, born in the
// memory that the family of processes has (kernel/family).
//
// They add nothing but where they are: the algorithms work in either memory.
import { handleOf, isFamily } from '../../kernel/index.ts';
import * as threading from '../../threading/index.ts';
import type { NamedOptions } from '../../threading/index.ts';
import { shareClass } from './share-class.ts';

/**
 * A lock that one thread of all processes at a time can hold: a Lock as in heddle/threading, the
 * same one in every process that it reaches.
 *
 * A holder that ends, or is killed, leaves it abandoned: the next one is told so by an
 * AbandonedLockError, and holds it.
 *
 * A time-out that is negative is up at once, and `blocking: false` goes with any.
 *
 * @example
 * ```ts
 * import { Lock, Process, Value } from 'heddle/multiprocessing';
 * const lock = new Lock();
 * const total = new Value('i32');
 * const target = () => lock.with(() => { total.value += 1; });
 * const children = [1, 2].map(() => new Process({ target }).start());
 * for (const child of children) child.join();
 * if (total.value !== 2) throw new Error('lost an update');
 * ```
 */
export class Lock extends threading.Lock {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A lock that its owner, a thread or an asynchronous flow of any process, may take again: an RLock
 * as in heddle/threading.
 *
 * @example
 * ```ts
 * import { RLock } from 'heddle/multiprocessing';
 * const lock = new RLock();
 * lock.with(() => lock.with(() => {}));
 * ```
 */
export class RLock extends threading.RLock {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A lock for many readers or one writer, of all processes: an RWLock as in heddle/threading.
 *
 * @example
 * ```ts
 * import { RWLock } from 'heddle/multiprocessing';
 * const lock = new RWLock();
 * lock.read.with(() => {});
 * lock.write.with(() => {});
 * ```
 */
export class RWLock extends threading.RWLock {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A flag for which threads of all processes wait: an Event as in heddle/threading.
 *
 * @example
 * ```ts
 * import { Event, Process } from 'heddle/multiprocessing';
 * const ready = new Event();
 * const child = new Process({ target: () => ready.set() }).start();
 * ready.wait();
 * child.join();
 * ```
 */
export class Event extends threading.Event {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * Permits for threads of all processes: a Semaphore as in heddle/threading.
 *
 * @example
 * ```ts
 * import { Semaphore } from 'heddle/multiprocessing';
 * const seats = new Semaphore(2);
 * seats.with(() => {});
 * if (seats.value !== 2) throw new Error('kept a seat');
 * ```
 */
export class Semaphore extends threading.Semaphore {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * A semaphore that never has more permits than at its beginning: a BoundedSemaphore as in
 * heddle/threading.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from 'heddle/multiprocessing';
 * const seats = new BoundedSemaphore(2);
 * seats.with(() => {});
 * ```
 */
export class BoundedSemaphore extends threading.BoundedSemaphore {
  static {
    shareClass(this, import.meta.url);
  }
}

/**
 * Waiting, with a lock, for what threads of all processes bring about: a Condition as in
 * heddle/threading.
 *
 * @example
 * ```ts
 * import { Condition, Process, Value } from 'heddle/multiprocessing';
 * const changed = new Condition();
 * const stock = new Value('i32');
 * const target = () => changed.with(() => {
 *   stock.value = 3;
 *   changed.notifyAll();
 * });
 * const child = new Process({ target }).start();
 * changed.with(() => changed.waitFor(() => stock.value === 3));
 * child.join();
 * ```
 */
export class Condition extends threading.Condition {
  static {
    shareClass(this, import.meta.url);
  }

  /**
   * Makes a condition for which nobody waits.
   *
   * @param lock a Lock or RLock of heddle/multiprocessing; a new RLock where it is left out
   * @param options.name shown in errors and dumps
   * @throws {TypeError} if the lock is none, or one that only the threads of this process share
   */
  constructor(lock?: threading.Lock | threading.RLock, options: NamedOptions = {}) {
    if (lock instanceof threading.Lock || lock instanceof threading.RLock) requireShared(lock);
    super(lock ?? new RLock(options), options);
  }
}

/**
 * A place where parties of all processes wait for each other: a Barrier as in heddle/threading. Its
 * action runs in the process of the party that comes last.
 *
 * @example
 * ```ts
 * import { Barrier, Process } from 'heddle/multiprocessing';
 * const barrier = new Barrier(2);
 * const child = new Process({ target: () => void barrier.wait() }).start();
 * barrier.wait();
 * child.join();
 * ```
 */
export class Barrier extends threading.Barrier {
  static {
    shareClass(this, import.meta.url);
  }
}

function requireShared(lock: threading.Lock | threading.RLock): void {
  if (isFamily(handleOf(lock) as number)) return;
  throw new TypeError(
    'Cannot make a condition that processes share of a lock that only the threads of this ' +
      'process share\nMake the lock with heddle/multiprocessing, too, or leave it out',
  );
}

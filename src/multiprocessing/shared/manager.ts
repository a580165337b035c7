// Manager: Python's way to dicts and lists that processes share.
//
// There it is a server process, and each access a message to it. Here the objects are in memory
// that all processes of the family have, so the manager has nothing to manage: it makes them.
import type { Key, SharedDict, SharedList, ValueKind, ValueOf } from '../../shared/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import { SharedArray } from './array.ts';
import { newDict, newList, newNamespace } from './birth.ts';
import * as locks from './locks.ts';
import { Pool } from '../pool/pool.ts';
import type { PoolOptions } from '../../pool/index.ts';
import { Queue } from './queues.ts';
import { Value } from './value.ts';

/** The class Value, which also makes one where it is called without `new`. */
type CallableValue = typeof Value &
  (<K extends ValueKind = 'f64'>(kind: K, initial?: ValueOf<K>) => Value<K>);

/**
 * Makes objects that are the same in every process that they reach. What is in one of them may be
 * another one, and is the same object, too.
 *
 * @example
 * ```ts
 * import { Manager, Process } from 'heddle/multiprocessing';
 * const shared = Manager().dict({ a: 1 });
 * const child = new Process({ target: () => void shared.set('b', 2) }).start();
 * child.join();
 * console.log(shared.size); // 2
 * ```
 */
export class SyncManager implements Disposable {
  /** Where other programs reach it: nowhere, it serves its own family of processes. */
  readonly address: null = null;
  #isOpen = true;
  // What the contract has as a class or a function, not a method: it works without the manager.
  readonly #Value = this.#newValues();
  readonly #Array: typeof SharedArray = (kind, lengthOrValues) => {
    this.#requireOpen();
    return SharedArray(kind, lengthOrValues);
  };

  /**
   * Makes a dict that processes share.
   *
   * @param entries its first entries, as of a SharedDict
   * @throws {TransferError} if a value cannot travel between processes
   */
  dict<K extends Key = string, V = unknown>(
    entries: Iterable<readonly [K, V]> | Record<string, V> = [],
  ): SharedDict<K, V> {
    this.#requireOpen();
    return newDict<K, V>(entries);
  }

  /**
   * Makes a list that processes share.
   *
   * @param values its first items
   * @throws {TransferError} if an item cannot travel between processes
   */
  list<T = unknown>(values: Iterable<T> = []): SharedList<T> {
    this.#requireOpen();
    return newList(values);
  }

  /**
   * Makes an object whose properties processes share.
   *
   * @param initial its first properties
   * @throws {TransferError} if a property cannot travel between processes
   */
  Namespace<T extends object = Record<string, unknown>>(initial?: T): T {
    this.#requireOpen();
    return newNamespace(initial);
  }

  /**
   * The class of numbers and booleans that processes share. It makes one when it is called, as in
   * Python, and with `new`.
   */
  get Value(): CallableValue {
    return this.#Value;
  }

  /**
   * Makes a typed array that processes share, of a kind, with so many elements, all 0 at first, or
   * with the elements given.
   */
  get Array(): typeof SharedArray {
    return this.#Array;
  }

  /** Makes a lock that processes share. */
  Lock(): locks.Lock {
    this.#requireOpen();
    return new locks.Lock();
  }

  /** Makes a reentrant lock that processes share. */
  RLock(): locks.RLock {
    this.#requireOpen();
    return new locks.RLock();
  }

  /** Makes a condition that processes share, of an RLock unless a lock is given. */
  Condition(lock?: locks.Lock | locks.RLock): locks.Condition {
    this.#requireOpen();
    return new locks.Condition(lock);
  }

  /** Makes a semaphore that processes share. */
  Semaphore(value = 1): locks.Semaphore {
    this.#requireOpen();
    return new locks.Semaphore(value);
  }

  /** Makes a semaphore that processes share, and that never has more permits than at first. */
  BoundedSemaphore(value = 1): locks.BoundedSemaphore {
    this.#requireOpen();
    return new locks.BoundedSemaphore(value);
  }

  /** Makes an event that processes share. */
  Event(): locks.Event {
    this.#requireOpen();
    return new locks.Event();
  }

  /** Makes a barrier for parties of all processes. */
  Barrier(parties: number): locks.Barrier {
    this.#requireOpen();
    return new locks.Barrier(parties);
  }

  /** Makes a queue between processes. */
  Queue<T = unknown>(maxsize = 0): Queue<T> {
    this.#requireOpen();
    return new Queue<T>(maxsize);
  }

  /** The same as Queue(). */
  JoinableQueue<T = unknown>(maxsize = 0): Queue<T> {
    this.#requireOpen();
    return new Queue<T>(maxsize);
  }

  /**
   * Makes a pool of processes. It can be sent to other processes, as each Pool can; it ends with
   * the process that made it.
   *
   * @param processes how many workers; default cpuCount()
   * @param options see {@link PoolOptions}
   * @throws {RangeError} if there are to be none
   * @throws {RuntimeError} in a process that is a daemon, which may have no children
   * @throws {HeddleError} if memory cannot be shared between processes here
   */
  Pool(processes?: number, options?: PoolOptions): Pool {
    this.#requireOpen();
    return new Pool(processes, options);
  }

  /** It makes nothing any more. What it made lives on, as long as somebody refers to it. */
  shutdown(): void {
    this.#isOpen = false;
  }

  /** The same as shutdown(). */
  [Symbol.dispose](): void {
    this.shutdown();
  }

  #newValues(): CallableValue {
    const values: CallableValue = new Proxy(Value as CallableValue, {
      apply: (_, __, [kind, initial]) => new values(kind as ValueKind, initial as undefined),
      // A class that extends it makes its own.
      construct: (type, args, of) => {
        this.#requireOpen();
        return Reflect.construct(type, args, of === values ? type : of) as object;
      },
    });
    return values;
  }

  #requireOpen(): void {
    if (this.#isOpen) return;
    throw new RuntimeError(
      'Cannot make anything with a manager that is shut down\n' +
        'Make it before, or call Manager() again',
    );
  }
}

/**
 * Gives a manager of objects that processes share. It starts no process, and needs no shutdown():
 * what it made lives as long as somebody refers to it.
 *
 * @returns a manager
 *
 * @example
 * ```ts
 * import { Manager, Process } from 'heddle/multiprocessing';
 * const manager = Manager();
 * const results = manager.list<number>();
 * const target = (n: number) => results.append(n * n);
 * const children = [1, 2, 3].map((n) => new Process({ target, args: [n] }).start());
 * for (const child of children) child.join();
 * console.log(results.toArray().sort().join()); // 1,4,9
 * ```
 */
export function Manager(): SyncManager {
  return new SyncManager();
}

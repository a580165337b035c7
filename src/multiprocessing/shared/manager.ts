// Manager: Python's way to dicts and lists that processes share.
//
// There it is a server process, and each access a message to it. Here the objects are in memory
// that all processes of the family have, so the manager has nothing to manage: it makes them.
import type {
  Key,
  SharedDict,
  SharedList,
  TypedArrayOf,
  ValueKind,
  ValueOf,
} from '../../shared/index.ts';
import { SharedArray } from './array.ts';
import { newDict, newList, newNamespace } from './birth.ts';
import * as locks from './locks.ts';
import { Queue } from './queues.ts';
import { Value } from './value.ts';

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
export class SyncManager {
  /**
   * Makes a dict that processes share.
   *
   * @param entries its first entries, as of a SharedDict
   * @throws {TransferError} if a value cannot travel between processes
   */
  dict<K extends Key = string, V = unknown>(
    entries: Iterable<readonly [K, V]> | Record<string, V> = [],
  ): SharedDict<K, V> {
    return newDict<K, V>(entries);
  }

  /**
   * Makes a list that processes share.
   *
   * @param values its first items
   * @throws {TransferError} if an item cannot travel between processes
   */
  list<T = unknown>(values: Iterable<T> = []): SharedList<T> {
    return newList(values);
  }

  /**
   * Makes an object whose properties processes share.
   *
   * @param initial its first properties
   * @throws {TransferError} if a property cannot travel between processes
   */
  Namespace<T extends object = Record<string, unknown>>(initial?: T): T {
    return newNamespace(initial);
  }

  /** Makes a number or boolean that processes share. */
  Value<K extends ValueKind = 'f64'>(kind: K, initial?: ValueOf<K>): Value<K> {
    return new Value(kind, initial);
  }

  /**
   * Makes a typed array that processes share.
   *
   * @param lengthOrValues how many elements, all 0 at first; or the elements
   */
  Array<K extends Exclude<ValueKind, 'bool'>>(
    kind: K,
    lengthOrValues: number | Iterable<ValueOf<K>>,
  ): TypedArrayOf<K> {
    return SharedArray(kind, lengthOrValues);
  }

  /** Makes a lock that processes share. */
  Lock(): locks.Lock {
    return new locks.Lock();
  }

  /** Makes a reentrant lock that processes share. */
  RLock(): locks.RLock {
    return new locks.RLock();
  }

  /** Makes a condition that processes share, of an RLock unless a lock is given. */
  Condition(lock?: locks.Lock | locks.RLock): locks.Condition {
    return new locks.Condition(lock);
  }

  /** Makes a semaphore that processes share. */
  Semaphore(value = 1): locks.Semaphore {
    return new locks.Semaphore(value);
  }

  /** Makes a semaphore that processes share, and that never has more permits than at first. */
  BoundedSemaphore(value = 1): locks.BoundedSemaphore {
    return new locks.BoundedSemaphore(value);
  }

  /** Makes an event that processes share. */
  Event(): locks.Event {
    return new locks.Event();
  }

  /** Makes a barrier for parties of all processes. */
  Barrier(parties: number): locks.Barrier {
    return new locks.Barrier(parties);
  }

  /** Makes a queue between processes. */
  Queue<T = unknown>(maxsize = 0): Queue<T> {
    return new Queue<T>(maxsize);
  }

  /** The same as Queue(). */
  JoinableQueue<T = unknown>(maxsize = 0): Queue<T> {
    return new Queue<T>(maxsize);
  }
}

/**
 * Gives a manager of objects that processes share. It starts no process, and needs no end: what it
 * made lives as long as somebody refers to it.
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

// What all containers have in common: several operations in one.
import { types } from 'node:util';
import { SharedObject } from '../kernel/index.ts';
import type { Birth } from '../kernel/index.ts';
import { describeValue } from './arguments.ts';
import { leave } from './hold.ts';

/** An object that holds items for all threads. */
export abstract class Container extends SharedObject {
  readonly #handle: number;
  readonly #enter: (handle: number) => void;

  /** Given how the lock of such a container is taken. */
  protected constructor(birth: Birth, enter: (handle: number) => void) {
    super(birth);
    this.#handle = SharedObject.handleOf(this) as number;
    this.#enter = enter;
  }

  /**
   * Runs a function while no other thread can read or change what is in here: the operations in it
   * are one.
   *
   * Blocks until no other thread is in an operation or transaction; others block until the function
   * has returned, so it should not take long, nor wait for another thread. When it throws, what it
   * has done stays done. Transactions may be nested, also those of several containers: then in the
   * same order in every thread, as two threads that wait for each other are a deadlock.
   *
   * @param body what to run; it is given the container
   * @returns what it returns
   * @throws {TypeError} if `body` is asynchronous: the transaction would end at its first await
   * @throws {DeadlockError} if the thread that is in here waits for this one in turn
   *
   * @example
   * ```ts
   * import { SharedList } from 'heddle/shared';
   * const list = new SharedList([1, 2, 3]);
   * const sum = list.transaction(() => list.push(list.toArray().reduce((a, b) => a + b)));
   * console.log(list); // [ 1, 2, 3, 6 ]
   * ```
   */
  transaction<R>(body: (container: this) => R): R {
    requireSynchronous(body, 'run % as a transaction');
    this.#enter(this.#handle);
    try {
      const result = body(this);
      refusePromise(result, 'run % as a transaction');
      return result;
    } finally {
      leave(this.#handle);
    }
  }
}

/**
 * Refuses what is not a function, and one that is asynchronous: the lock would not be held for it.
 *
 * @param action what is tried, with % for the function
 */
export function requireSynchronous(value: unknown, action: string): void {
  if (types.isAsyncFunction(value)) throw isAsynchronous(action);
  if (typeof value === 'function') return;
  const attempt = action.replace('%', () => describeValue(value));
  throw new TypeError(`Cannot ${attempt} as a function is wanted`);
}

/** Refuses what an asynchronous function has returned. */
export function refusePromise(result: unknown, action: string): void {
  if (types.isPromise(result)) throw isAsynchronous(action);
}

function isAsynchronous(action: string): TypeError {
  const attempt = action.replace('%', 'an asynchronous function');
  return new TypeError(
    `Cannot ${attempt} as others could come in at its first await\n` +
      'Await what it needs before, or hold a lock with withAsync()',
  );
}

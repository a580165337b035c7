// What all containers have in common: several operations in one.
import { types } from 'node:util';
import { SharedObject } from '../kernel/index.ts';
import type { Birth } from '../kernel/index.ts';
import { requireFunction } from './arguments.ts';
import { enter, leave } from './hold.ts';

/** An object that holds items for all threads. */
export abstract class Container extends SharedObject {
  readonly #handle: number;

  protected constructor(birth: Birth) {
    super(birth);
    this.#handle = SharedObject.handleOf(this) as number;
  }

  /**
   * Runs a function while no other thread can read or change what is in here: the operations in it
   * are one.
   *
   * Blocks until no other thread is in an operation or transaction; others block until the function
   * has returned, so it should not take long, nor wait for another thread. When it throws, what it
   * has done stays done. Transactions may be nested, also those of several containers: then in the
   * same order in every thread, or two threads may wait for each other for ever.
   *
   * @param body what to run; it is given the container
   * @returns what it returns
   * @throws {TypeError} if `body` is asynchronous: the transaction would end at its first await
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
    requireFunction(body, 'run a transaction with');
    if (types.isAsyncFunction(body)) throw isAsynchronous();
    enter(this.#handle);
    try {
      const result = body(this);
      if (types.isPromise(result)) throw isAsynchronous();
      return result;
    } finally {
      leave(this.#handle);
    }
  }
}

function isAsynchronous(): TypeError {
  return new TypeError(
    'Cannot run an asynchronous function as a transaction as that would end at the first await\n' +
      'Await what it needs before, or hold a lock with withAsync()',
  );
}

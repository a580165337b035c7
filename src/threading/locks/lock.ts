// Lock: mutual exclusion between threads. The algorithm is kernel/waiting/lock-word.ts.
import { RuntimeError } from '../../errors/index.ts';
import {
  ABANDONED,
  Attachment,
  PRIM,
  PRIM_TYPE,
  RELEASED_BY,
  SharedObject,
  TID_MASK,
  atomics,
  checkpoint,
  defineKind,
  lockAsync,
  lockBlocking,
  toPatience,
  unlock,
  cells,
  homeOf,
  ownTid,
  isFamily,
} from '../../kernel/index.ts';
import type { AsyncOptions, BlockingOptions, NamedOptions } from '../types.ts';
import { describe, holderOf, showBy } from './describe.ts';
import {
  deadlineOf,
  enterScope,
  enterScopeAsync,
  guardOf,
  beginScope,
  tellTaken,
} from './guard.ts';
import type { Guard, LockLike } from './guard.ts';
import { destroyPrimitive, primitive } from './primitive.ts';

const LOCK: number = defineKind('Lock', import.meta.url, {
  attach: (handle) => new Lock(new Attachment(handle) as never),
  destroy: destroyPrimitive,
});

/**
 * A lock that one thread at a time can hold. Any thread may release it; it is not reentrant.
 *
 * The same lock in every thread that it reaches: as an argument, a captured variable, inside a
 * container, or as a module-level constant of a module that several threads import.
 *
 * @example
 * ```ts
 * import { Lock, Thread } from 'heddle/threading';
 * import { Value } from 'heddle/shared';
 * const lock = new Lock();
 * const total = new Value('i32');
 * const target = () => lock.with(() => { total.value += 1; });
 * const threads = [1, 2, 3].map(() => new Thread({ target }).start());
 * for (const thread of threads) thread.join();
 * if (total.value !== 3) throw new Error('lost an update');
 * ```
 */
export class Lock extends SharedObject implements LockLike {
  readonly #prim: number;

  /**
   * Makes a lock that nobody holds.
   *
   * @param options.name shown in errors and dumps
   */
  constructor(options: NamedOptions = {}) {
    super(primitive(LOCK, PRIM_TYPE.LOCK, options));
    this.#prim = SharedObject.handleOf(this) as number;
  }

  /**
   * Takes the lock, sleeping until it is free.
   *
   * Blocks this thread, the main thread too; on a thread that serves events prefer {@link
   * acquireAsync}. Waiters are served in the order of arrival, but a running thread may overtake
   * one for up to a millisecond. On time-out the lock is left as it was.
   *
   * @param options.timeout longest wait; 0 tries once; without it, waits for ever
   * @param options.blocking false: do not wait at all
   * @returns true when the lock was taken, false when the time was up
   * @throws {RangeError} if the time-out is negative, or given together with `blocking: false`
   * @throws {AbandonedLockError} if the last holder ended without releasing; the caller holds the
   *   lock then
   * @throws {DeadlockError} if this thread holds the lock itself, and no other is left that could
   *   release it
   *
   * @example Give up after a tenth of a second
   * ```ts
   * import { Lock } from 'heddle/threading';
   * const lock = new Lock();
   * if (lock.acquire({ timeout: '100ms' })) lock.release();
   * ```
   */
  acquire(options?: BlockingOptions): boolean {
    checkpoint();
    const isPlain =
      options === undefined || (options?.blocking === false && options.timeout === undefined);
    if (
      isPlain &&
      atomics.compareExchange(cells, this.#prim + PRIM.WORD, 0, ownTid(this.#prim)) === 0
    ) {
      return true;
    }
    return this.#acquireContended(options);
  }

  /**
   * Takes the lock without blocking the thread: its event loop turns while it waits.
   *
   * @param options.timeout longest wait; 0 tries once
   * @param options.signal ends the wait: the promise is rejected with its reason, and no wake-up is
   *   lost
   * @returns true when the lock was taken, false when the time was up
   * @throws {AbandonedLockError} if the last holder ended without releasing; the caller holds the
   *   lock then
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * const lock = new Lock();
   * if (await lock.acquireAsync({ timeout: 1 })) lock.release();
   * ```
   */
  acquireAsync(options?: AsyncOptions): Promise<boolean> {
    checkpoint();
    if (
      options === undefined &&
      atomics.compareExchange(cells, this.#prim + PRIM.WORD, 0, ownTid(this.#prim)) === 0
    ) {
      return Promise.resolve(true);
    }
    return this.#acquireAsyncContended(options);
  }

  /**
   * Gives the lock up. Any thread may, the holder or another. Does not block.
   *
   * @throws {RuntimeError} if nobody holds it
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * const lock = new Lock();
   * lock.acquire();
   * lock.release();
   * ```
   */
  release(): void {
    checkpoint();
    const tid = ownTid(this.#prim);
    if (
      atomics.compareExchange(cells, this.#prim + PRIM.WORD, tid, 0) !== tid &&
      !unlock(homeOf(this.#prim), this.#prim)
    ) {
      throw new RuntimeError(`Cannot release ${describe(this.#prim)} as nobody holds it`);
    }
  }

  /**
   * Tells whether somebody holds the lock; it may be otherwise a moment later. Does not block.
   *
   * @returns true while it is held, or was left held by a thread that ended
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * if (new Lock().locked()) throw new Error('held by nobody');
   * ```
   */
  locked(): boolean {
    checkpoint();
    return (atomics.load(cells, this.#prim + PRIM.WORD) & (TID_MASK | ABANDONED)) !== 0;
  }

  /**
   * Takes the lock for a scope: `using _ = lock.guard()` releases it when the block ends.
   *
   * Blocks as {@link acquire} does. When an error is thrown the lock is not held.
   *
   * @param options as of acquire()
   * @returns a guard whose disposal releases the lock
   * @throws {TimeoutError} if the time was up, or `blocking: false` found it held
   * @throws {AbandonedLockError} if the last holder ended without releasing
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * const lock = new Lock();
   * const guard = lock.guard({ timeout: 1 });
   * guard[Symbol.dispose]();
   * ```
   */
  guard(options?: BlockingOptions): Guard {
    enterScope(
      () => this.acquire(options),
      () => this.release(),
      this.#prim,
    );
    return guardOf(beginScope(this.#prim, () => this.release()));
  }

  /**
   * The same without blocking: `using _ = await lock.guardAsync()`.
   *
   * @param options as of acquireAsync()
   * @returns a guard whose disposal releases the lock
   * @throws {TimeoutError} if the time was up
   * @throws {AbandonedLockError} if the last holder ended without releasing
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * const guard = await new Lock().guardAsync();
   * guard[Symbol.dispose]();
   * ```
   */
  async guardAsync(options?: AsyncOptions): Promise<Guard> {
    await enterScopeAsync(
      () => this.acquireAsync(options),
      () => this.release(),
      this.#prim,
    );
    return guardOf(beginScope(this.#prim, () => this.release()));
  }

  /**
   * Runs a function with the lock held, and releases it whatever happens. Blocks as {@link acquire}
   * does.
   *
   * @param body what to run
   * @returns what it returns
   * @throws {AbandonedLockError} if the last holder ended without releasing; the body is not run,
   *   the lock not held
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * if (new Lock().with(() => 42) !== 42) throw new Error('wrong');
   * ```
   */
  with<T>(body: () => T): T {
    enterScope(
      () => this.acquire(),
      () => this.release(),
      this.#prim,
    );
    try {
      return body();
    } finally {
      this.release();
    }
  }

  /**
   * Runs a function with the lock held until its promise settles. Does not block.
   *
   * @param body what to run
   * @param options as of acquireAsync()
   * @returns what it returns, awaited
   * @throws {TimeoutError} if the time was up; the body is not run
   * @throws {AbandonedLockError} if the last holder ended without releasing; the body is not run,
   *   the lock not held
   *
   * @example
   * ```ts
   * import { Lock } from 'heddle/threading';
   * await new Lock().withAsync(async () => {}, { timeout: '1s' });
   * ```
   */
  async withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T> {
    await enterScopeAsync(
      () => this.acquireAsync(options),
      () => this.release(),
      this.#prim,
    );
    const leave = beginScope(this.#prim, () => this.release());
    try {
      return await body();
    } finally {
      leave();
    }
  }

  async #acquireAsyncContended(options: AsyncOptions = {}): Promise<boolean> {
    const patience = toPatience(options, isFamily(this.#prim));
    const outcome = await lockAsync(homeOf(this.#prim), this.#prim, patience);
    return tellTaken(outcome, this.#prim);
  }

  #acquireContended(options: BlockingOptions | undefined): boolean {
    const deadlineMs = deadlineOf(options, this.#prim);
    const outcome = lockBlocking(homeOf(this.#prim), this.#prim, deadlineMs, RELEASED_BY.ANYONE);
    return tellTaken(outcome, this.#prim);
  }
}

showBy(Lock.prototype, (prim) => {
  const holder = holderOf(prim);
  return holder === null ? 'unlocked' : `locked by ${holder}`;
});

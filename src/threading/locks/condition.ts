// Condition: waiting, with a lock, for what other threads bring about. The algorithm is
// kernel/primitives/condition-word.ts.
import { RuntimeError } from '../../errors/index.ts';
import {
  Attachment,
  SharedObject,
  attach,
  checkpoint,
  defineKind,
  lockOfCondition,
  notifyCondition,
  release,
  toDeadline,
  toPatience,
  waitConditionAsync,
  waitConditionBlocking,
  homeOf,
  isFamily,
  nowMs,
} from '../../kernel/index.ts';
import type { ConditionOutcome, Duration, Patience } from '../../kernel/index.ts';
import type { AsyncOptions, BlockingOptions, NamedOptions } from '../types.ts';
import { checkCount, checkHeld, conditionOf, leaveBehind } from './condition-lock.ts';
import { describe } from './describe.ts';
import { tellTaken } from './guard.ts';
import type { Guard, LockLike } from './guard.ts';
import { Lock } from './lock.ts';
import { destroyPrimitive } from './primitive.ts';
import { RLock } from './rlock.ts';

const CONDITION: number = defineKind('Condition', import.meta.url, {
  attach: (handle) => new Condition(new Attachment(handle) as never),
  destroy: (handle) => {
    release(lockOfCondition(homeOf(handle), handle));
    destroyPrimitive(handle);
  },
});

// More than there can be waiters.
const ALL = 2 ** 30;

/**
 * A lock, and a place to wait, without it, for what others do with it.
 *
 * Who waits has taken the lock and found that he cannot go on yet; who changes that takes the lock,
 * makes the change and notifies. Several conditions may share a lock.
 *
 * @example
 * ```ts
 * import { Condition, Thread } from 'heddle/threading';
 * import { Value } from 'heddle/shared';
 * const changed = new Condition();
 * const stock = new Value('i32');
 * const target = () => changed.with(() => changed.waitFor(() => stock.value > 0));
 * const buyer = new Thread({ target }).start();
 * changed.with(() => {
 *   stock.value += 1;
 *   changed.notify();
 * });
 * buyer.join();
 * ```
 */
export class Condition extends SharedObject implements LockLike {
  readonly #prim: number;
  readonly #lock: Lock | RLock;

  /**
   * Makes a condition of a lock.
   *
   * @param lock used itself; default a new RLock
   * @param options.name shown in errors and dumps, also for a new RLock
   * @throws {TypeError} if the lock is neither a Lock nor an RLock
   */
  constructor(lock?: Lock | RLock, options: NamedOptions = {}) {
    super(conditionOf(lock, options, CONDITION));
    this.#prim = SharedObject.handleOf(this) as number;
    this.#lock = attach(lockOfCondition(homeOf(this.#prim), this.#prim)) as Lock | RLock;
  }

  /**
   * Takes the lock, as its own acquire() does.
   *
   * @param options as of the lock's acquire()
   * @returns true when the lock was taken, false when the time was up
   * @throws {AbandonedLockError} if the last holder ended without releasing; the caller holds the
   *   lock then
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * if (changed.acquire({ timeout: 1 })) changed.release();
   * ```
   */
  acquire(options?: BlockingOptions): boolean {
    return this.#lock.acquire(options);
  }

  /**
   * Takes the lock without blocking, where it is a Lock.
   *
   * @param options as of Lock.acquireAsync()
   * @returns true when the lock was taken, false when the time was up
   * @throws {RuntimeError} if the lock is an RLock, which has an owner: use withAsync()
   *
   * @example
   * ```ts
   * import { Condition, Lock } from 'heddle/threading';
   * const changed = new Condition(new Lock());
   * if (await changed.acquireAsync()) changed.release();
   * ```
   */
  async acquireAsync(options?: AsyncOptions): Promise<boolean> {
    if (this.#lock instanceof Lock) return this.#lock.acquireAsync(options);
    throw new RuntimeError(
      `Cannot acquire ${describe(this.#prim)} asynchronously as its lock is an RLock, which ` +
        'belongs to a scope\nUse withAsync() or guardAsync(), or make it of a Lock',
    );
  }

  /**
   * Gives the lock up, as its own release() does. Does not block.
   *
   * @throws {RuntimeError} if it is not held
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * changed.acquire();
   * changed.release();
   * ```
   */
  release(): void {
    this.#lock.release();
  }

  /**
   * Tells whether somebody holds the lock; it may be otherwise a moment later. Does not block.
   *
   * @returns true while it is held, or was left held by a thread that ended
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * if (new Condition().locked()) throw new Error('held by nobody');
   * ```
   */
  locked(): boolean {
    return this.#lock.locked();
  }

  /**
   * Takes the lock for a scope, as its own guard() does.
   *
   * @param options as of acquire()
   * @returns a guard whose disposal releases the lock
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const guard = new Condition().guard();
   * guard[Symbol.dispose]();
   * ```
   */
  guard(options?: BlockingOptions): Guard {
    return this.#lock.guard(options);
  }

  /**
   * The same without blocking. Within it, waitAsync() and notify() are allowed.
   *
   * @param options as of the lock's guardAsync()
   * @returns a guard whose disposal releases the lock
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const guard = await new Condition().guardAsync();
   * guard[Symbol.dispose]();
   * ```
   */
  guardAsync(options?: AsyncOptions): Promise<Guard> {
    return this.#lock.guardAsync(options);
  }

  /**
   * Runs a function with the lock held, as the lock's own with() does.
   *
   * @param body what to run
   * @returns what it returns
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * changed.with(() => changed.notifyAll());
   * ```
   */
  with<T>(body: () => T): T {
    return this.#lock.with(body);
  }

  /**
   * Runs a function with the lock held until its promise settles, as the lock's own withAsync()
   * does.
   *
   * @param body what to run
   * @param options as of the lock's withAsync()
   * @returns what it returns, awaited
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * await changed.withAsync(() => changed.waitAsync({ timeout: '5ms' }));
   * ```
   */
  withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T> {
    return this.#lock.withAsync(body, options);
  }

  /**
   * Releases the lock, an RLock whatever its depth, and blocks until this thread is notified and
   * has the lock again, as deep as before.
   *
   * It has the lock again too when the time was up; taking it back may last beyond the time-out.
   * Wait in a loop, or with {@link waitFor}: others may have had the lock before.
   *
   * @param timeout longest wait for a notification; without it, waits for ever
   * @returns true when notified, false when the time was up
   * @throws {RuntimeError} if the lock is not held
   * @throws {RangeError} if the time-out is negative
   * @throws {AbandonedLockError} if the lock was taken back from a thread that ended without
   *   releasing it; it is held then
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * if (changed.with(() => changed.wait('10ms'))) throw new Error('notified by nobody');
   * ```
   */
  wait(timeout?: Duration): boolean {
    const deadlineMs = toDeadline(timeout, isFamily(this.#prim));
    this.#checkHeld('wait for');
    return this.#waitUntil(deadlineMs);
  }

  /**
   * The same without blocking: the thread's event loop turns while it waits.
   *
   * Call it in a scope of withAsync() or guardAsync(), or with the lock acquired by this thread.
   *
   * @param options.timeout longest wait for a notification
   * @param options.signal ends the wait: the promise is rejected with its reason, once the lock is
   *   held again; a notification that was on its way goes to the next waiter
   * @returns true when notified, false when the time was up
   * @throws {RuntimeError} if the lock is not held, or the thread that waits has ended meanwhile
   * @throws {AbandonedLockError} if the lock was taken back from a thread that ended without
   *   releasing it; it is held then
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * const wait = changed.withAsync(() => changed.waitAsync());
   * await changed.withAsync(() => changed.notify());
   * await wait;
   * ```
   */
  async waitAsync(options: AsyncOptions = {}): Promise<boolean> {
    const patience = toPatience(options, isFamily(this.#prim));
    this.#checkHeld('wait for');
    return this.#waitUntilAsync(patience);
  }

  /**
   * Waits until a predicate holds. It is called with the lock held: first, and after each wait.
   *
   * @param predicate what to wait for
   * @param timeout longest wait, of all waits together; without it, waits for ever
   * @returns what the predicate returned last: falsy when the time was up
   * @throws {RuntimeError} if the lock is not held
   * @throws {RangeError} if the time-out is negative
   * @throws {AbandonedLockError} as of wait()
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * const seen = changed.with(() => changed.waitFor(() => 'there'));
   * if (seen !== 'there') throw new Error(seen);
   * ```
   */
  waitFor<T>(predicate: () => T, timeout?: Duration): T {
    const deadlineMs = toDeadline(timeout, isFamily(this.#prim));
    this.#checkHeld('wait for');
    let value = predicate();
    for (let late = false; !value && !late; value = predicate()) {
      this.#waitUntil(deadlineMs);
      late = deadlineMs <= nowMs();
    }
    return value;
  }

  /**
   * The same without blocking.
   *
   * @param predicate what to wait for; not awaited
   * @param options as of waitAsync(), for all waits together
   * @returns what the predicate returned last: falsy when the time was up
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * await changed.withAsync(() => changed.waitForAsync(() => true, { timeout: 1 }));
   * ```
   */
  async waitForAsync<T>(predicate: () => T, options: AsyncOptions = {}): Promise<T> {
    const patience = toPatience(options, isFamily(this.#prim));
    this.#checkHeld('wait for');
    patience.signal?.throwIfAborted();
    let value = predicate();
    for (let late = false; !value && !late; value = predicate()) {
      await this.#waitUntilAsync(patience);
      late = patience.deadlineMs <= nowMs();
    }
    return value;
  }

  /**
   * Lets one waiter go on, or `n`, those first who wait longest. They go on when the lock is
   * released. Does not block.
   *
   * @param n how many at most; default 1
   * @throws {RuntimeError} if the lock is not held
   * @throws {RangeError} if `n` is negative or not whole
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * changed.with(() => changed.notify(2));
   * ```
   */
  notify(n: number = 1): void {
    checkpoint();
    checkCount(n);
    this.#checkHeld('notify');
    notifyCondition(homeOf(this.#prim), this.#prim, n);
  }

  /**
   * Lets all go on that wait now. Does not block.
   *
   * @throws {RuntimeError} if the lock is not held
   *
   * @example
   * ```ts
   * import { Condition } from 'heddle/threading';
   * const changed = new Condition();
   * changed.with(() => changed.notifyAll());
   * ```
   */
  notifyAll(): void {
    checkpoint();
    this.notify(ALL);
  }

  #waitUntil(deadlineMs: number): boolean {
    return this.#told(waitConditionBlocking(homeOf(this.#prim), this.#prim, deadlineMs));
  }

  async #waitUntilAsync(patience: Patience): Promise<boolean> {
    patience.signal?.throwIfAborted();
    const home = homeOf(this.#prim);
    const { tid } = home;
    const outcome = await waitConditionAsync(home, this.#prim, patience);
    if (home.tid !== tid) throw leaveBehind(this.#prim, outcome.notified);
    const notified = this.#told(outcome);
    if (outcome.aborted) throw patience.signal?.reason;
    return notified;
  }

  #told({ notified, taken }: ConditionOutcome): boolean {
    // Throws if the lock was abandoned, which tells more than how the wait ended.
    tellTaken(taken, lockOfCondition(homeOf(this.#prim), this.#prim));
    return notified;
  }

  #checkHeld(act: string): void {
    checkHeld(this.#prim, this.#lock instanceof RLock, act);
  }
}

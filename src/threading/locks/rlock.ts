// RLock: a lock that its owner may take again. The lock is kernel/waiting/lock-word.ts; beside its
// word are
//
//   COUNT   how often it is held
//   FLOW    0 when a thread holds it, the number of the asynchronous flow otherwise; negative
//           while a guard holds it that was taken asynchronously
//
// both written only by the holder.
import { DeadlockError, RuntimeError } from '../../errors/index.ts';
import {
  ABANDONED,
  Attachment,
  PRIM,
  PRIM_TYPE,
  RELEASED_BY,
  SharedObject,
  TAKEN,
  TID_MASK,
  arena,
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
import { describe, holderOf, labelOf, showBy, threadName } from './describe.ts';
import { isOwner, newFlow, runInFlow } from './flow.ts';
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

const RLOCK: number = defineKind('RLock', import.meta.url, {
  attach: (handle) => new RLock(new Attachment(handle) as never),
  destroy: destroyPrimitive,
});

/**
 * A lock that its owner may take again, and has to release as often.
 *
 * The owner is the thread for acquire() and with(); for withAsync() it is the asynchronous flow, so
 * that two flows of one thread exclude each other. Within a flow that holds the lock, acquire() and
 * with() are reentrant too.
 *
 * @example
 * ```ts
 * import { RLock } from 'heddle/threading';
 * const lock = new RLock();
 * const inner = () => lock.with(() => 'inside');
 * if (lock.with(inner) !== 'inside') throw new Error('not reentrant');
 * ```
 */
export class RLock extends SharedObject implements LockLike {
  readonly #prim: number;

  /**
   * Makes a lock that nobody holds.
   *
   * @param options.name shown in errors and dumps
   */
  constructor(options: NamedOptions = {}) {
    super(primitive(RLOCK, PRIM_TYPE.LOCK, options));
    this.#prim = SharedObject.handleOf(this) as number;
  }

  /**
   * Takes the lock, sleeping until it is free; the owner takes it once more at once.
   *
   * Blocks this thread, the main thread too; on a thread that serves events prefer {@link
   * withAsync}. On time-out the lock is left as it was.
   *
   * @param options.timeout longest wait; 0 tries once; without it, waits for ever
   * @param options.blocking false: do not wait at all
   * @returns true when the lock was taken, false when the time was up
   * @throws {RangeError} if the time-out is negative, or given together with `blocking: false`
   * @throws {AbandonedLockError} if the last holder ended without releasing; the caller holds the
   *   lock then
   * @throws {DeadlockError} if the wait would never end: its holder waits for this thread in turn,
   *   or is a flow of this very thread, which could not go on while it blocks; the lock is left as
   *   it was
   *
   * @example
   * ```ts
   * import { RLock } from 'heddle/threading';
   * const lock = new RLock();
   * lock.acquire();
   * lock.acquire();
   * lock.release();
   * lock.release();
   * ```
   */
  acquire(options?: BlockingOptions): boolean {
    checkpoint();
    if (
      options === undefined &&
      atomics.compareExchange(cells, this.#prim + PRIM.WORD, 0, ownTid(this.#prim)) === 0
    ) {
      atomics.poke(cells, this.#prim + PRIM.COUNT, 1);
      return true;
    }
    return this.#acquireContended(options);
  }

  /**
   * Undoes one acquire(); the last one gives the lock up. Does not block.
   *
   * @throws {RuntimeError} if this thread, or this flow, does not hold it
   *
   * @example
   * ```ts
   * import { RLock } from 'heddle/threading';
   * const lock = new RLock();
   * lock.acquire();
   * lock.release();
   * ```
   */
  release(): void {
    checkpoint();
    if (!isOwner(this.#prim)) {
      throw new RuntimeError(
        `Cannot release ${describe(this.#prim)} here as only its holder may, which is ` +
          'not the current thread or asynchronous flow',
      );
    }
    this.#releaseOnce();
  }

  /**
   * Tells whether somebody holds the lock; it may be otherwise a moment later. Does not block.
   *
   * @returns true while it is held, or was left held by a thread that ended
   *
   * @example
   * ```ts
   * import { RLock } from 'heddle/threading';
   * if (new RLock().locked()) throw new Error('held by nobody');
   * ```
   */
  locked(): boolean {
    checkpoint();
    return (atomics.load(cells, this.#prim + PRIM.WORD) & (TID_MASK | ABANDONED)) !== 0;
  }

  /**
   * Takes the lock for a scope: `using _ = lock.guard()` releases it when the block ends.
   *
   * Blocks as {@link acquire} does. When an error is thrown the lock is not held once more than
   * before.
   *
   * @param options as of acquire()
   * @returns a guard whose disposal releases the lock
   * @throws {TimeoutError} if the time was up, or `blocking: false` found it held
   * @throws {AbandonedLockError} if the last holder ended without releasing
   *
   * @example
   * ```ts
   * import { RLock } from 'heddle/threading';
   * const guard = new RLock().guard();
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
   * The scope is not reentrant, as what runs in it cannot be told from what runs beside it: within
   * it, acquire() and with() of this thread throw a DeadlockError, and withAsync() waits until the
   * guard is disposed of. Prefer {@link withAsync}.
   *
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason
   * @returns a guard whose disposal releases the lock
   * @throws {TimeoutError} if the time was up
   * @throws {AbandonedLockError} if the last holder ended without releasing
   *
   * @example
   * ```ts
   * import { RLock } from 'heddle/threading';
   * const guard = await new RLock().guardAsync({ timeout: 1 });
   * guard[Symbol.dispose]();
   * ```
   */
  async guardAsync(options?: AsyncOptions): Promise<Guard> {
    // Nothing runs in a flow of a negative number (flow.ts).
    await this.#enter(-newFlow(), false, options);
    return guardOf(beginScope(this.#prim, () => this.#releaseOnce()));
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
   * import { RLock } from 'heddle/threading';
   * if (new RLock().with(() => 42) !== 42) throw new Error('wrong');
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
   * Runs a function with the lock held by its asynchronous flow until its promise settles. Does not
   * block.
   *
   * @param body what to run; withAsync(), with() and acquire() of the same lock are reentrant
   *   within
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason, and no wake-up is
   *   lost
   * @returns what it returns, awaited
   * @throws {TimeoutError} if the time was up; the body is not run
   * @throws {AbandonedLockError} if the last holder ended without releasing; the body is not run,
   *   the lock not held
   *
   * @example
   * ```ts
   * import { RLock } from 'heddle/threading';
   * const lock = new RLock();
   * await lock.withAsync(() => lock.withAsync(async () => {}));
   * ```
   */
  async withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T> {
    const outer = this.#heldByFlow();
    const flow = outer === 0 ? newFlow() : outer;
    await this.#enter(flow, outer !== 0, options);
    const leave = beginScope(this.#prim, () => this.#releaseOnce());
    try {
      return await (outer === 0 ? runInFlow(this.#prim, flow, body) : body());
    } finally {
      leave();
    }
  }

  #acquireContended(options: BlockingOptions | undefined): boolean {
    const deadlineMs = deadlineOf(options, this.#prim);
    const prim = this.#prim;
    if (isOwner(this.#prim)) {
      atomics.poke(cells, prim + PRIM.COUNT, atomics.peek(cells, prim + PRIM.COUNT) + 1);
      return true;
    }
    if (
      (atomics.load(cells, prim + PRIM.WORD) & TID_MASK) === ownTid(prim) &&
      deadlineMs === Infinity
    ) {
      throw deadlockWithFlow(prim);
    }
    const outcome = lockBlocking(homeOf(prim), prim, deadlineMs, RELEASED_BY.OWNER);
    if (outcome >= TAKEN) this.#begin(0);
    return tellTaken(outcome, prim);
  }

  async #enter(flow: number, again: boolean, options: AsyncOptions = {}): Promise<void> {
    const prim = this.#prim;
    const patience = toPatience(options, isFamily(prim));
    if (again) {
      atomics.poke(cells, prim + PRIM.COUNT, atomics.peek(cells, prim + PRIM.COUNT) + 1);
      return;
    }
    // In the step that takes the word, so that nothing of this thread finds it taken but not for
    // whom.
    const begin = (): void => this.#begin(flow);
    const acquire = async (): Promise<boolean> =>
      tellTaken(await lockAsync(homeOf(prim), prim, patience, begin), prim);
    await enterScopeAsync(acquire, () => this.#releaseOnce(), prim);
  }

  #begin(flow: number): void {
    atomics.poke(cells, this.#prim + PRIM.COUNT, 1);
    atomics.poke(cells, this.#prim + PRIM.FLOW, flow);
  }

  // The flow that holds the lock, if the running code is part of it; else 0.
  #heldByFlow(): number {
    return isOwner(this.#prim) ? atomics.peek(cells, this.#prim + PRIM.FLOW) : 0;
  }

  #releaseOnce(): void {
    const count = atomics.peek(cells, this.#prim + PRIM.COUNT) - 1;
    atomics.poke(cells, this.#prim + PRIM.COUNT, count);
    if (count > 0) return;
    atomics.poke(cells, this.#prim + PRIM.FLOW, 0);
    unlock(homeOf(this.#prim), this.#prim);
  }
}

showBy(RLock.prototype, (prim) => {
  const holder = holderOf(prim);
  if (holder === null) return 'unlocked';
  const count = atomics.peek(cells, prim + PRIM.COUNT);
  return count > 1 ? `locked by ${holder}, ${count} deep` : `locked by ${holder}`;
});

function deadlockWithFlow(prim: number): DeadlockError {
  const name = describe(prim, false);
  return new DeadlockError(
    `Cannot wait for ${name} as an asynchronous flow of this very thread holds it, ` +
      'and could not go on while the thread is blocked\nUse withAsync() here, too',
    { cycle: [threadName(arena.tid), labelOf(prim)] },
  );
}

// Semaphore: a number of permits. The algorithm is kernel/primitives/semaphore-word.ts.
import { TimeoutError } from '../../errors/index.ts';
import {
  Attachment,
  PARKED,
  PERMITS,
  PRIM,
  PRIM_TYPE,
  SharedObject,
  arena,
  atomics,
  checkpoint,
  defineKind,
  freePermits,
  initSemaphore,
  permitAsync,
  permitBlocking,
  releasePermits,
  toPatience,
  homeOf,
  isFamily,
} from '../../kernel/index.ts';
import type { Birth } from '../../kernel/index.ts';
import type { AsyncOptions, BlockingOptions, NamedOptions } from '../types.ts';
import { describe, showBy } from './describe.ts';
import { deadlineOf, guardOf } from './guard.ts';
import type { Guard } from './guard.ts';
import { destroyPrimitive, primitive } from './primitive.ts';

const SEMAPHORE: number = defineKind('Semaphore', import.meta.url, {
  attach: (handle) => new Semaphore(new Attachment(handle) as never),
  destroy: destroyPrimitive,
});
const BOUNDED: number = defineKind('BoundedSemaphore', import.meta.url, {
  attach: (handle) => new BoundedSemaphore(new Attachment(handle) as never),
  destroy: destroyPrimitive,
});

/**
 * A number of permits, each of which lets one in. Any thread may give permits back, more than there
 * were, too.
 *
 * The same semaphore in every thread that it reaches. A thread that ends with a permit has used it
 * up.
 *
 * @example At most two at a time
 * ```ts
 * import { Semaphore, Thread } from 'heddle/threading';
 * const seats = new Semaphore(2);
 * const target = () => seats.with(() => 'seated');
 * const threads = [1, 2, 3].map(() => new Thread({ target }).start());
 * for (const thread of threads) thread.join();
 * if (seats.value !== 2) throw new Error('a permit was lost');
 * ```
 */
export class Semaphore extends SharedObject {
  readonly #prim: number;

  /**
   * Makes a semaphore.
   *
   * @param value permits that are free at first; default 1
   * @param options.name shown in errors and dumps
   * @throws {RangeError} if the value is negative, not whole, or above 2^30 - 1
   * @throws {TypeError} if it is not a number
   */
  constructor(value: number = 1, options: NamedOptions = {}) {
    super(birth(value, options, new.target));
    this.#prim = SharedObject.handleOf(this) as number;
  }

  /**
   * Takes a permit, sleeping until there is one.
   *
   * Blocks this thread, the main thread too; on a thread that serves events prefer {@link
   * acquireAsync}. Waiters are served in the order of arrival, but a running thread may overtake
   * one for up to a millisecond.
   *
   * @param options.timeout longest wait; 0 tries once; without it, waits for ever
   * @param options.blocking false: do not wait at all
   * @returns true when a permit was taken, false when the time was up
   * @throws {RangeError} if the time-out is negative, or given together with `blocking: false`
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * const seats = new Semaphore();
   * if (!seats.acquire()) throw new Error('there was one');
   * if (seats.acquire({ timeout: '10ms' })) throw new Error('there was one only');
   * ```
   */
  acquire(options?: BlockingOptions): boolean {
    checkpoint();
    return (options === undefined && this.#takeFree()) || this.#acquireContended(options);
  }

  /**
   * Takes a permit without blocking the thread: its event loop turns while it waits.
   *
   * @param options.timeout longest wait; 0 tries once
   * @param options.signal ends the wait: the promise is rejected with its reason, and no permit is
   *   lost
   * @returns true when a permit was taken, false when the time was up
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * const seats = new Semaphore(3);
   * if (await seats.acquireAsync({ timeout: 1 })) seats.release();
   * ```
   */
  acquireAsync(options?: AsyncOptions): Promise<boolean> {
    if (options === undefined && this.#takeFree()) return Promise.resolve(true);
    return this.#acquireAsyncContended(options ?? {});
  }

  /**
   * Gives permits back, and lets as many waiters go on. Any thread may, whether it took one or not.
   * Does not block.
   *
   * @param n how many; default 1
   * @throws {RangeError} if `n` is below 1 or not whole, or there would be more permits than there
   *   may be: 2^30 - 1, or the initial value of a BoundedSemaphore. None is given then.
   * @throws {TypeError} if it is not a number
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * const seats = new Semaphore(0);
   * seats.release(2);
   * if (seats.value !== 2) throw new Error('lost one');
   * ```
   */
  release(n: number = 1): void {
    checkpoint();
    if (!isCount(n) || n === 0) throw notReleasable(n, this.#prim);
    if (!releasePermits(homeOf(this.#prim), this.#prim, n)) throw overReleased(n, this.#prim);
  }

  /**
   * Takes a permit for a scope: `using _ = seats.guard()` gives it back when the block ends.
   *
   * Blocks as {@link acquire} does.
   *
   * @param options as of acquire()
   * @returns a guard whose disposal gives the permit back, once
   * @throws {TimeoutError} if the time was up, or `blocking: false` found no permit
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * const guard = new Semaphore().guard();
   * guard[Symbol.dispose]();
   * ```
   */
  guard(options?: BlockingOptions): Guard {
    if (!this.acquire(options)) throw timeUp(this.#prim);
    return guardOf(() => this.release());
  }

  /**
   * The same without blocking: `using _ = await seats.guardAsync()`.
   *
   * @param options as of acquireAsync()
   * @returns a guard whose disposal gives the permit back, once
   * @throws {TimeoutError} if the time was up
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * const guard = await new Semaphore().guardAsync({ timeout: 1 });
   * guard[Symbol.dispose]();
   * ```
   */
  async guardAsync(options?: AsyncOptions): Promise<Guard> {
    if (!(await this.acquireAsync(options))) throw timeUp(this.#prim);
    return guardOf(() => this.release());
  }

  /**
   * Runs a function with a permit taken, and gives it back whatever happens. Blocks as {@link
   * acquire} does.
   *
   * @param body what to run
   * @returns what it returns
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * if (new Semaphore().with(() => 42) !== 42) throw new Error('wrong');
   * ```
   */
  with<T>(body: () => T): T {
    this.acquire();
    try {
      return body();
    } finally {
      this.release();
    }
  }

  /**
   * Runs a function with a permit taken until its promise settles. Does not block.
   *
   * @param body what to run
   * @param options as of acquireAsync()
   * @returns what it returns, awaited
   * @throws {TimeoutError} if the time was up; the body is not run
   *
   * @example
   * ```ts
   * import { Semaphore } from 'heddle/threading';
   * await new Semaphore(2).withAsync(async () => {}, { timeout: '1s' });
   * ```
   */
  async withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T> {
    if (!(await this.acquireAsync(options))) throw timeUp(this.#prim);
    try {
      return await body();
    } finally {
      this.release();
    }
  }

  /** Permits that are free now; it may be otherwise a moment later. */
  get value(): number {
    return freePermits(homeOf(this.#prim), this.#prim);
  }

  // One look and one compare-and-exchange, without a loop.
  #takeFree(): boolean {
    const { cells } = arena;
    const word = atomics.load(cells, this.#prim + PRIM.WORD);
    if ((word & ~PARKED) === 0) return false;
    return atomics.compareExchange(cells, this.#prim + PRIM.WORD, word, word - 1) === word;
  }

  #acquireContended(options: BlockingOptions | undefined): boolean {
    return permitBlocking(homeOf(this.#prim), this.#prim, deadlineOf(options, this.#prim)) !== 0;
  }

  async #acquireAsyncContended(options: AsyncOptions): Promise<boolean> {
    const patience = toPatience(options, isFamily(this.#prim));
    const prim = this.#prim;
    const outcome = await permitAsync(homeOf(prim), prim, patience);
    // `this` is looked at once more, so that the semaphore is there as long as somebody waits.
    return this.#prim === prim && outcome !== 0;
  }
}

/**
 * A semaphore that never has more permits than at first: one release() too many is an error, as it
 * is nearly always a mistake in the program.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore } from 'heddle/threading';
 * const seats = new BoundedSemaphore(2);
 * try {
 *   seats.release();
 * } catch (error) {
 *   if (!(error instanceof RangeError) || seats.value !== 2) throw error;
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {}

showBy(Semaphore.prototype, (prim) => {
  const most = atomics.peek(arena.cells, prim + PRIM.COUNT);
  const free = freePermits(homeOf(prim), prim);
  return most === PERMITS ? `value=${free}` : `value=${free}/${most}`;
});

function birth(value: number, options: NamedOptions, type: NewableFunction): Birth {
  const given: unknown = value;
  const bounded = type === BoundedSemaphore || BoundedSemaphore.isPrototypeOf(type);
  if (!(given instanceof Attachment) && !isCount(given)) throw notAValue(given);
  const named = primitive(bounded ? BOUNDED : SEMAPHORE, PRIM_TYPE.SEMAPHORE, options);
  return {
    ...named,
    given,
    init: (handle) => {
      named.init(handle);
      initSemaphore(homeOf(handle), handle, value, bounded ? value : PERMITS);
    },
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= PERMITS;
}

function notAValue(value: unknown): Error {
  const wanted = 'a whole number from 0 to 2^30 - 1 is wanted';
  if (typeof value === 'number') {
    return new RangeError(`Cannot make a semaphore of ${value} permits as ${wanted}`);
  }
  return new TypeError(
    `Cannot make a semaphore of a value of type ${typeof value} as ${wanted}\n` +
      "Options come second: new Semaphore(1, { name: 'seats' })",
  );
}

function notReleasable(n: unknown, prim: number): Error {
  const wanted = 'a whole number from 1 to 2^30 - 1 is wanted';
  const message = `Cannot release ${String(n)} permits of ${describe(prim)} as ${wanted}`;
  return typeof n === 'number' ? new RangeError(message) : new TypeError(message);
}

function overReleased(n: number, prim: number): RangeError {
  const most = atomics.peek(arena.cells, prim + PRIM.COUNT);
  const free = freePermits(homeOf(prim), prim);
  return new RangeError(
    `Cannot release ${n} of ${describe(prim)} as ${free} permits are free already, ` +
      `and ${most} is the most`,
  );
}

function timeUp(prim: number): TimeoutError {
  return new TimeoutError(
    `Cannot enter the scope of ${describe(prim)} as the time was up before a permit was free`,
  );
}

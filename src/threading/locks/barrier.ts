// Barrier: parties that wait for each other. The algorithm is kernel/primitives/barrier-word.ts.
//
// The action runs in whichever thread comes last. A message is made of it when the barrier first
// leaves the thread that has the function: not at once, as it may speak of the barrier itself.
import { inspect } from 'node:util';
import { BrokenBarrierError, DeadlockError, RuntimeError } from '../../errors/index.ts';
import {
  Attachment,
  BARRIER,
  BROKEN,
  FIRST,
  KEPT,
  PRIM_TYPE,
  SharedObject,
  abortBarrier,
  arena,
  atomics,
  countArrived,
  defineKind,
  endAction,
  isActing,
  isBroken,
  resetBarrier,
  toDeadline,
  toPatience,
  toMs,
  waitBarrierAsync,
  waitBarrierBlocking,
  homeOf,
  isFamily,
  perform,
  nowMs,
} from '../../kernel/index.ts';
import type { Birth, Duration } from '../../kernel/index.ts';
import { drop, load, store } from '../../wire/index.ts';
import type { AsyncOptions, NamedOptions } from '../types.ts';
import { describe, showBy, threadName } from './describe.ts';
import { destroyPrimitive, primitive } from './primitive.ts';

/** Options of a Barrier. */
export interface BarrierOptions extends NamedOptions {
  /**
   * Run once a round, by the party that comes last, before any is let go. It must not return a
   * promise. What it throws goes to that party, and breaks the barrier for the others.
   */
  readonly action?: (() => void) | undefined;
  /** Longest wait of a party that gives none; without it they wait for ever. */
  readonly timeout?: Duration | undefined;
}

const KIND: number = defineKind('Barrier', import.meta.url, {
  attach: (handle) => new Barrier(new Attachment(handle) as never),
  depart: (barrier) => sendAction(barrier as Barrier),
  destroy: (handle) => {
    const action = atomics.load(arena.cells, handle + BARRIER.ACTION);
    if (action > KEPT) drop(action);
    destroyPrimitive(handle);
  },
});

let sendAction: (barrier: Barrier) => void;

const PARTIES_MAX = 2 ** 30;

/**
 * A place where a number of parties wait until all of them are there, again and again.
 *
 * A party whose time is up breaks the barrier for all: those who wait, and those who come until
 * reset(), get a BrokenBarrierError. So does one that dies while it waits. One whose signal is
 * aborted is withdrawn, and the others go on waiting.
 *
 * @example
 * ```ts
 * import { Barrier, Thread } from 'heddle/threading';
 * const barrier = new Barrier(2);
 * const thread = new Thread({ target: () => barrier.wait() }).start();
 * const numbers = [barrier.wait(), thread.result()];
 * if (numbers.toSorted().join() !== '0,1') throw new Error('one number each');
 * ```
 */
export class Barrier extends SharedObject {
  readonly #prim: number;
  #action: (() => unknown) | undefined;

  static {
    sendAction = (barrier) => barrier.#send();
  }

  /**
   * Makes a barrier at which nobody waits.
   *
   * What the action captures is read when the barrier first goes to another thread; if it cannot
   * travel, that is a TransferError then.
   *
   * @param parties how many have to come, at least 1
   * @param options.action run by the party that comes last, before any is let go
   * @param options.timeout longest wait of a party that gives none
   * @param options.name shown in errors and dumps
   * @throws {RangeError} if `parties` is not an integer from 1 to 2^30, or the time-out is negative
   *
   * @example
   * ```ts
   * import { Barrier } from 'heddle/threading';
   * import { Value } from 'heddle/shared';
   * const rounds = new Value('i32');
   * const barrier = new Barrier(1, { action: () => void rounds.add(1) });
   * barrier.wait();
   * if (rounds.value !== 1) throw new Error('the action did not run');
   * ```
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    super(birthOf(parties, options));
    this.#prim = SharedObject.handleOf(this) as number;
    this.#action = options.action;
  }

  /** How many have to come. */
  get parties(): number {
    return atomics.peek(arena.cells, this.#prim + BARRIER.PARTIES);
  }

  /** How many have come in this round; 0 while the barrier is broken. */
  get nWaiting(): number {
    return this.broken ? 0 : countArrived(homeOf(this.#prim), this.#prim);
  }

  /** Whether the barrier is broken, which it is until reset(). */
  get broken(): boolean {
    return isBroken(homeOf(this.#prim), this.#prim);
  }

  /**
   * Blocks until all parties are here. The last one runs the action first.
   *
   * @param timeout longest wait, instead of the barrier's own; 0 breaks the barrier unless this
   *   party is the last
   * @returns a number from 0 to `parties` - 1, another one for each party of the round
   * @throws {BrokenBarrierError} if the barrier is broken, or reset while this party waits, or the
   *   time is up, which breaks it
   * @throws {RangeError} if the time-out is negative
   * @throws {DeadlockError} if this is the action of this very barrier
   *
   * @example
   * ```ts
   * import { Barrier, BrokenBarrierError } from 'heddle/threading';
   * try {
   *   new Barrier(2).wait('10ms');
   *   throw new Error('met nobody');
   * } catch (error) {
   *   if (!(error instanceof BrokenBarrierError)) throw error;
   * }
   * ```
   */
  wait(timeout?: Duration): number {
    const prim = this.#prim;
    const deadlineMs = this.#deadline(timeout);
    if (deadlineMs === Infinity && isActing(homeOf(prim), prim)) throw waitsInAction(prim);
    const run = new Run(prim, () => this.#load());
    return run.conclude(waitBarrierBlocking(homeOf(prim), prim, deadlineMs, run.act));
  }

  /**
   * Resolves when all parties are here. Does not block. When this party is the last it runs the
   * action, in this thread.
   *
   * @param options.timeout longest wait, instead of the barrier's own
   * @param options.signal ends the wait: the promise is rejected with its reason, and the others
   *   wait for another party instead
   * @returns a number from 0 to `parties` - 1, another one for each party of the round
   * @throws {BrokenBarrierError} as wait()
   *
   * @example
   * ```ts
   * import { Barrier } from 'heddle/threading';
   * const barrier = new Barrier(2);
   * const numbers = await Promise.all([barrier.waitAsync(), barrier.waitAsync()]);
   * if (numbers.join() !== '0,1') throw new Error('one number each');
   * ```
   */
  async waitAsync(options: AsyncOptions = {}): Promise<number> {
    const prim = this.#prim;
    const { signal } = toPatience(options, isFamily(prim));
    const patience = { deadlineMs: this.#deadline(options.timeout), signal };
    const run = new Run(prim, () => this.#load());
    return run.conclude(await waitBarrierAsync(homeOf(prim), prim, patience, run.act));
  }

  /**
   * Makes the barrier as new. Those who wait get a BrokenBarrierError; a round that is complete,
   * and whose action runs, is left alone. Does not block.
   *
   * @example
   * ```ts
   * import { Barrier } from 'heddle/threading';
   * const barrier = new Barrier(1);
   * barrier.abort();
   * barrier.reset();
   * barrier.wait();
   * ```
   */
  reset(): void {
    resetBarrier(homeOf(this.#prim), this.#prim);
  }

  /**
   * Breaks the barrier: those who wait and those who come get a BrokenBarrierError, until reset().
   * Does not block.
   *
   * @example
   * ```ts
   * import { Barrier } from 'heddle/threading';
   * const barrier = new Barrier(2);
   * barrier.abort();
   * if (!barrier.broken) throw new Error('whole');
   * ```
   */
  abort(): void {
    abortBarrier(homeOf(this.#prim), this.#prim);
  }

  #deadline(timeout: Duration | undefined): number {
    if (timeout !== undefined) return toDeadline(timeout, isFamily(this.#prim));
    const ms = atomics.wide.peek(arena.numbers, (this.#prim + BARRIER.TIMEOUT_MS) / 2);
    return ms === 0 ? 0 : nowMs() + ms;
  }

  #load(): () => unknown {
    if (this.#action === undefined) {
      const message = atomics.load(arena.cells, this.#prim + BARRIER.ACTION);
      if (message === KEPT) throw keptElsewhere(this.#prim);
      this.#action = load(message) as () => unknown;
    }
    return this.#action;
  }

  #send(): void {
    const { cells } = arena;
    const index = this.#prim + BARRIER.ACTION;
    if (atomics.load(cells, index) !== KEPT) return;
    const message = store(this.#action, 'action', homeOf(this.#prim));
    if (atomics.compareExchange(cells, index, KEPT, message) !== KEPT) drop(message);
  }
}

showBy(Barrier.prototype, (prim) => {
  const home = homeOf(prim);
  if (isBroken(home, prim)) return 'broken';
  const parties = atomics.peek(arena.cells, prim + BARRIER.PARTIES);
  return `waiters=${countArrived(home, prim)}/${parties}`;
});

// One party's wait, in which it may have to run the action.
class Run {
  readonly #prim: number;
  readonly #find: () => () => unknown;
  #hasFailed = false;
  #failure: unknown;

  constructor(prim: number, find: () => () => unknown) {
    this.#prim = prim;
    this.#find = find;
  }

  /** Runs the action, and ends it; does not throw. */
  readonly act = (): number => {
    try {
      const value = perform(this.#find());
      if (isThenable(value)) throw promised(this.#prim);
    } catch (error) {
      this.#hasFailed = true;
      this.#failure = error;
    }
    return endAction(homeOf(this.#prim), this.#prim, !this.#hasFailed);
  };

  /** The party's number, or the error that it gets instead. */
  conclude(outcome: number): number {
    if (this.#hasFailed) throw this.#failure;
    if (outcome >= FIRST) return outcome - FIRST;
    const name = describe(this.#prim);
    const reason =
      outcome === BROKEN
        ? 'is broken: a party gave up, failed or died, or somebody broke or reset it'
        : 'was not full when the time was up, so that it is broken now';
    throw new BrokenBarrierError(`Cannot wait at ${name} as it ${reason}\nreset() makes it as new`);
  }
}

function birthOf(parties: number, options: BarrierOptions): Birth {
  const born = primitive(KIND, PRIM_TYPE.BARRIER, options);
  if ((parties as unknown) instanceof Attachment) return { ...born, given: parties };
  const timeoutMs = check(parties, options);
  const { cells, numbers } = arena;
  return {
    ...born,
    given: parties,
    byteLength: BARRIER.CELLS * 4,
    init: (handle) => {
      atomics.poke(cells, handle + BARRIER.ACTION, options.action === undefined ? 0 : KEPT);
      atomics.poke(cells, handle + BARRIER.PARTIES, parties);
      atomics.wide.poke(numbers, (handle + BARRIER.TIMEOUT_MS) / 2, timeoutMs);
      born.init(handle);
    },
  };
}

// The time-out in milliseconds.
function check(parties: unknown, options: BarrierOptions): number {
  if (typeof parties !== 'number') {
    throw new TypeError(`Cannot make a barrier of ${inspect(parties)} parties: a number is wanted`);
  }
  if (!Number.isInteger(parties) || parties < 1 || parties > PARTIES_MAX) {
    throw new RangeError(
      `Cannot make a barrier of ${parties} parties: an integer from 1 to 2^30 is wanted`,
    );
  }
  const { action, timeout } = options;
  if (action !== undefined && typeof action !== 'function') {
    throw new TypeError(
      `Cannot make a barrier as its action is ${inspect(action)}, not a function`,
    );
  }
  return timeout === undefined ? Infinity : toMs(timeout, 'timeout');
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function promised(prim: number): TypeError {
  return new TypeError(
    `Cannot let the parties of ${describe(prim)} go as its action returned a promise, ` +
      'which a blocked thread cannot await\nMake the action a function that is not async',
  );
}

// A module made it with an action in one thread, and without in this one.
function keptElsewhere(prim: number): RuntimeError {
  return new RuntimeError(
    `Cannot run the action of ${describe(prim)} as this thread made the barrier without one, ` +
      'and another thread with one\nMake it the same in all threads that import its module',
  );
}

function waitsInAction(prim: number): DeadlockError {
  const name = describe(prim);
  return new DeadlockError(
    `Cannot wait at ${name} in its own action as that has to end before anybody may wait`,
    { cycle: [threadName(arena.tid), name] },
  );
}

// A thread: a function that runs on a worker of its own beside the caller, and the object by which
// all threads know it.
//
// The object is a view of a record in the arena (life/record.ts); it travels as such, and is the
// same thread everywhere.
import { inspect } from 'node:util';
import { RuntimeError } from '../errors/index.ts';
import {
  Attachment,
  HEADER,
  SharedObject,
  arena,
  ask,
  atomics,
  checkpoint,
  defineKind,
  handleOf,
  retain,
  setEvent,
  toDeadline,
  toMs,
  toPatience,
} from '../kernel/index.ts';
import type { Duration } from '../kernel/index.ts';
import { drop, isImporting, store } from '../wire/index.ts';
import { currentRecord } from './current.ts';
import { startHolding } from './life/finish.ts';
import { drainHook } from './life/hook.ts';
import { followUp, foresee, launch, launchAlone, prepare } from './life/launch.ts';
import {
  ASKED,
  RECORD,
  STATE,
  destroyRecord,
  getField,
  initRecord,
  moveField,
  nameOf,
  rename,
  setField,
  shapeOf,
  shapes,
} from './life/record.ts';
import { enlist } from './life/roster.ts';
import { beginStart } from './life/starts.ts';
import { awaitBegin, awaitEnd, awaitEndAsync, lookAround } from './view/join.ts';
import { enterMainThread, nextIdent } from './main.ts';
import { outcomeOf } from './view/outcome.ts';
import { stateOf, waitingForOf } from './view/states.ts';
import type { State } from './view/states.ts';
import { stopSignalOf } from './view/stop-signal.ts';
import {
  endsLater,
  notStarted,
  setAfterStart,
  startedElsewhere,
  startedTwice,
  startedWhileImporting,
  waitsForItself,
} from './thread-errors.ts';
import { checkOptions, textOf } from './thread-options.ts';
import type { ThreadLimits, ThreadOptions } from './thread-options.ts';
import type { AsyncOptions, Callable } from './types.ts';
import { resourceUsageOf } from './view/usage.ts';

const THREAD: number = defineKind('Thread', import.meta.url, {
  attach: (handle) => new Thread(new Attachment(handle) as never),
  destroy: destroyRecord,
});

/**
 * A thread of the operating system that runs a function beside the caller.
 *
 * The target may be any function, a closure too (docs/values.md says what can travel). It is copied
 * with the variables that it captures; heddle's own objects stay the same objects. A promise that
 * it returns is awaited.
 *
 * @example
 * ```ts
 * import { Thread } from 'heddle/threading';
 * const factor = 3;
 * const thread = new Thread({ target: (n: number) => n * factor, args: [14] }).start();
 * if (thread.result() !== 42) throw new Error('wrong');
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a thread of which nothing is known
export class Thread<A extends readonly unknown[] = readonly any[], R = any> extends SharedObject {
  readonly #record: number;
  readonly #target: Callable<A, R> | undefined;
  readonly #args: readonly unknown[];
  readonly #limits: ThreadLimits | undefined;
  #signal: AbortSignal | undefined;

  /**
   * Makes a thread that is not running yet; for the first, a worker begins to boot. Does not block.
   *
   * @param options target, args, name, daemon, isolate, resourceLimits
   * @throws {TypeError} if the target is not a function, or args not an array
   */
  constructor(options: ThreadOptions<A, R>) {
    const checked = (options as unknown) instanceof Attachment ? null : checkOptions(options);
    if (checked !== null && !checked.isolate && checked.limits === undefined) foresee();
    super({
      ...shapeOf(new.target),
      given: options,
      module: false,
      init: (record) => {
        initRecord(record, checked?.name ?? '', checked?.daemon ?? false);
        setField(record, RECORD.ISOLATED, Number(checked?.isolate ?? false));
      },
    });
    this.#record = handleOf(this) as number;
    this.#target = checked?.target as Callable<A, R> | undefined;
    this.#args = checked?.args ?? [];
    this.#limits = checked?.limits;
  }

  /**
   * Begins the thread, and returns this object, so that it can be chained.
   *
   * Blocks, as in Python, until the thread has begun: some ten microseconds when a worker is
   * parked, some ten milliseconds when one has to be made. When the target cannot travel the thread
   * is as it was, and may be started again.
   *
   * @returns this thread
   * @throws {RuntimeError} if it was started before, the program is ending, or no worker can be had
   *   for it
   * @throws {TransferError} if the target, a variable that it captures, or an argument cannot
   *   travel
   *
   * @example
   * ```ts
   * import { Thread } from 'heddle/threading';
   * const target = (n: number) => n + 1;
   * const threads = [1, 2].map((n) => new Thread({ target, args: [n] }).start());
   * for (const thread of threads) thread.join();
   * ```
   */
  start(): this {
    checkpoint();
    const record = this.#record;
    const name = JSON.stringify(this.name);
    if (getField(record, RECORD.STATE) !== STATE.INITIAL) throw startedTwice(name);
    if (this.#target === undefined) throw startedElsewhere(name);
    if (atomics.load(arena.cells, HEADER.CLOSING) !== 0) {
      throw new RuntimeError(`Cannot start thread ${name} as the program is ending`);
    }
    if (isImporting()) throw startedWhileImporting(name);
    const alone = this.#limits !== undefined || getField(record, RECORD.ISOLATED) !== 0;
    if (!alone) prepare();
    const task = store([this.#target, this.#args], ['target', 'args']);
    if (!beginStart(record)) {
      drop(task);
      throw startedTwice(name);
    }
    setField(record, RECORD.TASK, task);
    setField(record, RECORD.IDENT, nextIdent());
    enlist(record);
    if (!this.daemon) startHolding(record);
    if (alone) launchAlone({ record, limits: this.#limits });
    else launch(record);
    awaitBegin(record);
    followUp();
    return this;
  }

  /**
   * Blocks until the thread has ended, or the time is up.
   *
   * May be called often, and by many threads. Does not tell what came of the target: see {@link
   * result}.
   *
   * @param timeout longest wait; without it, waits for ever
   * @returns true when the thread has ended
   * @throws {RuntimeError} if it was not started, or is the calling thread itself
   * @throws {DeadlockError} if the thread waits for the calling one in turn
   * @throws {RangeError} if the time-out is negative
   *
   * @example
   * ```ts
   * import { Thread } from 'heddle/threading';
   * const thread = new Thread({ target: () => {} }).start();
   * while (!thread.join('50ms')) console.log('still at it');
   * ```
   */
  join(timeout?: Duration): boolean {
    this.#checkJoin('join');
    const ended = awaitEnd(this.#record, toDeadline(timeout));
    drainHook();
    return ended;
  }

  /**
   * Resolves with true when the thread has ended, or with false when the time is up. Does not
   * block.
   *
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason, the thread goes
   *   on
   * @throws {RuntimeError} if it was not started, or is the calling thread itself
   *
   * @example
   * ```ts
   * import { Thread } from 'heddle/threading';
   * await new Thread({ target: () => {} }).start().joinAsync({ timeout: '5s' });
   * ```
   */
  async joinAsync(options: AsyncOptions = {}): Promise<boolean> {
    this.#checkJoin('join');
    const patience = toPatience(options);
    const ended = await awaitEndAsync(this.#record, patience);
    drainHook();
    return ended;
  }

  /**
   * Blocks until the target has returned and gives its value, or throws its error. Beyond Python.
   *
   * The except hook hears of the error all the same. Each call gives a new copy of the value.
   *
   * @param timeout longest wait; without it, waits for ever
   * @returns what the target returned, awaited
   * @throws {TimeoutError} if the time is up; the thread goes on
   * @throws {RuntimeError} if it was not started, is the calling thread, was terminated, or called
   *   process.exit()
   * @throws {WorkerDiedError} if its worker died
   * @throws {TransferError} if the value cannot travel
   *
   * @example
   * ```ts
   * import { Thread } from 'heddle/threading';
   * const thread = new Thread({ target: (a: number, b: number) => a + b, args: [1, 2] }).start();
   * if (thread.result() !== 3) throw new Error('wrong');
   * ```
   */
  result(timeout?: Duration): Awaited<R> {
    this.#checkJoin('wait for the result of');
    const ended = awaitEnd(this.#record, toDeadline(timeout));
    drainHook();
    if (!ended) throw endsLater(JSON.stringify(this.name));
    return outcomeOf(this.#record) as Awaited<R>;
  }

  /**
   * Resolves with what the target returned, or rejects with its error. Does not block. Beyond
   * Python.
   *
   * @param options.timeout longest wait; a TimeoutError after it
   * @param options.signal ends the wait: the promise is rejected with its reason, the thread goes
   *   on
   * @throws {TimeoutError} if the time is up; the thread goes on
   *
   * @example
   * ```ts
   * import { Thread } from 'heddle/threading';
   * const thread = new Thread({ target: async () => 'done' }).start();
   * if ((await thread.resultAsync()) !== 'done') throw new Error('wrong');
   * ```
   */
  async resultAsync(options: AsyncOptions = {}): Promise<Awaited<R>> {
    this.#checkJoin('wait for the result of');
    const patience = toPatience(options);
    const ended = await awaitEndAsync(this.#record, patience);
    drainHook();
    if (!ended) throw endsLater(JSON.stringify(this.name));
    return outcomeOf(this.#record) as Awaited<R>;
  }

  /**
   * Asks the thread to stop, and after `grace` stops it dead wherever it is. Does not block. Beyond
   * Python.
   *
   * Its {@link signal} is aborted at once. Stopped dead means: no `finally`, no handler runs; what
   * it holds is reported as abandoned to the next who takes it. A thread that has ended stays as it
   * is.
   *
   * @param grace time to stop by itself; default 0
   * @throws {RuntimeError} if it was not started, or is the main thread
   *
   * @example
   * ```ts
   * import { Thread } from 'heddle/threading';
   * const target = () => { for (;;); };
   * const thread = new Thread({ target }).start();
   * thread.terminate();
   * thread.join();
   * ```
   */
  terminate(grace: Duration = 0): void {
    const record = this.#record;
    const graceMs = toMs(grace, 'grace');
    const name = JSON.stringify(this.name);
    if (getField(record, RECORD.STATE) === STATE.INITIAL) {
      throw new RuntimeError(`Cannot terminate thread ${name} as it was not started`);
    }
    if (record === atomics.load(arena.cells, HEADER.MAIN_RECORD)) {
      throw new RuntimeError('Cannot terminate the main thread\nprocess.exit() ends the program');
    }
    if (getField(record, RECORD.STATE) >= STATE.ENDING) return;
    if (graceMs !== Infinity) setField(record, RECORD.ASKED, ASKED.TO_BE_STOPPED);
    else moveField(record, RECORD.ASKED, ASKED.NO, ASKED.POLITELY);
    setEvent(arena, record + RECORD.STOP);
    if (graceMs === Infinity) return;
    retain(record);
    ask({ type: 'terminate', record, graceMs });
  }

  /**
   * In the thread itself: aborted when it is asked to stop. Reading `aborted` suffices, in a loop
   * that never ends too.
   */
  get signal(): AbortSignal {
    this.#signal ??= stopSignalOf(this.#record);
    return this.#signal;
  }

  /** True from start() until the target is through. */
  isAlive(): boolean {
    lookAround();
    const state = getField(this.#record, RECORD.STATE);
    return state !== STATE.INITIAL && state !== STATE.ENDED;
  }

  /**
   * Shown in errors and dumps; need not be unique, and may be changed at any time, by any thread.
   */
  get name(): string {
    return nameOf(this.#record);
  }

  set name(name: string) {
    rename(this.#record, textOf(name));
  }

  /** Whether the program may end while it runs. RuntimeError to set after start(). */
  get daemon(): boolean {
    return getField(this.#record, RECORD.DAEMON) !== 0;
  }

  set daemon(daemon: boolean) {
    if (getField(this.#record, RECORD.STATE) !== STATE.INITIAL) {
      throw setAfterStart(JSON.stringify(this.name));
    }
    setField(this.#record, RECORD.DAEMON, daemon ? 1 : 0);
  }

  /** Python's older spelling of `thread.daemon = …`. */
  setDaemon(daemon: boolean): void {
    this.daemon = daemon;
  }

  /** A number that no other thread of the program has: from start() on; null before. */
  get ident(): number | null {
    return getField(this.#record, RECORD.IDENT) || null;
  }

  /** The kernel's number of the thread; null before it runs, or where the platform tells none. */
  get nativeId(): number | null {
    return getField(this.#record, RECORD.OS_TID) || null;
  }

  /** Which of the five states it is in. */
  get state(): State {
    lookAround();
    return stateOf(this.#record);
  }

  /**
   * What it waits for now, for example `RLock "lock" held by Thread-2 (func)`; null when it waits
   * for nothing of heddle's.
   */
  get waitingFor(): string | null {
    return waitingForOf(this.#record);
  }

  /** Processor time and JavaScript heap: of its run so far, or of all of it when it has ended. */
  get resourceUsage(): { cpuSeconds: number; heapBytes: number } {
    return resourceUsageOf(this.#record);
  }

  #checkJoin(act: string): void {
    const name = JSON.stringify(this.name);
    if (getField(this.#record, RECORD.STATE) === STATE.INITIAL) {
      throw notStarted(act, name);
    }
    if (this.#record === currentRecord() && this.isAlive()) {
      throw waitsForItself(act, name);
    }
  }
}

shapes.set(Thread, { kind: THREAD, byteLength: RECORD.CELLS * 4 });
enterMainThread(THREAD);

// What console.log shows.
Object.defineProperty(Thread.prototype, inspect.custom, {
  value(this: Thread): string {
    return `Thread { ${JSON.stringify(this.name)}, ${this.state}${this.daemon ? ', daemon' : ''} }`;
  },
});

// A process: a function that runs in a Node.js of its own, and the object by which this process
// knows it.
//
// The object is a view of a record in this process's arena (child/record.ts), so all threads here
// know it; to another process it cannot be sent. The supervisor (child/supervisor.ts) starts it and
// hears of its end.
import fs from 'node:fs';
import { inspect } from 'node:util';
import { RuntimeError } from '../errors/index.ts';
import {
  Attachment,
  HEADER,
  SharedObject,
  arena,
  atomics,
  defineKind,
  handleOf,
  startOf,
  toDeadline,
  toPatience,
  waitEventAsync,
  waitEventBlocking,
} from '../kernel/index.ts';
import { isImporting } from '../wire/index.ts';
import { launch } from './child/launch.ts';
import {
  CHILD,
  STATE,
  UNKNOWN,
  destroyChild,
  getField,
  identityOf,
  initChild,
  nameOf,
  rename,
  setField,
  setIdentity,
} from './child/record.ts';
import type { Surroundings } from './child/task.ts';
import * as refusals from './process-errors.ts';
import { checkOptions, textOf } from './process-options.ts';
import type { ProcessOptions } from './process-options.ts';
import { parentOfThis, thisProcess } from './self.ts';
import type { AsyncOptions, Callable, Duration, State } from './types.ts';
import { stateOf, usageOf } from './usage.ts';
import { tellName, watchParent } from './watch.ts';

const PROCESS: number = defineKind('Process', import.meta.url, {
  attach: (handle) => new Process(new Attachment(handle) as never),
  destroy: destroyChild,
});

/**
 * A process of the operating system that runs a function beside this one: a Node.js of its own,
 * with its own memory, that leaves this one alone when it crashes.
 *
 * The target may be any function, a closure too (docs/values.md says what can travel). It and its
 * arguments are copied. The main file is not run again, so no guard is needed. What the two are to
 * share is named: the objects of this package are shared by all processes that they reach.
 *
 * @example
 * ```ts
 * import { Process } from 'heddle/multiprocessing';
 * const greeting = 'hello from process';
 * const target = () => console.log(greeting, process.pid);
 * const child = new Process({ target }).start();
 * child.join();
 * if (child.exitcode !== 0) throw new Error(`exit code ${child.exitcode}`);
 * ```
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a process of which nothing is known
export class Process<A extends readonly unknown[] = readonly any[]> extends SharedObject {
  readonly #record: number;
  readonly #target: Callable<A> | undefined;
  readonly #args: readonly unknown[];
  readonly #cwd: string | undefined;
  readonly #surroundings: Surroundings;

  /**
   * Makes a process that is not running yet. Does not block.
   *
   * @param options target, args, name, daemon, env, cwd, execArgv
   * @throws {TypeError} if the target is not a function, args not an array, or another option of
   *   the wrong type, or one that the system cannot take
   */
  constructor(options: ProcessOptions<A>) {
    const checked = (options as unknown) instanceof Attachment ? null : checkOptions(options);
    super({
      kind: PROCESS,
      byteLength: CHILD.CELLS * 4,
      given: options,
      module: false,
      init: (record) => {
        initChild(record, checked?.name ?? '', checked?.daemon ?? false);
        setIdentity(record, checked?.identity ?? '');
      },
    });
    this.#record = handleOf(this) as number;
    this.#target = checked?.target as Callable<A> | undefined;
    this.#args = checked?.args ?? [];
    this.#cwd = checked?.cwd;
    this.#surroundings = checked?.surroundings ?? { env: undefined, execArgv: undefined };
  }

  /**
   * Begins the process, and returns this object, so that it can be chained.
   *
   * Blocks until the system has made the process, not until it runs the target. When the target
   * cannot travel, or no process can be made, this one is as it was, and may be started again.
   *
   * @returns this process
   * @throws {RuntimeError} if it was started before, in another process or thread, by a daemon, or
   *   the system makes no process
   * @throws {TransferError} if the target, a variable that it captures, or an argument cannot
   *   travel
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * const target = (n: number) => process.exit(n);
   * const children = [1, 2].map((n) => new Process({ target, args: [n] }).start());
   * for (const child of children) child.join();
   * ```
   */
  start(): this {
    const record = this.#open('start');
    const name = JSON.stringify(this.name);
    if (getField(record, CHILD.STATE) !== STATE.INITIAL) throw refusals.startedTwice(name);
    if (this.#target === undefined) throw refusals.startedElsewhere(name);
    if (getField(thisProcess(), CHILD.DAEMON) !== 0) throw refusals.daemonsChild(name);
    if (atomics.load(arena.cells, HEADER.CLOSING) !== 0) throw refusals.startedTooLate(name);
    if (isImporting()) throw refusals.startedWhileImporting(name);
    const cwd = this.#cwd ?? process.cwd();
    if (!fs.statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
      throw refusals.nowhere(name, cwd);
    }
    const letter = {
      name: this.name,
      identity: identityOf(record),
      daemon: this.daemon,
      script: process.argv[1],
      argv: process.argv.slice(2),
      cwd,
      parent: { name: nameOf(thisProcess()), pid: process.pid },
    };
    if (!launch(record, letter, [this.#target, this.#args], this.#surroundings)) {
      throw refusals.startedTwice(name);
    }
    return this;
  }

  /**
   * Blocks until the process has ended, or the time is up; at once when it has ended.
   *
   * @param timeout longest wait; 0 or less looks once; without it, waits for ever
   * @returns true when it has ended
   * @throws {RuntimeError} if it was not started, or is the one that calls this
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * const child = new Process({ target: () => {} }).start();
   * if (!child.join('30s')) child.kill();
   * ```
   */
  join(timeout?: Duration): boolean {
    const record = this.#joinable();
    return waitEventBlocking(arena, record, toDeadline(timeout, true), record, () => {});
  }

  /**
   * Resolves when the process has ended, or the time is up. Does not block.
   *
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason
   * @returns true when it has ended
   * @throws {RuntimeError} if it was not started, or is the one that calls this
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * await new Process({ target: () => {} }).start().joinAsync();
   * ```
   */
  async joinAsync(options: AsyncOptions = {}): Promise<boolean> {
    const record = this.#joinable();
    const patience = toPatience(options, true);
    const ended = await waitEventAsync(arena, record, patience, () => {});
    return ended && this.#record === record;
  }

  /**
   * Tells whether the process runs. Does not block.
   *
   * @returns true from start() until it has ended
   *
   * @example
   * ```ts
   * import { currentProcess } from 'heddle/multiprocessing';
   * if (!currentProcess().isAlive()) throw new Error('who asks?');
   * ```
   */
  isAlive(): boolean {
    const record = this.#open('ask for');
    if (getField(record, CHILD.STATE) !== STATE.RUNNING) return false;
    // A parent's end is told by the system only; a child's by the supervisor.
    return record !== parentOfThis() || startOf(getField(record, CHILD.PID)) !== null;
  }

  /**
   * Sends it SIGTERM, which ends a process that does not handle it. Does not block, and has no
   * effect on one that has ended. What it held is told as abandoned to the next who takes it.
   *
   * @throws {RuntimeError} if it was not started
   *
   * @example
   * ```ts
   * import { Event, Process } from 'heddle/multiprocessing';
   * const never = new Event();
   * const child = new Process({ target: () => never.wait() }).start();
   * child.terminate();
   * child.join();
   * if (child.exitcode !== -15) throw new Error(String(child.exitcode));
   * ```
   */
  terminate(): void {
    this.#signal('SIGTERM');
  }

  /**
   * Sends it SIGKILL, which ends every process. Does not block; no effect on one that has ended.
   *
   * @throws {RuntimeError} if it was not started
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * const child = new Process({ target: () => { for (;;); } }).start();
   * child.kill();
   * child.join();
   * if (child.exitcode !== -9) throw new Error(String(child.exitcode));
   * ```
   */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /**
   * Sends it SIGINT, as Ctrl-C does. Does not block; no effect on one that has ended.
   *
   * @throws {RuntimeError} if it was not started
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * const child = new Process({ target: () => { for (;;); } }).start();
   * child.interrupt();
   * child.join();
   * ```
   */
  interrupt(): void {
    this.#signal('SIGINT');
  }

  /**
   * Says that nobody will ask for this process any more. Does not block. Afterwards only its name
   * is known; closing twice is closing once.
   *
   * @throws {RangeError} if it runs
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * const child = new Process({ target: () => {} }).start();
   * child.join();
   * child.close();
   * ```
   */
  close(): void {
    const state = getField(this.#record, CHILD.STATE);
    if (state === STATE.STARTING || state === STATE.RUNNING) {
      throw refusals.closedAlive(JSON.stringify(this.name));
    }
    setField(this.#record, CHILD.CLOSED, 1);
  }

  /** Its name: what is not a string is made one. */
  get name(): string {
    return nameOf(this.#record);
  }

  set name(name: string) {
    rename(this.#record, textOf(name));
    if (this.#record === thisProcess()) tellName();
  }

  /** Whether it is terminated when its parent ends. RuntimeError to set after start(). */
  get daemon(): boolean {
    return getField(this.#open('ask for'), CHILD.DAEMON) !== 0;
  }

  set daemon(daemon: boolean) {
    const record = this.#open('change');
    if (typeof daemon !== 'boolean') throw refusals.noDaemon(JSON.stringify(this.name), daemon);
    if (getField(record, CHILD.STATE) !== STATE.INITIAL) {
      throw refusals.setAfterStart(JSON.stringify(this.name));
    }
    setField(record, CHILD.DAEMON, daemon ? 1 : 0);
  }

  /**
   * The same as setting `daemon`: Python's older spelling.
   *
   * @param daemon whether it is one
   * @throws {RuntimeError} if it was started
   * @throws {TypeError} if `daemon` is not a boolean
   *
   * @example
   * ```ts
   * import { Process } from 'heddle/multiprocessing';
   * new Process({ target: () => {} }).setDaemon(true);
   * ```
   */
  setDaemon(daemon: boolean): void {
    this.daemon = daemon;
  }

  /** The system's number of it; null before start(). */
  get pid(): number | null {
    return getField(this.#open('ask for'), CHILD.PID) || null;
  }

  /**
   * Null while it runs, and before; then its exit code, or -N when signal N ended it. Always null
   * of the parent, as the system tells only who started it.
   */
  get exitcode(): number | null {
    const record = this.#open('ask for');
    const exit = getField(record, CHILD.EXIT);
    return getField(record, CHILD.STATE) === STATE.ENDED && exit !== UNKNOWN ? exit : null;
  }

  /**
   * One of the five states, as the system tells of its main thread: 'ready' could run and has no
   * processor, 'waiting' is blocked or asleep.
   */
  get state(): State {
    return stateOf(this.#open('ask for'));
  }

  /**
   * What it has used so far: processor time, and the memory that is in the machine's now. Of one
   * that has ended, the most memory that it had, or 0 where it was killed, as nothing tells then;
   * nothing tells of a parent that has ended at all.
   */
  get resourceUsage(): { cpuSeconds: number; rssBytes: number } {
    return usageOf(this.#open('ask for'));
  }

  #open(action: string): number {
    if (getField(this.#record, CHILD.CLOSED) === 0) return this.#record;
    throw refusals.closed(action, JSON.stringify(this.name));
  }

  #joinable(): number {
    const record = this.#open('join');
    const name = JSON.stringify(this.name);
    if (getField(record, CHILD.STATE) === STATE.INITIAL) throw refusals.notStarted('join', name);
    if (record === thisProcess()) throw refusals.joinedItself(name);
    if (record === parentOfThis()) watchParent();
    return record;
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGINT'): void {
    const record = this.#open('signal');
    const state = getField(record, CHILD.STATE);
    if (state === STATE.INITIAL) throw refusals.notStarted('signal', JSON.stringify(this.name));
    if (state !== STATE.RUNNING) return;
    try {
      process.kill(getField(record, CHILD.PID), signal);
    } catch (cause) {
      // It has just ended.
      if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') {
        throw new RuntimeError(`Cannot signal process ${this.name} as the system refuses`, {
          cause,
        });
      }
    }
  }
}

// What console.log shows.
Object.defineProperty(Process.prototype, inspect.custom, {
  value(this: Process): string {
    const name = JSON.stringify(this.name);
    const record = handleOf(this) as number;
    if (getField(record, CHILD.CLOSED) !== 0) return `Process { ${name}, closed }`;
    return `Process { ${name}, ${this.state}${this.daemon ? ', daemon' : ''} }`;
  },
});

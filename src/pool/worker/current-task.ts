// In a task: who it is, and whether somebody wants it to stop.
import { RuntimeError } from '../../errors/index.ts';
import {
  arena,
  atomics,
  checkpoint,
  clearEvent,
  homeOf,
  waitEventAsync,
} from '../../kernel/index.ts';
import { load } from '../../wire/index.ts';
import { POOL, TASK, WORKER } from '../shared/layout.ts';
import { poolField, workerAt } from '../shared/state.ts';
import { taskField, wholeOf } from '../shared/task.ts';

/** What a task can know of itself. */
export interface CurrentTask {
  /**
   * Aborted when the caller's signal is, with its reason; a RuntimeError stands for one that cannot
   * travel here. Reading `aborted` suffices, in a loop that never ends.
   */
  readonly signal: AbortSignal;
  /** A number that no other task of the pool has; it keeps it when it is run again. */
  readonly id: number;
  /** The name of its worker. */
  readonly worker: string;
  /** 1 in its first run; more after a worker died that ran it. */
  readonly attempt: number;
}

/** About the longest that a timer can. */
const HOLD_MS = 2 ** 30;

/** The item that runs here: its worker's cells, 0 while none runs. */
let cells = 0;
const ELSEWHERE = -1;
let workerName = '';
let id = 0;
let attempt = 0;
let shown: CurrentTask | null = null;
let endWatch: (() => void) | null = null;

/** Says which worker this is. */
export function enterWorker(worker: string): void {
  workerName = worker;
}

/** Says which item runs from now on. */
export function enterItem(worker: number, itemId: number, itemAttempt: number): void {
  cells = worker;
  id = itemId;
  attempt = itemAttempt;
  if (shown !== null) forget();
}

/** Says that an item runs from now on whose worker is elsewhere, and what that knows of it. */
export function enterTask(task: CurrentTask, end: () => void): void {
  leaveItem();
  cells = ELSEWHERE;
  shown = task;
  endWatch = end;
}

/** Says that none runs any more. */
export function leaveItem(): void {
  cells = 0;
  if (shown !== null) forget();
}

/**
 * Gives, within a task of a pool, what it can know of itself. Does not block.
 *
 * @returns null outside of a task
 *
 * @example
 * ```ts
 * import { ThreadPool, currentTask } from 'heddle/multiprocessing';
 * const pool = new ThreadPool(1);
 * const attempt = pool.apply(() => currentTask()?.attempt);
 * if (attempt !== 1 || currentTask() !== null) throw new Error('where is this?');
 * pool.terminate();
 * ```
 */
export function currentTask(): CurrentTask | null {
  if (cells === 0) return null;
  shown ??= new RunningTask(cells, id, workerName, attempt + 1);
  return shown;
}

/**
 * Whether a task of the pool with this state runs here. Who waits for the pool's end in one waits
 * for the task itself.
 */
export function isInTaskOf(state: number): boolean {
  // The cells of a worker are within the state of its pool.
  return cells >= workerAt(state, 0) && cells < workerAt(state, poolField(state, POOL.SIZE));
}

/**
 * Keeps the event loop of this thread at work, for a task with a time-out: what that awaits may
 * never be settled, and its worker is not to end before the time is up.
 */
export function holdLoop(isTimed: boolean = hasTimeout()): NodeJS.Timeout | undefined {
  return isTimed ? setInterval(() => {}, HOLD_MS) : undefined;
}

/** Whether what runs here has a time-out. */
export function hasTimeout(): boolean {
  return cells > 0 && taskField(poolField(cells, WORKER.TASK), TASK.TIMEOUT_MS) !== 0;
}

class RunningTask implements CurrentTask {
  readonly id: number;
  readonly worker: string;
  readonly attempt: number;
  readonly #cells: number;
  #signal: AbortSignal | undefined;

  constructor(workerCells: number, taskId: number, worker: string, tries: number) {
    this.#cells = workerCells;
    this.id = taskId;
    this.worker = worker;
    this.attempt = tries;
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#newSignal();
    return this.#signal;
  }

  #newSignal(): AbortSignal {
    const { id: taskId } = this;
    const worker = this.#cells;
    const isAborted = (): boolean => {
      if (cells !== worker || id !== taskId) return false;
      checkpoint();
      return atomics.load(arena.cells, worker + WORKER.ABORTED_ID) === taskId;
    };
    const ended = new AbortController();
    endWatch = () => ended.abort();
    return abortSignal(
      isAborted,
      () => readReason(worker),
      (look) => watch(worker, look, ended.signal),
    );
  }
}

function readReason(worker: number): unknown {
  const message = taskField(wholeOf(poolField(worker, WORKER.TASK)), TASK.REASON);
  return message === 0 ? undefined : load(message);
}

function forget(): void {
  shown = null;
  endWatch?.();
  endWatch = null;
}

/**
 * Makes the signal of a task. Its event loop hears of an abort from `watch`, which calls what it is
 * given. Code that never gives the loop a turn sees it too, as reading `aborted` looks first.
 *
 * @param isAborted whether it is aborted by now
 * @param reason gives why, once it is; undefined if that did not come along
 * @param watchIt calls what it is given when it may be aborted
 */
export function abortSignal(
  isAborted: () => boolean,
  reason: () => unknown,
  watchIt: (look: () => void) => Promise<void>,
): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const look = (): void => {
    if (isAborted()) controller.abort(reasonOr(reason));
  };
  const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted') as {
    get: (this: AbortSignal) => boolean;
  };
  Object.defineProperty(signal, 'aborted', {
    configurable: true,
    get: () => {
      if (!aborted.get.call(signal)) look();
      return aborted.get.call(signal);
    },
  });
  Object.defineProperty(signal, 'throwIfAborted', {
    configurable: true,
    value: () => {
      if (signal.aborted) throw signal.reason;
    },
  });
  void watchIt(look);
  return signal;
}

// A signal's own reason is never undefined.
function reasonOr(read: () => unknown): unknown {
  let cause: unknown;
  try {
    const reason = read();
    if (reason !== undefined) return reason;
  } catch (error) {
    cause = error;
  }
  const message = 'Cannot go on with the task as its caller has aborted it';
  return new RuntimeError(message, cause === undefined ? {} : { cause });
}

// The event may have been set for an item before this one: then it is taken back, and this looks
// again, as it may have been set for this one in between.
async function watch(worker: number, look: () => void, ended: AbortSignal): Promise<void> {
  const home = homeOf(worker);
  const event = worker + WORKER.ABORT;
  // It keeps the event loop alive: a task may wait for nothing but to be asked to stop.
  const patience = { deadlineMs: Infinity, signal: ended };
  for (;;) {
    try {
      await waitEventAsync(home, event, patience, () => {});
    } catch {
      return;
    }
    if (ended.aborted) return;
    clearEvent(home, event);
    look();
  }
}

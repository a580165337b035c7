// One task's run in a worker: from its call to its outcome in the caller's mailbox.
//
// As long as nothing is asynchronous, nothing is awaited.
import {
  ADDED,
  arena,
  atomics,
  homeOf,
  release,
  retain,
  sleepUntil,
  nowMs,
} from '../../kernel/index.ts';
import { readCall } from '../shared/call.ts';
import type { Func, Work } from '../shared/call.ts';
import {
  ABORT,
  FORM,
  MAY_SPLIT,
  OUTCOME,
  POOL,
  TASK,
  TASK_STATE,
  WORKER,
} from '../shared/layout.ts';
import { note } from '../shared/histogram.ts';
import { ringSupervisor, setDeadline } from '../shared/state.ts';
import { countTask } from '../shared/stats.ts';
import { attemptPut } from '../shared/task-queue.ts';
import { post } from '../shared/delivery.ts';
import {
  failureToSend,
  formOf,
  moveTask,
  partOf,
  sendableError,
  taskField,
  wholeOf,
  writeOutcome,
} from '../shared/task.ts';
import { enterItem, holdLoop, leaveItem } from './current-task.ts';
import { leaveTask } from './take.ts';
import type { Workplace } from './workplace.ts';

/** The values of a chunk, and the errors of some, by place. */
type Mixed = readonly [
  values: readonly unknown[],
  errors: readonly (readonly [place: number, error: unknown])[],
];

// A chunk whose size nobody chose gives up after so long what it has not done, and tells what it
// has: so other workers share in what is slow, and the caller sees it advance.
const SPLIT_MS = 500;
// Between two looks at the clock; more where items are short.
const MOST_STRIDE = 64;
const SHORT_MS = 0.1;

/** Runs tasks in one worker. */
export class Runner {
  readonly #state: number;
  readonly #worker: number;
  readonly #at: Workplace['at'];
  /** The message that was read last, and what it says: parts of a chunk have it in common. */
  #message = 0;
  #work: Work | undefined;
  /** When the last task ended, in ms of nowMs(). */
  endedMs = 0;

  constructor(state: number, worker: number, at: Workplace['at']) {
    this.#state = state;
    this.#worker = worker;
    this.#at = at;
  }

  /** Runs a task; a promise when that takes turns of the event loop. */
  run(task: number): Promise<void> | undefined {
    try {
      // It was withdrawn, had it not been given back: another try, or a part.
      if (isAborted(task)) return this.#skip(task);
      const work = this.#read(task);
      const startMs = nowMs();
      note(this.#state + POOL.WAITS, startMs - sinceOf(task));
      if (work instanceof Promise) {
        return work.then(
          (read: Work) => this.#begin(task, this.#keep(task, read), nowMs()),
          (error: unknown) => this.#finish(task, OUTCOME.THREW, error, nowMs()),
        );
      }
      return this.#begin(task, work, startMs);
    } catch (error) {
      this.#finish(task, OUTCOME.THREW, error, nowMs());
      return undefined;
    }
  }

  // Nobody wants what would come of it.
  #skip(task: number): undefined {
    atomics.poke(arena.cells, task + TASK.COUNT, 0);
    this.#finish(task, OUTCOME.CANCELLED, undefined, nowMs());
  }

  #read(task: number): Work | Promise<Work> {
    const message = taskField(task, TASK.MESSAGE);
    if (message === this.#message && this.#work !== undefined) return this.#work;
    const work = readCall(task);
    return work instanceof Promise ? work : this.#keep(task, work);
  }

  // The parts of a chunk are worth reading once. The message is kept as long as it counts as read:
  // another one could get its number.
  #keep(task: number, read: Work): Work {
    if (this.#message !== 0) this.forget();
    const func = this.#at(read[0]);
    const work: Work = func === read[0] ? read : [func, read[1]];
    if ((taskField(task, TASK.FORM) & MAY_SPLIT) !== 0) {
      this.#message = taskField(task, TASK.MESSAGE);
      retain(this.#message);
      this.#work = work;
    }
    return work;
  }

  /** Gives back the message that was read last. */
  forget(): void {
    if (this.#message !== 0) release(this.#message);
    this.#message = 0;
    this.#work = undefined;
  }

  #begin(task: number, work: Work, startMs: number): Promise<void> | undefined {
    const form = formOf(task);
    if (form !== FORM.APPLY) return this.#runChunk(new Chunk(task, work, form, startMs));
    this.#enter(task, 0);
    const [func, args] = work;
    try {
      const value = func(...args);
      if (!isThenable(value)) {
        this.#finish(task, OUTCOME.RETURNED, value, startMs);
        return undefined;
      }
      const hold = holdLoop();
      return Promise.resolve(value).then(
        (settled) => {
          clearInterval(hold);
          this.#finish(task, OUTCOME.RETURNED, settled, startMs);
        },
        (error: unknown) => {
          clearInterval(hold);
          this.#finish(task, OUTCOME.THREW, error, startMs);
        },
      );
    } catch (error) {
      this.#finish(task, OUTCOME.THREW, error, startMs);
      return undefined;
    }
  }

  #runChunk(chunk: Chunk): Promise<void> | undefined {
    while (chunk.at < chunk.end) {
      this.#enter(chunk.task, chunk.at);
      if (this.#cut(chunk)) break;
      const value = chunk.call();
      if (isThenable(value)) return this.#awaitChunk(chunk, value);
      if (chunk.isLate() && this.#split(chunk)) break;
    }
    this.#finish(chunk.task, ...chunk.outcome(), chunk.startMs);
    return undefined;
  }

  async #awaitChunk(chunk: Chunk, first: PromiseLike<unknown>): Promise<void> {
    const hold = holdLoop();
    let value: unknown = first;
    try {
      for (;;) {
        if (isThenable(value)) await chunk.settle(value);
        if (chunk.at >= chunk.end) break;
        if (chunk.isLate() && this.#split(chunk)) break;
        this.#enter(chunk.task, chunk.at);
        if (this.#cut(chunk)) break;
        value = chunk.call();
      }
    } finally {
      clearInterval(hold);
    }
    this.#finish(chunk.task, ...chunk.outcome(), chunk.startMs);
  }

  // What is done goes to the caller, what is not goes back into the queue; false where that takes
  // no more.
  #split(chunk: Chunk): boolean {
    const { task, at, end } = chunk;
    const rest = partOf(task, at, end - at);
    const isBack = attemptPut(this.#state, rest) === ADDED;
    release(rest);
    if (isBack) chunk.endHere();
    return isBack;
  }

  // Of what its caller has aborted nobody wants the rest. Looked at once the item is told: either
  // this sees it, or the supervisor sees the item that is to hear of it.
  #cut(chunk: Chunk): boolean {
    if (taskField(chunk.whole, TASK.ABORTED) === ABORT.NONE) return false;
    chunk.endHere();
    return true;
  }

  #enter(task: number, item: number): void {
    const worker = this.#worker;
    const timeoutMs = taskField(task, TASK.TIMEOUT_MS);
    // Before the item: see the supervisor.
    if (timeoutMs !== 0) setDeadline(worker, nowMs() + timeoutMs);
    atomics.store(arena.cells, worker + WORKER.ITEM, item);
    enterItem(worker, taskField(task, TASK.ID) + item, taskField(task, TASK.ATTEMPT));
    // Each next deadline is later, so it is told of the first one only.
    if (timeoutMs !== 0 && item === taskField(task, TASK.FIRST)) ringSupervisor(this.#state);
  }

  #finish(task: number, outcome: number, value: unknown, startMs: number): void {
    this.endedMs = nowMs();
    leaveItem();
    this.#deliver(task, outcome, value, this.endedMs - startMs);
    leaveTask(this.#state, this.#worker, task);
  }

  #deliver(task: number, outcome: number, value: unknown, spentMs: number): void {
    const { cells } = arena;
    const count = taskField(task, TASK.COUNT);
    const failed = this.#write(task, outcome, value, count);
    atomics.poke(cells, task + TASK.SPENT_US, Math.min(2 ** 31 - 1, Math.ceil(spentMs * 1000)));
    if (taskField(task, TASK.TIMEOUT_MS) !== 0) setDeadline(this.#worker, 0);
    atomics.poke(cells, task + TASK.UNCOUNTED, failed + 1);
    if (!moveTask(task, TASK_STATE.TAKEN, TASK_STATE.DONE)) this.#halt();
    countTask(this.#state, task);
    post(task);
  }

  // Gives how many calls failed. Of a chunk only those fail whose values cannot travel.
  #write(task: number, outcome: number, value: unknown, count: number): number {
    const kind = writeOutcome(task, outcome, value);
    if (kind === OUTCOME.RETURNED) return 0;
    if (kind === OUTCOME.MIXED) return (value as Mixed)[1].length;
    if (kind === outcome || formOf(task) === FORM.APPLY) return count;
    const mixed = sift(
      this.#state,
      outcome === OUTCOME.MIXED ? (value as Mixed) : [value as unknown[], []],
    );
    return writeOutcome(task, OUTCOME.MIXED, mixed) === OUTCOME.MIXED ? mixed[1].length : count;
  }

  // This worker is being stopped dead, and its task is not its own any more.
  #halt(): never {
    for (;;) sleepUntil(arena, Infinity);
  }
}

// The items of a message that are to be run, and what came of them.
class Chunk {
  readonly task: number;
  readonly end: number;
  at: number;
  readonly whole: number;
  readonly #func: Func;
  readonly #items: readonly unknown[];
  readonly #spread: boolean;
  readonly #mayBeLate: boolean;
  readonly #values: unknown[] = [];
  readonly #errors: [place: number, error: unknown][] = [];
  readonly startMs: number;
  #stride = 1;
  #lookAt: number;
  #lookedMs: number;

  constructor(task: number, [func, items]: Work, form: number, startMs: number) {
    this.task = task;
    this.startMs = startMs;
    this.#lookedMs = startMs;
    this.whole = wholeOf(task);
    this.at = taskField(task, TASK.FIRST);
    this.end = this.at + taskField(task, TASK.COUNT);
    this.#func = func;
    this.#items = items;
    this.#spread = form === FORM.STARMAP;
    this.#mayBeLate = (taskField(task, TASK.FORM) & MAY_SPLIT) !== 0;
    this.#lookAt = this.at + 1;
  }

  /** Runs the next item; what it gave if that is a promise, to be settled. */
  call(): unknown {
    const func = this.#func;
    const item = this.#items[this.at];
    try {
      const value = this.#spread ? func(...(item as readonly unknown[])) : func(item);
      if (isThenable(value)) return value;
      this.#values.push(value);
    } catch (error) {
      this.#fail(error);
    }
    this.at += 1;
    return undefined;
  }

  async settle(value: PromiseLike<unknown>): Promise<void> {
    try {
      this.#values.push(await value);
    } catch (error) {
      this.#fail(error);
    }
    this.at += 1;
  }

  /** Whether it has run for so long that the rest should be another's. */
  isLate(): boolean {
    if (!this.#mayBeLate || this.at < this.#lookAt || this.at >= this.end) return false;
    const now = nowMs();
    const isShort = now - this.#lookedMs < SHORT_MS;
    this.#stride = isShort ? Math.min(this.#stride * 2, MOST_STRIDE) : 1;
    this.#lookedMs = now;
    this.#lookAt = this.at + this.#stride;
    return now - this.startMs > SPLIT_MS;
  }

  outcome(): [outcome: number, value: unknown] {
    if (this.#errors.length === 0) return [OUTCOME.RETURNED, this.#values];
    return [OUTCOME.MIXED, [this.#values, this.#errors]];
  }

  /** Leaves out the items that have not run. */
  endHere(): void {
    const { task, at } = this;
    atomics.poke(arena.cells, task + TASK.COUNT, at - taskField(task, TASK.FIRST));
  }

  #fail(error: unknown): void {
    this.#errors.push([this.#values.length, error]);
    this.#values.push(undefined);
  }
}

/** What cannot be sent is replaced by the error of that. */
function sift(state: number, [values, errors]: Mixed): Mixed {
  const home = homeOf(state);
  const sound: unknown[] = [];
  const failures = errors.map(([i, error]) => [i, sendableError(error, home)] as const);
  for (const [i, value] of values.entries()) {
    const failure = failureToSend(value, home);
    sound.push(failure === null ? value : undefined);
    if (failure !== null) failures.push([i, sendableError(failure[0], home)]);
  }
  // An executor takes the first.
  return [sound, failures.toSorted(([one], [other]) => one - other)];
}

function isAborted(task: number): boolean {
  return taskField(wholeOf(task), TASK.ABORTED) !== ABORT.NONE;
}

function sinceOf(task: number): number {
  return atomics.wide.peek(arena.numbers, (task + TASK.SINCE) / 2);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

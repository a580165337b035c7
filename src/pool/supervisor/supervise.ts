// The supervisor of a pool: a daemon thread that does nothing else, so that its event loop can
// always tell it of a worker's end, whatever blocks the threads of the program.
//
// It sleeps until the pool's bell is rung (by a worker that ends or begins a task with a time-out,
// by a caller who aborts or closes) or the next deadline has come. Then it looks at everything.
import {
  clearEvent,
  hasDied as hasGone,
  homeOf,
  ownTid,
  release,
  setEvent,
  waitEventAsync,
  nowMs,
} from '../../kernel/index.ts';
import { RuntimeError, TimeoutError, WorkerDiedError } from '../../errors/index.ts';
import { store } from '../../wire/index.ts';
import type { StartWorker } from '../backend.ts';
import { ABORT, FATE, POOL, TASK, WORKER } from '../shared/layout.ts';
import {
  breakPool,
  deadlineOf,
  failureOf,
  nameOfPool,
  poolField,
  setPoolField,
} from '../shared/state.ts';
import type { PoolState } from '../shared/state.ts';
import { shutTasks } from '../shared/task-queue.ts';
import { taskField, wholeOf } from '../shared/task.ts';
import { Crew } from './crew.ts';
import type { Hand } from './crew.ts';
import { countMissing, countWaiting, isShort } from './demand.ts';
import { Losses } from './losses.ts';
import type { Loss } from './losses.ts';

// How soon what found the queue full tries again, or a task that waits is looked after.
const RETURN_MS = 5;
// How soon it looks again for who closed the pool and has items to send: he may have been stopped.
const CLOSER_MS = 250;

/** Looks after a pool until its last worker has ended. */
export async function supervise(pool: PoolState, start: StartWorker): Promise<void> {
  const supervisor = new Supervisor(pool, start);
  setPoolField(pool.handle, POOL.SUPERVISOR, ownTid(pool.handle));
  await supervisor.run();
}

class Supervisor {
  readonly #state: number;
  readonly #crew: Crew;
  readonly #losses: Losses;
  #isShut = false;

  constructor(pool: PoolState, start: StartWorker) {
    this.#state = pool.handle;
    this.#crew = new Crew(pool, start);
    this.#losses = new Losses(this.#state);
  }

  async run(): Promise<void> {
    const home = homeOf(this.#state);
    const bell = this.#state + POOL.BELL;
    for (;;) {
      clearEvent(home, bell);
      this.#look();
      if (this.#isShut && this.#crew.isEmpty) break;
      const ms = this.#nextMs();
      const deadlineMs = Math.max(ms, nowMs() + 1);
      await waitEventAsync(home, bell, { deadlineMs }, () => {});
    }
    // What the last workers died with before they had noted it.
    this.#failWaiting();
    setEvent(home, this.#state + POOL.ENDED);
  }

  #look(): void {
    this.#buryDead();
    if (poolField(this.#state, POOL.FATE) === FATE.TERMINATED) return this.#stopAll();
    for (const hand of this.#crew.running()) this.#watch(hand);
    this.#losses.putBack(this.#gone());
    if (this.#isDone()) this.#shut();
    if (!this.#isShut) this.#fillUp();
  }

  #buryDead(): void {
    for (const [index, hand] of this.#crew.hands.entries()) {
      if (hand === null || hand.end === null) continue;
      const isFragile = poolField(this.#state, POOL.IS_FRAGILE) !== 0;
      if (isFragile && hand.stopped === null && hasDied(hand)) {
        this.#break(diedError(hand, 'a task'));
      }
      this.#losses.settle(hand.cells, () => this.#lossOf(hand));
      this.#crew.hands[index] = null;
      // One that dies before it can do anything would be followed by others without end.
      if (!hand.isReady && hand.stopped === null) this.#break(diedError(hand, 'its initializer'));
    }
  }

  // Null: it was stopped for another item than the one that it had come to, which is run again.
  #lossOf(hand: Hand): Loss | null {
    if (hand.stopped === 'pool') return { error: this.#gone(), isRetried: false };
    // A chunk of an executor has one outcome.
    const isWhole = poolField(this.#state, POOL.IS_FRAGILE) !== 0;
    if (hand.stopped === null) {
      return { error: diedError(hand, 'a task'), isRetried: true, isWhole };
    }
    if (hand.stopped === 'abort') {
      return { error: abortedError(hand), isRetried: false, isWhole: true };
    }
    if (poolField(hand.cells, WORKER.ITEM) !== hand.stoppedItem) return null;
    return { error: lateError(hand), isRetried: false, isWhole };
  }

  #watch(hand: Hand): void {
    const now = nowMs();
    const deadline = deadlineOf(hand.cells);
    const item = poolField(hand.cells, WORKER.ITEM);
    // A worker sets the deadline of its next item before it says that it has come to that; so where
    // the deadline is still the same, the item is the one that is late.
    const isLate = deadline !== 0 && deadline <= now && deadlineOf(hand.cells) === deadline;
    if (isLate) hand.stop('time', item);
    const task = hand.holdTask();
    if (task === 0) {
      hand.abortedId = 0;
      hand.graceMs = Infinity;
      return;
    }
    const id = taskField(task, TASK.ID);
    const isAborted = taskField(wholeOf(task), TASK.ABORTED) === ABORT.NOW;
    if (isAborted && hand.abortedId !== id) {
      hand.abortedId = id;
      hand.graceMs = now + taskField(task, TASK.GRACE_MS);
      hand.tellAbort(task);
    }
    if (!isAborted) hand.graceMs = Infinity;
    else if (hand.graceMs <= now) hand.stop('abort', item);
    release(task);
  }

  #nextMs(): number {
    const times = this.#crew.running().flatMap((hand) => {
      if (hand.stopped !== null) return [];
      return [deadlineOf(hand.cells) || Infinity, hand.graceMs];
    });
    const isLookDue = !this.#losses.isEmpty || isShort(this.#state);
    const lookMs = isLookDue ? RETURN_MS : this.#awaitsItems() ? CLOSER_MS : Infinity;
    return Math.min(...times, nowMs() + lookMs);
  }

  #awaitsItems(): boolean {
    const closer = poolField(this.#state, POOL.CLOSER);
    return closer !== 0 && !hasGone(homeOf(this.#state), closer, true);
  }

  // Nobody puts anything into a pool that is closed, save workers who are busy, who closed it with
  // items to send, and this.
  #isDone(): boolean {
    if (poolField(this.#state, POOL.FATE) === FATE.OPEN || this.#isShut) return false;
    if (this.#awaitsItems()) return false;
    if (!this.#losses.isEmpty || countWaiting(this.#state) > 0) return false;
    if (this.#crew.isBusy()) return false;
    return countWaiting(this.#state) <= 0;
  }

  #stopAll(): void {
    this.#shut();
    for (const hand of this.#crew.running()) {
      hand.stop('pool');
      if (hand.isCondemned()) this.#losses.settle(hand.cells, () => this.#lossOf(hand));
    }
    this.#losses.putBack(this.#gone());
  }

  #shut(): void {
    if (this.#isShut) return;
    this.#isShut = true;
    this.#failWaiting();
  }

  #failWaiting(): void {
    for (const task of shutTasks(this.#state)) {
      this.#losses.fail(task, this.#gone());
      release(task);
    }
  }

  // What a worker that was never ready tells of starting, it tells of its end.
  #fillUp(): void {
    let missing = countMissing(this.#state, this.#crew.hands);
    for (const [index, hand] of this.#crew.hands.entries()) {
      if (hand !== null || missing === 0) continue;
      missing -= 1;
      try {
        this.#crew.start(index);
      } catch (error) {
        this.#break(error);
        return this.#stopAll();
      }
      if (poolField(this.#state, POOL.FATE) === FATE.TERMINATED) return this.#stopAll();
    }
  }

  #break(error: unknown): void {
    breakPool(this.#state, store(error, 'error', homeOf(this.#state)));
  }

  /** Why nothing is run any more. */
  #gone(): unknown {
    return (
      failureOf(this.#state) ??
      new RuntimeError(
        `Cannot finish the task as pool ${JSON.stringify(nameOfPool(this.#state))} was terminated`,
      )
    );
  }
}

// In a task, or while it was idle; one that returned has come to its end.
function hasDied({ cells, end }: Hand): boolean {
  if (poolField(cells, WORKER.TASK) !== 0) return true;
  return end !== null && (end.signal !== null || (end.exitCode ?? 0) !== 0);
}

function diedError(hand: Hand, what: string): WorkerDiedError {
  const { exitCode = null, signal = null, cause } = hand.end ?? {};
  const code = exitCode ?? (poolField(hand.cells, WORKER.EXIT) || null);
  const shown = exitCode ?? (code === null ? null : code - 1);
  const how = signal === null ? `with exit code ${shown ?? 'unknown'}` : `by ${signal}`;
  return new WorkerDiedError(
    `Cannot finish ${what} as worker ${JSON.stringify(hand.name)} ended in it ${how}`,
    { exitCode: shown, signal, ...(cause === undefined ? {} : { cause }) },
  );
}

function abortedError(hand: Hand): RuntimeError {
  return new RuntimeError(
    `Cannot finish the task as its caller aborted it, and worker ${JSON.stringify(hand.name)} ` +
      'was stopped when it had not ended by itself',
    { code: 'ERR_HEDDLE_CANCELLED' },
  );
}

function lateError(hand: Hand): TimeoutError {
  return new TimeoutError(
    `Cannot finish the task as it ran longer than its time-out; worker ` +
      `${JSON.stringify(hand.name)} was stopped`,
  );
}

// The workers of a pool as its supervisor has them: it starts them, hears of their end, and stops
// them.
import { homeOf, release, setEvent, tryRetain } from '../../kernel/index.ts';
import type { BackendWorker, StartWorker, WorkerEnd } from '../backend.ts';
import { POOL, TASK, TASK_STATE, WORKER } from '../shared/layout.ts';
import {
  nextWorkerName,
  poolField,
  resetWorker,
  ringSupervisor,
  setPoolField,
  workerAt,
} from '../shared/state.ts';
import type { PoolState } from '../shared/state.ts';
import { moveTask, taskField } from '../shared/task.ts';

/** Why a worker was stopped. */
export type StopReason = 'time' | 'abort' | 'pool';

/** A worker that runs, or has ended and is to be seen to. */
export class Hand {
  readonly cells: number;
  readonly name: string;
  readonly #running: BackendWorker;
  /** How it ended; null while it runs. */
  end: WorkerEnd | null = null;
  /** Why it was stopped; null if it was not. */
  stopped: StopReason | null = null;
  /** Of a stop for time: the item. */
  stoppedItem = -1;
  /** When its aborted task has had its grace, and the number of that task. */
  graceMs: number = Infinity;
  abortedId = 0;

  constructor(cells: number, name: string, running: BackendWorker) {
    this.cells = cells;
    this.name = name;
    this.#running = running;
  }

  get isReady(): boolean {
    return poolField(this.cells, WORKER.READY) !== 0;
  }

  whenEnded(tell: (end: WorkerEnd) => void): void {
    void this.#running.ended.then(tell);
  }

  /**
   * Stops it; its task, if it runs one, is the supervisor's from then on.
   *
   * @param item the one that is the reason
   */
  stop(reason: StopReason, item = -1): void {
    if (this.stopped !== null || this.end !== null) return;
    const task = this.holdTask();
    if (task !== 0) {
      const isCondemned = moveTask(task, TASK_STATE.TAKEN, TASK_STATE.CONDEMNED);
      release(task);
      // It had its outcome in time.
      if (!isCondemned && reason !== 'pool') return;
    } else if (reason !== 'pool') {
      return;
    }
    this.stopped = reason;
    this.stoppedItem = item;
    this.#running.stop();
  }

  /** Whether the task that it runs is the supervisor's. */
  isCondemned(): boolean {
    const task = this.holdTask();
    if (task === 0) return false;
    const isOurs = taskField(task, TASK.STATE) === TASK_STATE.CONDEMNED;
    release(task);
    return isOurs;
  }

  /** The task that it runs now, with a reference; 0 if there is none. */
  holdTask(): number {
    const task = poolField(this.cells, WORKER.TASK);
    if (task === 0 || !tryRetain(task)) return 0;
    // Still there, so what was retained is that task, and no other block in its place.
    if (poolField(this.cells, WORKER.TASK) === task) return task;
    release(task);
    return 0;
  }

  /** Tells its task that it is aborted. */
  tellAbort(task: number): void {
    const id = taskField(task, TASK.ID) + Math.max(0, poolField(this.cells, WORKER.ITEM));
    setPoolField(this.cells, WORKER.ABORTED_ID, id);
    setEvent(homeOf(this.cells), this.cells + WORKER.ABORT);
  }
}

/** All workers of a pool. */
export class Crew {
  readonly #pool: PoolState;
  readonly #start: StartWorker;
  readonly hands: (Hand | null)[];

  constructor(pool: PoolState, start: StartWorker) {
    this.#pool = pool;
    this.#start = start;
    this.hands = Array.from({ length: poolField(pool.handle, POOL.SIZE) }, () => null);
  }

  get isEmpty(): boolean {
    return this.hands.every((hand) => hand === null);
  }

  /** Starts a worker in a place that is empty. */
  start(index: number): void {
    const state = this.#pool.handle;
    const cells = workerAt(state, index);
    resetWorker(state, cells);
    const name = nextWorkerName(state);
    const isFresh =
      poolField(state, POOL.MOST_TASKS) !== 0 || poolField(state, POOL.MOST_KIB) !== 0;
    const hand = new Hand(cells, name, this.#start({ name, state: this.#pool, index, isFresh }));
    this.hands[index] = hand;
    hand.whenEnded((end) => {
      hand.end = end;
      ringSupervisor(state);
    });
  }

  running(): Hand[] {
    return this.hands.filter((hand) => hand !== null && hand.end === null) as Hand[];
  }

  /** Whether any worker is between taking a task and being through with it. */
  isBusy(): boolean {
    return this.hands.some((hand) => hand !== null && poolField(hand.cells, WORKER.BUSY) !== 0);
  }
}

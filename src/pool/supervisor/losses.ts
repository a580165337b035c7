// What becomes of the task of a worker that has died, or is to be stopped: the item that it ran
// fails or is tried again, and the others of the message run elsewhere.
import { ADDED, atomics, arena, release } from '../../kernel/index.ts';
import { holdSlot } from '../../wire/index.ts';
import { POOL, TASK, TASK_STATE, WORKER } from '../shared/layout.ts';
import { poolField, setPoolField } from '../shared/state.ts';
import { attemptPut } from '../shared/task-queue.ts';
import { post } from '../shared/delivery.ts';
import { countTask } from '../shared/stats.ts';
import { failTask, moveTask, partOf, taskField } from '../shared/task.ts';

/** Why the item fails: the error, and whether it is worth another try. */
export interface Loss {
  readonly error: unknown;
  readonly isRetried: boolean;
  /** Whether it is the loss of all items, not only of the one that ran. */
  readonly isWhole?: boolean;
}

/** Sees to the tasks that workers have lost. */
export class Losses {
  readonly #state: number;
  /** Tasks that are to go back into the queue, and find it full. */
  #returning: number[] = [];

  constructor(state: number) {
    this.#state = state;
  }

  /** Whether tasks wait here for room in the queue. */
  get isEmpty(): boolean {
    return this.#returning.length === 0;
  }

  /** Takes the task of a worker that has ended, or will not end it: the item that ran fails. */
  settle(worker: number, loss: (task: number) => Loss | null): void {
    const task = poolField(worker, WORKER.TASK);
    if (task === 0) return;
    const at = taskField(task, TASK.STATE);
    // Its claim was never given up, so the queue has it back; or nobody wants it.
    const isNobodys = at === TASK_STATE.WAITING || at === TASK_STATE.WITHDRAWN;
    if (!isNobodys) this.#settleTask(worker, task, loss);
    setPoolField(worker, WORKER.TASK, 0);
    release(task);
  }

  /** Fails a task that nobody runs, and all its items. */
  fail(task: number, error: unknown): void {
    failTask(this.#state, task, error);
  }

  /** Tries again to put back what found no room; fails it where nothing is taken any more. */
  putBack(error: unknown): void {
    const waiting = this.#returning;
    this.#returning = [];
    for (const task of waiting) this.#return(task, error);
  }

  #settleTask(worker: number, task: number, loss: (task: number) => Loss | null): void {
    const state = taskField(task, TASK.STATE);
    // The outcome was there; whether it was told too, only the caller knows, who takes it once.
    if (state === TASK_STATE.DONE) return this.#retell(task);
    const isOurs =
      state === TASK_STATE.CONDEMNED || moveTask(task, TASK_STATE.TAKEN, TASK_STATE.CONDEMNED);
    if (!isOurs) return this.#retell(task);
    const first = taskField(task, TASK.FIRST);
    const end = first + taskField(task, TASK.COUNT);
    const found = loss(task);
    // One that it came to and was not to run is not among them.
    const item = Math.min(poolField(worker, WORKER.ITEM), end - 1);
    // It died as it read the call: whoever reads it may, so all of it fails.
    const isWhole = item < first || found?.isWhole === true;
    const [from, to] = isWhole ? [first, end] : [item, item + 1];
    // What goes back is not the task's any more, for who wants to know whether it is in parts.
    const keep = (count: number): void => atomics.poke(arena.cells, task + TASK.COUNT, count);
    if (found === null) {
      keep(0);
      return this.#return(partOf(task, first, end - first), null);
    }
    keep(to - from);
    if (from > first) this.#return(partOf(task, first, from - first), found.error);
    if (to < end) this.#return(partOf(task, to, end - to), found.error);
    const lost = partOf(task, from, to - from);
    const attempt = taskField(task, TASK.ATTEMPT) + 1;
    if (found.isRetried && attempt <= poolField(this.#state, POOL.RETRIES)) {
      atomics.poke(arena.cells, lost + TASK.ATTEMPT, attempt);
      return this.#return(lost, found.error);
    }
    this.fail(lost, found.error);
    release(lost);
  }

  #retell(task: number): void {
    countTask(this.#state, task);
    const again = partOf(task, taskField(task, TASK.FIRST), taskField(task, TASK.COUNT));
    const { cells, numbers } = arena;
    const slot = atomics.wide.peek(numbers, (task + TASK.RESULT) / 2);
    holdSlot(slot);
    atomics.wide.poke(numbers, (again + TASK.RESULT) / 2, slot);
    atomics.poke(cells, again + TASK.OUTCOME, taskField(task, TASK.OUTCOME));
    atomics.store(cells, again + TASK.STATE, TASK_STATE.DONE);
    post(again, true);
    release(again);
  }

  #return(task: number, error: unknown): void {
    const outcome = attemptPut(this.#state, task);
    if (outcome === 0) {
      this.#returning.push(task);
      return;
    }
    if (outcome !== ADDED) this.fail(task, error);
    release(task);
  }
}

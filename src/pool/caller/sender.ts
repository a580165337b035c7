// Sending the tasks of one job, and taking them back.
import {
  ADDED,
  SHUT,
  arena,
  atomics,
  homeOf,
  queues,
  release,
  takeTurn,
} from '../../kernel/index.ts';
import { drop, store } from '../../wire/index.ts';
import { MAY_SPLIT, POOL, TASK, TASK_STATE } from '../shared/layout.ts';
import { poolField, ringSupervisor } from '../shared/state.ts';
import { attemptPut, moveTask, newTask, taskField } from '../shared/task.ts';
import { requireOpen, refusedAsShut } from './refusals.ts';
import type { Terms } from './arguments.ts';

type Func = (...args: never[]) => unknown;

/** Where the outcomes of a job's tasks are wanted. */
export interface ReturnAddress {
  readonly mailbox: number;
  readonly job: number;
}

/** Sends tasks to a pool, with the same function and the same terms. */
export class Sender {
  readonly #state: number;
  readonly #func: Func;
  readonly #form: number;
  readonly #terms: Terms;
  /** By place: tasks that have not come back, each with a reference. */
  readonly #sent = new Map<number, number>();

  constructor(state: number, func: Func, form: number, terms: Terms) {
    this.#state = state;
    this.#func = func;
    this.#form = form;
    this.#terms = terms;
  }

  /**
   * Sends arguments, or items of which the first has that place in the job. Blocks while the pool
   * has as many waiting as it may.
   *
   * @throws {TransferError} if something of it cannot travel; nothing is sent then
   * @throws {RuntimeError} if the pool takes no more
   */
  send(address: ReturnAddress, place: number, items: readonly unknown[], count: number): void {
    const state = this.#state;
    requireOpen(state);
    const message = store([this.#func, items], ['function', 'args'], homeOf(state));
    const id = atomics.add(arena.cells, state + POOL.LAST_ID, count) + 1;
    const { rank, timeoutMs, graceMs, chunksize } = this.#terms;
    // A chunk whose size the user chose stays whole.
    const form = this.#form !== 0 && chunksize === 0 ? this.#form | MAY_SPLIT : this.#form;
    const shape = { ...address, message, form, base: place, count, id, rank, timeoutMs, graceMs };
    const task = newTask(shape);
    this.#sent.set(place, task);
    try {
      this.#put(task);
    } catch (error) {
      this.forget(place);
      throw error;
    }
    for (const buffer of this.#terms.transfer) buffer.transfer();
  }

  /** A task has come back. */
  forget(place: number): void {
    const task = this.#sent.get(place);
    if (task === undefined) return;
    this.#sent.delete(place);
    release(task);
  }

  /** Forgets all of them; what becomes of them is nobody's business any more. */
  forgetAll(): void {
    for (const task of this.#sent.values()) release(task);
    this.#sent.clear();
  }

  /** Withdraws those that no worker has taken; false when there was none. */
  withdraw(): boolean {
    let found = false;
    for (const task of this.#sent.values()) {
      if (!moveTask(task, TASK_STATE.WAITING, TASK_STATE.WITHDRAWN)) continue;
      found = true;
      atomics.add(arena.cells, this.#state + POOL.WITHDRAWN, 1);
      // It may wait long for a worker to find out, and need not do so with all that it says.
      drop(atomics.exchange(arena.cells, task + TASK.MESSAGE, 0));
    }
    return found;
  }

  /** Withdraws what has not begun, and asks the rest to stop. */
  abort(): void {
    this.withdraw();
    for (const task of this.#sent.values()) atomics.store(arena.cells, task + TASK.ABORTED, 1);
    ringSupervisor(this.#state);
  }

  /** Whether any of them runs now. */
  isRunning(): boolean {
    return [...this.#sent.values()].some(
      (task) => taskField(task, TASK.STATE) === TASK_STATE.TAKEN,
    );
  }

  #put(task: number): void {
    const state = this.#state;
    const attempt = (): number => attemptPut(state, task);
    let outcome = attempt();
    if (outcome === 0) {
      const home = homeOf(state);
      outcome = takeTurn(home, queues.putters(home, state, attempt), Infinity, state);
    }
    if (outcome === ADDED) return;
    if (outcome === SHUT) requireOpen(state);
    throw refusedAsShut(state);
  }

  /** How many workers the pool has. */
  get workers(): number {
    return poolField(this.#state, POOL.SIZE);
  }
}

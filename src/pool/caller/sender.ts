// Sending the tasks of one job, and taking them back.
import {
  ADDED,
  arena,
  atomics,
  byteLengthOf,
  homeOf,
  release,
  retain,
  takeTurn,
} from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { drop, store } from '../../wire/index.ts';
import { dropCall, storeCall } from '../shared/call.ts';
import { ABORT, FORM, MAY_SPLIT, POOL, TASK, TASK_STATE } from '../shared/layout.ts';
import { watched } from '../shared/orphan.ts';
import { poolField, ringSupervisor } from '../shared/state.ts';
import { attemptPut, putters } from '../shared/task-queue.ts';
import { moveTask, newTask, taskField } from '../shared/task.ts';
import { takesInputs } from './inputs.ts';
import { requireOpen, refusedAsShut } from './refusals.ts';
import type { Terms } from './arguments.ts';

/** Where the outcomes of a job's tasks are wanted. */
export interface ReturnAddress {
  readonly mailbox: number;
  readonly job: number;
}

/** What is to be run, where, and how. */
export interface Order {
  readonly state: number;
  /** The pool itself, which must not be collected while it works for us. */
  readonly pool: object;
  readonly func: (...args: never[]) => unknown;
  readonly form: number;
  readonly terms: Terms;
}

/** A task, and how many of its items have not come back. */
interface Sent {
  readonly task: number;
  readonly count: number;
  left: number;
}

/** Sends the tasks of an order, and knows those that have not come back. */
export class Sender {
  readonly #order: Order;
  /** Each has a reference: the one at place 0, and the others by place. */
  #first: Sent | null = null;
  #others: Map<number, Sent> | null = null;

  constructor(order: Order) {
    this.#order = order;
  }

  /**
   * Sends arguments, or items of which the first has that place in the job, and gives the bytes of
   * the message; 0 where there is none. Sends nothing once the signal is aborted. Blocks while the
   * pool has as many waiting as it may.
   *
   * @throws {TransferError} if something of it cannot travel; nothing is sent then
   * @throws {RuntimeError} if the pool takes no more
   */
  send(address: ReturnAddress, place: number, items: readonly unknown[], count: number): number {
    const { state, func, form, terms } = this.#order;
    requireTaking(state);
    const call = storeCall(func, items, form, homeOf(state));
    // Reading them may have aborted it: then the job has left.
    if (terms.signal?.aborted === true) {
      dropCall(call);
      return 0;
    }
    const bytes = call.message === 0 ? 0 : byteLengthOf(call.message);
    const task = newTask({
      call,
      mailbox: address.mailbox,
      job: address.job,
      // A chunk whose size the user chose stays whole.
      form: form !== FORM.APPLY && terms.chunksize === 0 ? form | MAY_SPLIT : form,
      base: place,
      count,
      id: atomics.add(arena.cells, state + POOL.LAST_ID, count) + 1,
      rank: terms.rank,
      timeoutMs: terms.timeoutMs,
      graceMs: terms.graceMs,
    });
    this.#remember(place, { task, count, left: count });
    const outcome = attemptPut(state, task) || waitForRoom(state, task);
    if (outcome !== ADDED) {
      this.forget(place, count);
      requireTaking(state);
      throw refusedAsShut(state);
    }
    return bytes;
  }

  /**
   * All has been sent: detaches what was to go for good. What is sent has copies, as an item whose
   * worker dies, or has died with another one of its chunk, is sent to the next.
   */
  detach(): void {
    for (const buffer of this.#order.terms.transfer) if (!buffer.detached) buffer.transfer();
  }

  /** So many items of the task with that place have come back. */
  forget(place: number, count: number): void {
    const sent = place === 0 ? this.#first : this.#others?.get(place);
    if (sent === undefined || sent === null) return;
    sent.left -= count;
    if (sent.left > 0) return;
    if (place === 0) this.#first = null;
    else this.#others?.delete(place);
    release(sent.task);
  }

  /** Forgets all of them; what becomes of them is nobody's business any more. */
  forgetAll(): void {
    for (const task of this.#out()) release(task);
    this.#first = null;
    this.#others = null;
  }

  /** Withdraws those that no worker has taken; false when there was none. */
  withdraw(): boolean {
    const { state } = this.#order;
    let found = false;
    for (const task of this.#out()) {
      if (!moveTask(task, TASK_STATE.WAITING, TASK_STATE.WITHDRAWN)) continue;
      found = true;
      atomics.add(arena.cells, state + POOL.WITHDRAWN, 1);
      // It may wait long for a worker to find out, and need not do so with all that it says.
      for (const field of [TASK.MESSAGE, TASK.FUNC]) {
        const block = atomics.exchange(arena.cells, task + field, 0);
        if (block !== 0) drop(block);
      }
    }
    return found;
  }

  /**
   * Withdraws what has not begun, if there is such a task, or a chunk that is in parts; then no
   * further item of the others is run either. False when there is none. Who asks has taken in what
   * has come back.
   */
  cancel(): boolean {
    const isInParts = this.#order.form !== FORM.APPLY && this.#sent().some(inParts);
    if (!this.withdraw() && !isInParts) return false;
    this.#endBegun();
    return true;
  }

  /** Withdraws what has not begun; the item that runs is the last of each task. */
  stop(): void {
    this.withdraw();
    this.#endBegun();
  }

  /** Withdraws what has not begun, and asks the rest to stop, for that reason. */
  abort(reason: unknown): void {
    this.withdraw();
    const { state } = this.#order;
    const left = this.#begun();
    const message = left.length > 0 ? storeReason(reason, homeOf(state)) : 0;
    for (const task of left) {
      if (message !== 0) retain(message);
      atomics.poke(arena.cells, task + TASK.REASON, message);
      atomics.store(arena.cells, task + TASK.ABORTED, ABORT.NOW);
    }
    if (message !== 0) drop(message);
    ringSupervisor(state);
  }

  /** Whether any of them runs now. */
  isRunning(): boolean {
    return this.#out().some((task) => taskField(task, TASK.STATE) === TASK_STATE.TAKEN);
  }

  /** How many workers the pool has. */
  get workers(): number {
    return poolField(this.#order.state, POOL.SIZE);
  }

  #remember(place: number, sent: Sent): void {
    if (place === 0) this.#first = sent;
    else (this.#others ??= new Map()).set(place, sent);
  }

  #endBegun(): void {
    for (const task of this.#begun()) {
      atomics.store(arena.cells, task + TASK.ABORTED, ABORT.NEXT);
    }
  }

  // Of one that is done there may be parts, which wait or run.
  #begun(): number[] {
    return this.#out().filter((task) => taskField(task, TASK.STATE) !== TASK_STATE.WITHDRAWN);
  }

  #out(): number[] {
    return this.#sent().map(({ task }) => task);
  }

  #sent(): Sent[] {
    const others = [...(this.#others?.values() ?? [])];
    return this.#first === null ? others : [this.#first, ...others];
  }
}

// Its worker, or the supervisor after that has died, has put back some of its items.
function inParts({ task, count }: Sent): boolean {
  return taskField(task, TASK.COUNT) < count;
}

// 0 for one that cannot travel.
function storeReason(reason: unknown, home: Arena): number {
  try {
    return store(reason, 'reason', home);
  } catch {
    return 0;
  }
}

function requireTaking(state: number): void {
  if (!takesInputs(state)) requireOpen(state);
}

function waitForRoom(state: number, task: number): number {
  const attempt = (): number => attemptPut(state, task);
  return takeTurn(homeOf(state), watched(state, putters(state, attempt)), Infinity, state);
}

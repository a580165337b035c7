// Jobs: what a caller waits for, made of one task or many.
import { homeOf, nowMs, reportUncaught } from '../../kernel/index.ts';
import { OUTCOME } from '../shared/layout.ts';
import { AsyncResult } from '../result/async-result.ts';
import type { ResultSource } from '../result/async-result.ts';
import type { Terms } from './arguments.ts';
import { mailboxIn } from './mailbox.ts';
import type { Job, Mailbox, Part } from './mailbox.ts';
import { whyShut } from './refusals.ts';
import { Sender } from './sender.ts';
import type { Order, ReturnAddress } from './sender.ts';

// A caller who blocks looks at his signal so often; nothing else could tell him of it.
const LOOK_MS = 50;

/** What jobs of all sorts have in common: a place in the mailbox, and the caller's signal. */
export abstract class BaseJob implements Job, ResultSource {
  protected readonly sender: Sender;
  readonly #order: Order;
  readonly #mailbox: Mailbox;
  #number = 0;
  #stopListening: (() => void) | null = null;
  #isDue = false;

  constructor(order: Order) {
    this.#order = order;
    this.sender = new Sender(order);
    this.#mailbox = mailboxIn(homeOf(order.state));
  }

  abstract receive(part: Part): boolean;

  /** How many items have been sent. */
  protected abstract readonly sent: number;

  /** Ends the job early, with that error; nothing comes back any more. */
  protected abstract fail(error: unknown): void;

  lose(): void {
    const value = whyShut(this.pool);
    const all = { base: 0, place: 0, count: this.sent };
    this.receive({ ...all, outcome: OUTCOME.THREW, value, spentMs: 0 });
    this.sender.forgetAll();
  }

  /** The state of the pool that works on it. */
  get pool(): number {
    return this.#order.state;
  }

  protected get terms(): Terms {
    return this.#order.terms;
  }

  /**
   * Whether it ends before it has begun, with the reason of its signal: soon, so that no callback
   * is called before who makes the job has it.
   */
  protected isAborted(): boolean {
    const { signal } = this.terms;
    if (signal?.aborted !== true) return false;
    this.#isDue = true;
    queueMicrotask(() => this.#failIfDue());
    return true;
  }

  #failIfDue(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.fail(this.terms.signal?.reason);
  }

  /** Where the tasks are to go back to, from now on. */
  protected address(): ReturnAddress {
    if (this.#number === 0) {
      this.terms.signal?.throwIfAborted();
      this.#number = this.#mailbox.enter(this);
      this.heed();
    }
    return { mailbox: this.#mailbox.handle, job: this.#number };
  }

  /** Hears of the signal from now on. */
  protected heed(): void {
    const { signal } = this.terms;
    if (signal !== undefined && this.#stopListening === null) this.#listen(signal);
  }

  /** Nothing is under way, but more may be sent. */
  protected pause(): void {
    this.#mailbox.leave(this.#number);
    this.#number = 0;
  }

  /** Nothing more is wanted. */
  protected leave(): void {
    this.#stopListening?.();
    this.terms.progress?.end();
    this.sender.forgetAll();
    this.pause();
  }

  wait(test: () => boolean, deadlineMs: number): void {
    this.#failIfDue();
    const { signal } = this.terms;
    if (signal === undefined) {
      this.#mailbox.wait(test, deadlineMs);
      return;
    }
    for (;;) {
      const sliceMs = Math.min(deadlineMs, nowMs() + LOOK_MS);
      if (this.#mailbox.wait(test, sliceMs)) return;
      if (signal.aborted) this.#abort(signal);
      if (deadlineMs <= nowMs()) return;
    }
  }

  cancel(): boolean {
    if (!this.sender.cancel()) return false;
    this.leave();
    return true;
  }

  isRunning(): boolean {
    return this.sender.isRunning();
  }

  #listen(signal: AbortSignal): void {
    this.#stopListening = listenWith(signal, {
      withdraw: () => this.sender.withdraw(),
      abort: () => this.#abort(signal),
    });
  }

  #abort(signal: AbortSignal): void {
    this.sender.abort(signal.reason);
    this.leave();
    this.fail(signal.reason);
  }
}

/** What a job does when its signal is aborted. */
interface Listener {
  readonly withdraw: () => void;
  readonly abort: () => void;
}

const listening = new WeakMap<AbortSignal, { jobs: Set<Listener>; tell: () => void }>();

// Of all jobs with a signal what waits is withdrawn before any is told: the worker that is told
// first would take it.
function listenWith(signal: AbortSignal, listener: Listener): () => void {
  const known = listening.get(signal);
  const jobs = known?.jobs ?? new Set<Listener>();
  const tell =
    known?.tell ??
    ((): void => {
      for (const { withdraw } of jobs) withdraw();
      for (const { abort } of jobs) {
        try {
          abort();
        } catch (error) {
          // As of a listener that throws: the others are told all the same.
          reportUncaught(error);
        }
      }
    });
  if (known === undefined) {
    listening.set(signal, { jobs, tell });
    signal.addEventListener('abort', tell, { once: true });
  }
  jobs.add(listener);
  return () => {
    jobs.delete(listener);
    if (jobs.size > 0 || listening.get(signal)?.jobs !== jobs) return;
    listening.delete(signal);
    signal.removeEventListener('abort', tell);
  };
}

/** One call. */
export class ApplyJob<R> extends BaseJob {
  readonly result: AsyncResult<R>;

  /**
   * Sends the call.
   *
   * @throws {TransferError} if the function or an argument cannot travel
   * @throws {RuntimeError} if the pool takes no more
   */
  constructor(order: Order, args: readonly unknown[]) {
    super(order);
    this.result = new AsyncResult<R>(this, order.terms);
    if (this.isAborted()) return;
    const address = this.address();
    try {
      this.sender.send(address, 0, args, 1);
      this.sender.detach();
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  receive({ outcome, value }: Part): boolean {
    this.leave();
    AsyncResult.settle(this.result, outcome === OUTCOME.RETURNED, value);
    return true;
  }

  protected get sent(): number {
    return 1;
  }

  protected fail(error: unknown): void {
    AsyncResult.settle(this.result, false, error);
  }
}

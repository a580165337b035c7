// What an executor sends to its workers, and the future of it.
import { homeOf } from '../kernel/index.ts';
import { BaseJob, FORM, OUTCOME, callWorker, mailboxIn, spread } from '../pool/index.ts';
import type { Mailbox, Order, Part } from '../pool/index.ts';
import { asBroken } from './broken.ts';
import { Future, inside } from './future.ts';
import type { FutureSource } from './future.ts';

/** What came of a chunk of calls: values, up to an error where one threw. */
export interface Chunk<R> {
  readonly values: readonly R[];
  readonly error: { readonly value: unknown } | null;
}

/** One message to a worker, and the future of what comes back. */
abstract class FutureJob<R> extends BaseJob implements FutureSource {
  readonly future: Future<R>;
  readonly mailbox: Mailbox;
  readonly #state: number;

  constructor(order: Order) {
    super(order);
    this.#state = order.state;
    this.mailbox = mailboxIn(homeOf(order.state));
    this.future = new Future<R>(this);
  }

  /** Sends it; the error of what cannot travel is thrown, and nothing is sent. */
  protected send(items: readonly unknown[], count: number): void {
    const address = this.address();
    try {
      this.sender.send(address, 0, items, count);
    } catch (error) {
      this.leave();
      throw error;
    }
    callWorker(this.#state);
  }

  receive(part: Part): boolean {
    this.leave();
    if (part.outcome === OUTCOME.CANCELLED) inside.cancel(this.future);
    else this.take(part);
    return true;
  }

  /** Settles the future with what has come. */
  protected abstract take(part: Part): void;

  protected settle(isValue: boolean, outcome: unknown): void {
    const known = isValue ? outcome : asBroken(this.#state, outcome);
    inside.settle(this.future, isValue, known);
  }

  /** One message comes back, or not. */
  protected get sent(): number {
    return 1;
  }

  protected fail(error: unknown): void {
    this.settle(false, error);
  }
}

/** One call. */
export class CallJob<R> extends FutureJob<R> {
  constructor(order: Order, args: readonly unknown[]) {
    super(order);
    this.send(args, 1);
  }

  protected take({ outcome, value }: Part): void {
    this.settle(outcome === OUTCOME.RETURNED, value);
  }
}

/** Several calls in one message, each with its arguments; none is left to another worker. */
export class ChunkJob<R> extends FutureJob<Chunk<R>> {
  constructor(order: Order, calls: readonly (readonly unknown[])[]) {
    super({ ...order, form: FORM.STARMAP });
    this.send(calls, calls.length);
  }

  protected take({ outcome, value }: Part): void {
    const [values, errors] = spread(outcome, value);
    const [failed] = errors;
    if (values === null) this.settle(false, value);
    else if (failed === undefined) this.settle(true, { values, error: null });
    else this.settle(true, { values: values.slice(0, failed[0]), error: { value: failed[1] } });
  }
}

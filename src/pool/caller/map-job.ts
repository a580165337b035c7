// Many calls of one function, whose results are wanted together, in the order of their items.
import { OUTCOME } from '../shared/layout.ts';
import { AsyncResult } from '../result/async-result.ts';
import { BaseJob } from './job.ts';
import { endInput, openInput } from './inputs.ts';
import type { Input } from './inputs.ts';
import type { Order } from './sender.ts';
import type { Part } from './mailbox.ts';
import { blockedOnAsync } from './refusals.ts';

/** As CPython: each worker should have about so many chunks. */
const CHUNKS_A_WORKER = 4;

const nothing = (): void => {};

/** The map of a function over items. */
class MapJob<R> extends BaseJob {
  readonly result: AsyncResult<R[]>;
  #results: R[] = [];
  /** 1 for each item whose outcome is there: a part may come twice. */
  #isDone: Uint8Array = new Uint8Array(0);
  #left = 0;
  #failedAt = Infinity;
  #error: unknown;
  #awaitsItems = false;

  constructor(order: Order) {
    super(order);
    this.result = new AsyncResult<R[]>(this, order.terms);
  }

  /**
   * Sends all items.
   *
   * @throws {TransferError} if one cannot travel; what has been sent is withdrawn
   */
  begin(items: readonly unknown[]): this {
    this.#awaitsItems = false;
    if (this.isAborted()) return this;
    const total = items.length;
    this.#left = total;
    this.#results = [];
    // Array.from() would take longer than all the rest.
    this.#results.length = total;
    this.#isDone = new Uint8Array(total);
    if (total === 0) {
      this.#end();
      return this;
    }
    this.terms.progress?.begin(total);
    const address = this.address();
    const size = this.terms.chunksize || Math.ceil(total / (CHUNKS_A_WORKER * this.sender.workers));
    try {
      for (let place = 0; place < total; place += size) {
        const count = Math.min(size, total - place);
        const chunk = count === total ? items : items.slice(place, place + count);
        this.sender.send(address, place, chunk, count);
      }
      this.sender.detach();
    } catch (error) {
      this.sender.abort(error);
      this.leave();
      throw error;
    }
    return this;
  }

  /** Sends items once they are all there. */
  async beginAsync(items: AsyncIterable<unknown>): Promise<void> {
    if (this.isAborted()) return;
    this.#awaitsItems = true;
    this.heed();
    // Here as long as they come.
    const input: Input = {
      isAsync: true,
      isFinite: true,
      drain: nothing,
      awaitDrained: nothing,
    };
    const entry = openInput(this.pool, input);
    try {
      const all: unknown[] = [];
      for await (const item of items) {
        if (this.terms.signal?.aborted === true) break;
        all.push(item);
      }
      this.begin(all);
    } catch (error) {
      this.#awaitsItems = false;
      AsyncResult.settle(this.result, false, error);
    } finally {
      if (entry.deref() === input) endInput(this.pool, entry);
    }
  }

  receive(part: Part): boolean {
    const before = this.#left;
    this.#fill(part);
    // One may come twice: its worker was killed when it had just been told.
    this.sender.forget(part.base, before - this.#left);
    if (this.#left === before) return false;
    const total = this.#results.length;
    this.terms.progress?.tell(total - this.#left, total);
    if (this.#left > 0) return false;
    this.leave();
    this.#end();
    return true;
  }

  override wait(test: () => boolean, deadlineMs: number): void {
    if (this.#awaitsItems) throw blockedOnAsync();
    super.wait(test, deadlineMs);
  }

  protected get sent(): number {
    return this.#results.length;
  }

  protected fail(error: unknown): void {
    AsyncResult.settle(this.result, false, error);
  }

  #fill({ place, count, outcome, value }: Part): void {
    const [values, errors] = spread(outcome, value);
    for (let i = 0; i < count; i++) {
      if (this.#isDone[place + i] === 1) continue;
      this.#isDone[place + i] = 1;
      this.#left -= 1;
      this.#results[place + i] = values?.[i] as R;
    }
    if (outcome === OUTCOME.THREW) this.#failAt(place, value);
    for (const [i, error] of errors) this.#failAt(place + i, error);
  }

  // Of several errors that of the first item is told.
  #failAt(place: number, error: unknown): void {
    if (place >= this.#failedAt) return;
    this.#failedAt = place;
    this.#error = error;
  }

  #end(): void {
    const isValue = this.#failedAt === Infinity;
    AsyncResult.settle(this.result, isValue, isValue ? this.#results : this.#error);
    this.#results = [];
  }
}

/** Maps over items that are there. */
export function mapNow<R>(order: Order, iterable: unknown): AsyncResult<R[]> {
  return new MapJob<R>(order).begin(itemsOf(iterable)).result;
}

/** Maps over items that are there, or are to come. */
export function mapLater<R>(order: Order, iterable: unknown): AsyncResult<R[]> {
  if (!isAsyncIterable(iterable)) return mapNow<R>(order, iterable);
  const job = new MapJob<R>(order);
  void job.beginAsync(iterable);
  return job.result;
}

/** The values and errors of a chunk. */
export function spread(
  outcome: number,
  value: unknown,
): readonly [values: readonly unknown[] | null, errors: readonly (readonly [number, unknown])[]] {
  if (outcome === OUTCOME.RETURNED) return [value as readonly unknown[], []];
  if (outcome === OUTCOME.MIXED) {
    return value as [readonly unknown[], readonly (readonly [number, unknown])[]];
  }
  return [null, []];
}

/** The items that a map is given, as an array; the errors of the iterable are the caller's. */
function itemsOf(iterable: unknown): readonly unknown[] {
  if (Array.isArray(iterable)) return iterable;
  const isIterable =
    typeof iterable === 'string' ||
    (typeof iterable === 'object' && iterable !== null && Symbol.iterator in iterable);
  if (isIterable) return [...(iterable as Iterable<unknown>)];
  throw notIterable(iterable);
}

/** Whether items come asynchronously. */
export function isAsyncIterable(iterable: unknown): iterable is AsyncIterable<unknown> {
  return typeof iterable === 'object' && iterable !== null && Symbol.asyncIterator in iterable;
}

function notIterable(iterable: unknown): Error {
  if (isAsyncIterable(iterable)) return blockedOnAsync();
  return new TypeError(`Cannot map over ${String(iterable)} as it is not iterable`);
}

// The results of Executor.map(), in the order of the items.
import { nowMs } from '../kernel/index.ts';
import { TimeoutError } from '../errors/index.ts';
import { inside } from './future.ts';
import type { Future } from './future.ts';
import type { Chunk } from './jobs.ts';
import { within } from './block.ts';

/** How a map is to go. */
export interface MapTerms {
  readonly deadlineMs: number;
  readonly chunksize: number;
  /** Chunks that are under way at a time; Infinity: all are sent at once. */
  readonly buffersize: number;
}

type Calls = readonly (readonly unknown[])[];

const DONE: IteratorResult<never, undefined> = { done: true, value: undefined };

/** Sends calls chunk by chunk, and hands out their results one by one. */
export class Results<R> implements IterableIterator<R, undefined>, AsyncIterable<R> {
  readonly #send: (calls: Calls) => Future<Chunk<R>>;
  readonly #terms: MapTerms;
  readonly #sources: readonly Iterator<unknown>[];
  #isRead = false;
  #futures: Future<Chunk<R>>[] = [];
  #chunk: Chunk<R> = { values: [], error: null };
  #at = 0;

  /** Sends what is to be sent at once. */
  constructor(
    send: (calls: Calls) => Future<Chunk<R>>,
    iterables: readonly Iterable<unknown>[],
    terms: MapTerms,
  ) {
    this.#send = send;
    this.#terms = terms;
    this.#sources = iterables.map((iterable) => iterable[Symbol.iterator]());
    this.#isRead = iterables.length === 0;
    try {
      while (this.#futures.length < terms.buffersize && this.#sendNext());
    } catch (error) {
      this.return();
      throw error;
    }
  }

  next(): IteratorResult<R, undefined> {
    while (!this.#hasResult()) {
      const [first] = this.#futures;
      if (first === undefined) return DONE;
      this.#guard(() => this.#take(first.result(this.#secondsLeft())));
    }
    return this.#give();
  }

  /** Ends it early: what has not begun is cancelled. */
  return(): IteratorResult<R, undefined> {
    for (const future of this.#futures) future.cancel();
    this.#futures = [];
    this.#chunk = { values: [], error: null };
    if (!this.#isRead) this.#closeSources();
    return DONE;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.asyncIterator](): AsyncIterator<R, undefined> {
    return {
      next: async () => {
        while (!this.#hasResult()) {
          const [first] = this.#futures;
          if (first === undefined) return DONE;
          const ended = first.then(
            () => {},
            () => {},
          );
          if (!inside.isSettled(first)) await within(ended, this.#terms.deadlineMs);
          this.#guard(() => this.#take(first.result(0)));
        }
        return this.#give();
      },
      return: async () => this.return(),
    };
  }

  #hasResult(): boolean {
    return this.#at < this.#chunk.values.length || this.#chunk.error !== null;
  }

  #give(): IteratorResult<R, undefined> {
    const { values, error } = this.#chunk;
    if (this.#at < values.length) return { done: false, value: values[this.#at++] as R };
    this.return();
    throw (error as { value: unknown }).value;
  }

  // The next chunk goes out before the results of this one do, so that the workers have something.
  #take(chunk: Chunk<R>): void {
    this.#futures.shift();
    this.#chunk = chunk;
    this.#at = 0;
    this.#sendNext();
  }

  // The first error ends it.
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.return();
      throw error instanceof TimeoutError && this.#secondsLeft() <= 0 ? lateError(error) : error;
    }
  }

  #secondsLeft(): number {
    const { deadlineMs } = this.#terms;
    if (deadlineMs === Infinity) return Infinity;
    return Math.max(0, deadlineMs - nowMs()) / 1000;
  }

  #sendNext(): boolean {
    const calls: (readonly unknown[])[] = [];
    while (calls.length < this.#terms.chunksize && !this.#isRead) {
      const args = this.#read();
      if (args !== null) calls.push(args);
    }
    if (calls.length === 0) return false;
    this.#futures.push(this.#send(calls));
    return true;
  }

  // As Python's zip: the shortest one ends it.
  #read(): readonly unknown[] | null {
    const args: unknown[] = [];
    for (const source of this.#sources) {
      const read = source.next();
      if (read.done === true) {
        this.#isRead = true;
        this.#closeSources(source);
        return null;
      }
      args.push(read.value);
    }
    return args;
  }

  #closeSources(ended?: Iterator<unknown>): void {
    this.#isRead = true;
    for (const source of this.#sources) if (source !== ended) source.return?.();
  }
}

function lateError(cause: TimeoutError): TimeoutError {
  return new TimeoutError('Cannot give the next result as the time of the map is up', { cause });
}

// Connection: one end of a pipe.
//
// Between the two ends are two queues in the family's memory, one for each direction. The block of
// an end refers to both. Each object that shows the end, in whatever process, holds a reference to
// that block; close() gives it back, and so does the end of a process, whatever way. With the last
// one the end is closed: what it sent can still be received, then comes the end of the file; and
// what is sent to it is an error.
import { inspect } from 'node:util';
import { EOFError, Empty, RuntimeError, ShutDown, TimeoutError } from '../../errors/index.ts';
import {
  Attachment,
  SharedObject,
  arena,
  atomics,
  attach,
  defineKind,
  discard,
  discardWithThread,
  family,
  handleOf,
  release,
  retain,
  toDeadline,
} from '../../kernel/index.ts';
// oxlint-disable-next-line import/no-unassigned-import -- in a client, its queues are made there
import '../shared/birth.ts';
import { Queue } from '../shared/queues.ts';
import type { AsyncOptions, Duration } from '../types.ts';

/** What goes through a pipe: a value, or bytes; they are received by the call of their kind. */
type Parcel = readonly [isBytes: boolean, content: unknown];

/** Cells of an end: the queue that it receives from and the one it sends to, or 0. */
const END = { IN: 0, OUT: 1, CELLS: 2 } as const;

const CONNECTION: number = defineKind('Connection', import.meta.url, {
  attach: (handle) => new Connection(new Attachment(handle) as never),
  destroy: (end) => {
    // Who still waits on the other end, or comes there later, is told.
    for (const [field, immediate] of [
      [END.OUT, false],
      [END.IN, true],
    ] as const) {
      const queue = atomics.peek(arena.cells, end + field);
      if (queue === 0) continue;
      (attach(queue) as Queue<Parcel>).shutdown(immediate);
      release(queue);
    }
  },
});

/** The queues of a new end. */
interface Ends {
  readonly incoming: Queue<Parcel> | null;
  readonly outgoing: Queue<Parcel> | null;
}

/** Makes the two ends of a pipe. */
export function newPipe(duplex: boolean): [Connection, Connection] {
  const there = new Queue<Parcel>();
  const back = duplex ? new Queue<Parcel>() : null;
  const ends: readonly [Ends, Ends] = [
    { incoming: there, outgoing: back },
    { incoming: back, outgoing: there },
  ];
  return ends.map((end) => new Connection(end as never)) as [Connection, Connection];
}

/**
 * One end of a pipe between processes: what is sent at one end is received at the other, in order.
 *
 * An object is the end as its thread has it: close() it there when it is not needed any more. The
 * end is closed when all threads, of all processes, that got it have closed it, or have ended; then
 * the other one receives what is left, and after it an EOFError. Two threads may use one end at
 * once.
 *
 * @example
 * ```ts
 * import { Pipe } from 'heddle/multiprocessing';
 * const [receiver, sender] = Pipe({ duplex: false });
 * sender.send('warp');
 * sender.close();
 * console.log(receiver.recv()); // warp
 * ```
 */
export class Connection extends SharedObject implements Disposable {
  readonly #incoming: Queue<Parcel> | null;
  readonly #outgoing: Queue<Parcel> | null;
  /** What poll() has found, or a call of the other kind. */
  #found: Parcel | null = null;
  #isClosed = false;

  /**
   * Ends are made by Pipe().
   *
   * @internal
   */
  constructor(given: never) {
    super({
      kind: CONNECTION,
      byteLength: END.CELLS * 4,
      given,
      home: (given as unknown) instanceof Attachment ? undefined : family(),
      module: false,
      isDiscardable: true,
      init: (end) => {
        const { incoming, outgoing } = given as Ends;
        for (const [field, queue] of [
          [END.IN, incoming],
          [END.OUT, outgoing],
        ] as const) {
          const handle = queue === null ? 0 : (handleOf(queue) as number);
          if (handle !== 0) retain(handle);
          atomics.store(arena.cells, end + field, handle);
        }
      },
    });
    // What a module of the worker has made is of other threads, too.
    if ((given as unknown) instanceof Attachment) discardWithThread(this);
    const end = SharedObject.handleOf(this) as number;
    this.#incoming = queueAt(end + END.IN);
    this.#outgoing = queueAt(end + END.OUT);
  }

  /**
   * Sends a value. Never blocks: what nobody has received yet stays in shared memory.
   *
   * @param value what to send; nothing is sent if it throws
   * @throws {TransferError} if it cannot travel
   * @throws {RuntimeError} if this end only receives, or is closed, or the other end is:
   *   `ERR_HEDDLE_BROKEN_PIPE`
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * const [one, other] = Pipe();
   * one.send({ warp: 1 });
   * console.log(other.recv()); // { warp: 1 }
   * ```
   */
  send(value: unknown): void {
    this.#put([false, value]);
  }

  /**
   * Sends bytes, to be received by recvBytes(). Never blocks.
   *
   * @param bytes what to send: a copy is made
   * @throws {TypeError} if they are none
   * @throws {RuntimeError} as send() does
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * const [one, other] = Pipe();
   * one.sendBytes(new Uint8Array([1, 2]));
   * console.log(other.recvBytes().length); // 2
   * ```
   */
  sendBytes(bytes: Uint8Array): void {
    if (!((bytes as unknown) instanceof Uint8Array)) {
      throw new TypeError('Cannot send bytes as what was given is not a Uint8Array');
    }
    // Only these bytes, not the whole buffer that they may be a part of.
    this.#put([true, new Uint8Array(bytes)]);
  }

  /**
   * Receives a value, blocking until there is one.
   *
   * @returns a copy of what was sent
   * @throws {EOFError} if the other end is closed and nothing is left
   * @throws {RuntimeError} if this end only sends, or is closed
   * @throws {TypeError} if bytes come next; recvBytes() receives them
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * const [one, other] = Pipe();
   * one.send(7);
   * console.log(other.recv()); // 7
   * ```
   */
  recv(): unknown {
    return this.#valueOf(this.#take());
  }

  /**
   * Receives bytes, blocking until there are some.
   *
   * @param maxLength the most that is wanted; a longer message stays, and is a RangeError
   * @returns a copy of what was sent
   * @throws {EOFError} if the other end is closed and nothing is left
   * @throws {TypeError} if a value comes next; recv() receives it. If maxLength is not a number
   * @throws {RangeError} if it is below 0
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * const [one, other] = Pipe();
   * one.sendBytes(Buffer.from('weft'));
   * console.log(Buffer.from(other.recvBytes(100)).toString()); // weft
   * ```
   */
  recvBytes(maxLength: number = Infinity): Uint8Array {
    requireLength(maxLength);
    const [isBytes, content] = this.#take();
    const bytes = content as Uint8Array;
    if (isBytes && bytes.length <= maxLength) return bytes;
    this.#found = [isBytes, content];
    if (!isBytes) throw new TypeError('Cannot receive bytes as a value comes next\nCall recv()');
    throw new RangeError(
      `Cannot receive a message of ${bytes.length} bytes as at most ${maxLength} are wanted`,
    );
  }

  /**
   * Receives a value without blocking.
   *
   * @param options.timeout longest wait
   * @param options.signal ends the wait: the promise is rejected with its reason, and nothing is
   *   lost
   * @returns a copy of what was sent
   * @throws {TimeoutError} if the time was up
   * @throws {EOFError} if the other end is closed and nothing is left
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * const [one, other] = Pipe();
   * one.send(7);
   * console.log(await other.recvAsync()); // 7
   * ```
   */
  async recvAsync(options?: AsyncOptions): Promise<unknown> {
    const queue = this.#receiving();
    const found = this.#found;
    this.#found = null;
    if (found !== null) return this.#valueOf(found);
    try {
      return this.#valueOf(await queue.getAsync(options));
    } catch (error) {
      if (error instanceof Empty) {
        throw new TimeoutError('Cannot receive as nothing was sent before the time was up');
      }
      throw endOfFile(error);
    }
  }

  /**
   * Tells whether something can be received: also the end of the file.
   *
   * @param timeout how long to wait for that; without it, or below 0, not at all
   * @returns false when the time was up
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * const [one, other] = Pipe();
   * one.send(7);
   * if (!other.poll()) throw new Error('nothing there');
   * ```
   */
  poll(timeout: Duration = 0): boolean {
    const queue = this.#receiving();
    if (this.#found !== null) return true;
    toDeadline(timeout, true);
    try {
      this.#found = queue.get({ timeout });
    } catch (error) {
      if (error instanceof ShutDown) return true;
      if (error instanceof Empty) return false;
      throw error;
    }
    return true;
  }

  /**
   * Closes the end as this object has it. Closing twice is closing once.
   *
   * @example
   * ```ts
   * import { Pipe } from 'heddle/multiprocessing';
   * for (const end of Pipe()) end.close();
   * ```
   */
  close(): void {
    this.#isClosed = true;
    discard(this);
  }

  /** Whether close() was called. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Whether it receives. */
  get readable(): boolean {
    return this.#incoming !== null;
  }

  /** Whether it sends. */
  get writable(): boolean {
    return this.#outgoing !== null;
  }

  /** The same as close(). */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * What is received until the other end is closed, without blocking.
   *
   * @yields values
   */
  async *[Symbol.asyncIterator](): AsyncIterator<unknown> {
    for (;;) {
      try {
        yield await this.recvAsync();
      } catch (error) {
        if (error instanceof EOFError) return;
        throw error;
      }
    }
  }

  #put(parcel: Parcel): void {
    const queue = this.#open(this.#outgoing, 'send through');
    try {
      queue.put(parcel);
    } catch (error) {
      if (!(error instanceof ShutDown)) throw error;
      throw new RuntimeError('Cannot send through a pipe as its other end is closed', {
        code: 'ERR_HEDDLE_BROKEN_PIPE',
        cause: error,
      });
    }
  }

  #take(): Parcel {
    const queue = this.#receiving();
    const found = this.#found;
    this.#found = null;
    if (found !== null) return found;
    try {
      return queue.get();
    } catch (error) {
      throw endOfFile(error);
    }
  }

  #valueOf(parcel: Parcel): unknown {
    const [isBytes, content] = parcel;
    if (!isBytes) return content;
    this.#found = parcel;
    throw new TypeError('Cannot receive a value as bytes come next\nCall recvBytes()');
  }

  #receiving(): Queue<Parcel> {
    return this.#open(this.#incoming, 'receive from');
  }

  #open(queue: Queue<Parcel> | null, action: string): Queue<Parcel> {
    if (this.#isClosed) {
      throw new RuntimeError(`Cannot ${action} a pipe as this end was closed here`);
    }
    if (queue !== null) return queue;
    const only = action === 'receive from' ? 'sends' : 'receives';
    throw new RuntimeError(`Cannot ${action} a pipe as this end only ${only}`);
  }
}

function queueAt(index: number): Queue<Parcel> | null {
  const handle = atomics.load(arena.cells, index);
  return handle === 0 ? null : (attach(handle) as Queue<Parcel>);
}

function requireLength(length: unknown): void {
  if (typeof length === 'number' && length >= 0) return;
  const Kind = typeof length === 'number' ? RangeError : TypeError;
  throw new Kind(
    `Cannot receive at most ${inspect(length, { depth: 0 })} bytes as a number from 0 on is wanted`,
  );
}

function endOfFile(error: unknown): unknown {
  if (!(error instanceof ShutDown)) return error;
  return new EOFError('Cannot receive from a pipe as its other end is closed and nothing is left');
}

// The errors of queues and pipes, of threads and of processes alike: Python's `queue.Empty` and its
// like.
import { HeddleError, nameErrors } from './base.ts';

/** The queue is empty, and the caller did not wish to wait, or to wait longer. */
export class Empty extends HeddleError {
  /** Always the same. */
  declare readonly code: 'ERR_HEDDLE_QUEUE_EMPTY';
}

/** The queue is full, and the caller did not wish to wait, or to wait longer. */
export class Full<T = unknown> extends HeddleError {
  /** Always the same. */
  declare readonly code: 'ERR_HEDDLE_QUEUE_FULL';
  /** What was not put; undefined in an error that was made without it. */
  readonly item: T;

  /**
   * Makes the error.
   *
   * @param message which queue, and how many items it has
   * @param options.item what was not put
   */
  constructor(message?: string, options?: { item?: T; cause?: unknown }) {
    super(message, options);
    this.item = options?.item as T;
  }
}

/** put() after shutdown(), or get() when the queue is shut down and empty. */
export class ShutDown extends HeddleError {
  /** Always the same. */
  declare readonly code: 'ERR_HEDDLE_QUEUE_SHUT_DOWN';
}

/** The other end of a pipe is closed, and nothing is left to be received. */
export class EOFError extends HeddleError {
  /** Always the same. */
  declare readonly code: 'ERR_HEDDLE_EOF';
}

nameErrors(Empty, 'Empty', 'ERR_HEDDLE_QUEUE_EMPTY');
nameErrors(Full, 'Full', 'ERR_HEDDLE_QUEUE_FULL');
nameErrors(ShutDown, 'ShutDown', 'ERR_HEDDLE_QUEUE_SHUT_DOWN');
nameErrors(EOFError, 'EOFError', 'ERR_HEDDLE_EOF');

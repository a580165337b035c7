// The errors that are heddle's own, each with a stable code.
//
// A class exists only for what a caller would catch; everything else is a TypeError or RangeError.
// The code, not the class, is what survives every border: errors of two copies of heddle, or of
// another thread, compare by `code`.

/** Base of the errors that are heddle's own. `code` is stable: 'ERR_HEDDLE_…'. */
export class HeddleError extends Error {
  readonly code: string;

  /**
   * Makes an error with the code of its class, or the one given.
   *
   * @param message one sentence: what was done, what was found, what was wanted; a second line for
   *   the cure
   * @param options.cause the error behind this one
   * @param options.code a code other than the class's own
   */
  constructor(message?: string, options?: { cause?: unknown; code?: string }) {
    super(message, options);
    this.code = options?.code ?? codeOf(new.target);
  }
}

/**
 * An object is used in a state that forbids the call (Python's RuntimeError), for example start()
 * twice.
 */
export class RuntimeError extends HeddleError {}

/** A wait's time was up, where Python raises rather than returns false. */
export class TimeoutError extends HeddleError {}

/**
 * A value or function cannot travel to another thread or process; the message says where it is,
 * why, and the cure.
 */
export class TransferError extends HeddleError {}

/** The thread that held a lock ended without releasing it; `owner` names it. */
export class AbandonedLockError extends HeddleError {
  readonly owner: string;

  /**
   * Makes the error.
   *
   * @param message what was acquired and who abandoned it
   * @param options.owner name of the thread or process that ended; empty where it is left out
   */
  constructor(message?: string, options?: { owner?: string; cause?: unknown }) {
    super(message, options);
    this.owner = options?.owner ?? '';
  }
}

/**
 * Waiting would complete a cycle of threads that wait for each other; `cycle` names each thread and
 * lock.
 */
export class DeadlockError extends HeddleError {
  readonly cycle: readonly string[];

  /**
   * Makes the error.
   *
   * @param message the cycle in words
   * @param options.cycle names of threads and locks, in the order of waiting; none where it is left
   *   out
   */
  constructor(message?: string, options?: { cycle?: readonly string[]; cause?: unknown }) {
    super(message, options);
    this.cycle = options?.cycle ?? [];
  }
}

/** The parties of a Barrier cannot meet: it was broken or reset, or the time of one was up. */
export class BrokenBarrierError extends RuntimeError {}

/** A worker ended while it ran a task; `exitCode` or `signal` says how. */
export class WorkerDiedError extends HeddleError {
  readonly exitCode: number | null;
  readonly signal: string | null;

  /**
   * Makes the error.
   *
   * @param message which worker, and what it was doing
   * @param options.exitCode the worker's exit code, where it has one
   * @param options.signal the signal that ended it, where one did
   */
  constructor(
    message?: string,
    options?: { exitCode?: number | null; signal?: string | null; cause?: unknown },
  ) {
    super(message, options);
    this.exitCode = options?.exitCode ?? null;
    this.signal = options?.signal ?? null;
  }
}

/**
 * What an error has that came from another thread: it keeps its name, message, class (when the
 * class is a built-in, one of heddle's, or reachable by module and export), own properties, `cause`
 * and stack; the caller's stack is added.
 */
export interface RemoteError {
  /** The stack in the thread that threw it. */
  readonly remoteStack: string;
}

// Keyed by the class, not by its name, which a minifier may change.
const CODES = new Map<unknown, string>();

/** Gives a class of errors its name and its code. */
export function nameErrors(
  errorClass: new (...args: never) => HeddleError,
  name: string,
  code: string,
): void {
  CODES.set(errorClass, code);
  // On the prototype, once: an own `name` would be copied as a field wherever the error travels.
  const { prototype } = errorClass as { readonly prototype: HeddleError };
  Object.defineProperty(prototype, 'name', { value: name, writable: true, configurable: true });
}

nameErrors(HeddleError, 'HeddleError', 'ERR_HEDDLE');
nameErrors(RuntimeError, 'RuntimeError', 'ERR_HEDDLE_RUNTIME');
nameErrors(TimeoutError, 'TimeoutError', 'ERR_HEDDLE_TIMEOUT');
nameErrors(TransferError, 'TransferError', 'ERR_HEDDLE_TRANSFER');
nameErrors(AbandonedLockError, 'AbandonedLockError', 'ERR_HEDDLE_ABANDONED_LOCK');
nameErrors(DeadlockError, 'DeadlockError', 'ERR_HEDDLE_DEADLOCK');
nameErrors(BrokenBarrierError, 'BrokenBarrierError', 'ERR_HEDDLE_BROKEN_BARRIER');
nameErrors(WorkerDiedError, 'WorkerDiedError', 'ERR_HEDDLE_WORKER_DIED');

// A user's subclass has the code of the nearest class that is ours.
function codeOf(errorClass: unknown): string {
  let known: unknown = errorClass;
  while (!CODES.has(known)) known = Object.getPrototypeOf(known);
  return CODES.get(known) as string;
}

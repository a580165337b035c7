// Types that the signatures of this room name.
import type { Duration } from '../kernel/index.ts';

/** Options of every call that blocks this thread. */
export interface BlockingOptions {
  /** false: do not wait at all. Default true. */
  readonly blocking?: boolean | undefined;
  /** Longest wait; undefined waits for ever; 0 tries once. */
  readonly timeout?: Duration | undefined;
}

/** Options of every `…Async` call: the thread's event loop goes on turning while it waits. */
export interface AsyncOptions {
  /** Longest wait; undefined waits for ever; 0 tries once. */
  readonly timeout?: Duration | undefined;
  /**
   * Abort: the promise rejects with `signal.reason`, the waiter is withdrawn, and no wake-up is
   * lost.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Any function. It reaches another thread BY REFERENCE when a module other than the entry file
 * exports it, else BY VALUE, with the variables that it captures.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- as wide as the functions that there are
export type Callable<A extends readonly unknown[] = readonly any[], R = unknown> = (
  ...args: A
) => R;

/** Options of things that have a name. */
export interface NamedOptions {
  /** Shown in errors, dumps and on the dashboard. */
  readonly name?: string | undefined;
}

// What a scenario is: threads, what each does, and what must hold.
//
// A scenario's file is rewritten together with the sources that it uses, and each model thread has
// its own copy of it all, as each worker has. What threads share is in the arena.

/** A body of a thread; an asynchronous one ends with its promise. */
export type Body = () => void | Promise<void>;

/** Threads that run side by side. */
export interface Scenario {
  readonly name: string;
  readonly threads: Readonly<Record<string, Body>>;
  /** Fills the arena, before the threads run. */
  readonly setUp: () => void;
  /** Looks at the arena when they have ended; throws when it is not as it must be. */
  readonly check: () => void;
  /** In the end threads may sleep when this is true; without it, never. */
  readonly maySleep?: () => boolean;
  /** Primitives and cells by name, for traces. */
  readonly names: Readonly<Record<string, number>>;
  /** How many threads may be killed, at any step, and which. */
  readonly kills?: number;
  readonly mayDie?: readonly string[];
  /** How many waits of each thread may end because their time is up. */
  readonly timeouts?: number;
  /** How many waits may end without cause. */
  readonly spurious?: number;
  /** How many signals of each thread may be aborted, whenever its event loop is idle. */
  readonly aborts?: number;
  /** Waiters may starve. */
  readonly starving?: boolean;
  /** Which of two waits began first is a choice. */
  readonly clocks?: boolean;
  /** Slices of any waits pass when nobody can go on, though no thread has died. */
  readonly slices?: boolean;
  /** Threads look what others wait for: to show that is a step. */
  readonly looks?: boolean;
  /** Threads end as such and leave their worker to the next: their ids change. */
  readonly ends?: boolean;
}

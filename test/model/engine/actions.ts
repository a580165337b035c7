// What can happen next in a run, and what must not.

/** What a thread may do next. An action is 16 times the thread's number, and one of these. */
export const ACT = {
  STEP: 0,
  /** Its time is up. */
  TIMEOUT: 1,
  KILL: 2,
  /** The clock says that the waiter starves. */
  LATE: 3,
  /** Its wait ends without cause. */
  SPURIOUS: 4,
  /** A slice of its wait is over, or its ticker ticks. */
  SLICE: 5,
  ABORT: 6,
} as const;

/** A scenario went wrong. */
export class Violation extends Error {}

// Where things are in the blocks of a pool: its state, its workers, a task, a mailbox.
//
// What has a comment "two cells" is one 64-bit number, at an even cell. An
// event takes 10 cells, a queue 96.

/** Cells of a task: one call to a worker, which comes back with its outcome. */
export const TASK = {
  /** The task below it on the stack of a mailbox. */
  NEXT: 0,
  /** TASK_STATE. */
  STATE: 1,
  /** Slot of what it returned or threw; two cells. */
  RESULT: 2,
  /** What decides when it leaves the queue: its priority, negative; two cells. */
  RANK: 4,
  /** When it was put into the queue, in ms of nowMs(); two cells. */
  SINCE: 6,
  /**
   * Message with the arguments, or items; with the function before them where FUNC is 0. Shared by
   * the parts of a chunk. 0: the arguments are in the task.
   */
  MESSAGE: 8,
  /** Where the outcome is wanted, and by which job there. */
  MAILBOX: 9,
  JOB: 10,
  /** Of the message's items, the first that is to be run, and how many. */
  FIRST: 11,
  COUNT: 12,
  /** Place of the message's first item among all items of the job. */
  BASE: 13,
  /** Number of the message's first item, within the pool. */
  ID: 14,
  /** Runs before this one, each ended by the death of its worker. */
  ATTEMPT: 15,
  /** FORM, perhaps MAY_SPLIT, and how many arguments are in the task. */
  FORM: 16,
  /** OUTCOME. */
  OUTCOME: 17,
  /** Longest run of one item, and time to stop after an abort; in ms, 0 for no limit. */
  TIMEOUT_MS: 18,
  GRACE_MS: 19,
  /** ABORT. */
  ABORTED: 20,
  /** How long it ran, in µs. */
  SPENT_US: 21,
  /** 1 + how many of its calls failed, until the pool's statistics have it; else 0. */
  UNCOUNTED: 22,
  /** Message with the reason of the abort, or 0. */
  REASON: 23,
  /** The task that it is a part of, whose abort is its own; 0: it is no part. */
  WHOLE: 24,
  /** Block of the function, where it has one of its own; else 0. */
  FUNC: 25,
  /** Slots of the arguments that are in the task, two cells each. */
  ARGS: 26,
  CELLS: 30,
} as const;
/** Arguments that a task has room for. */
export const ARGS_MOST = 2;

/** TASK.STATE. Who leaves WAITING or TAKEN does so by a comparison: the first decides. */
export const TASK_STATE = {
  WAITING: 1,
  TAKEN: 2,
  /** Its outcome is there. */
  DONE: 3,
  /** Its caller took it back while it waited. */
  WITHDRAWN: 4,
  /** Its worker is being stopped, and must not tell an outcome any more. */
  CONDEMNED: 5,
} as const;

/** TASK.FORM: what the function is called with. */
export const FORM = {
  /** Arguments of one call. */
  APPLY: 0,
  /** Items, each the argument of a call. */
  MAP: 1,
  /** Items, each the arguments of a call. */
  STARMAP: 2,
} as const;
/** In TASK.FORM: its worker may put back what it has not done in good time. */
export const MAY_SPLIT = 4;
/** In TASK.FORM: how many arguments are in the task, from this bit on. */
export const ARGS_SHIFT = 3;
/** The bits of TASK.FORM that are one of FORM. */
export const FORM_MASK = 3;

/** TASK.ABORTED: what its caller does not want any more. */
export const ABORT = {
  NONE: 0,
  /** The item that runs, which is to stop, and all after it. */
  NOW: 1,
  /** Those after the item that runs. */
  NEXT: 2,
} as const;

/** TASK.OUTCOME: what the slot RESULT has. */
export const OUTCOME = {
  /** APPLY: the value; else an array of them. */
  RETURNED: 1,
  /** The error of the whole task. */
  THREW: 2,
  /** The values, and pairs of place and error. */
  MIXED: 3,
  /** Nothing: it was never run. */
  CANCELLED: 4,
} as const;

/** Cells of a mailbox: the event that tells of tasks that came back, and a stack of these. */
export const MAILBOX = { BELL: 0, HEAD: 10, CELLS: 12 } as const;

/** Cells of a pool's state. */
export const POOL = {
  /** The queues of its tasks (task-queue.ts). */
  USUAL: 0,
  URGENT: 96,
  SLACK: 192,
  /** The event that tells the supervisor to look. */
  BELL: 288,
  /** The event that is set when all workers have ended, for ever. */
  ENDED: 298,
  /** FATE. */
  FATE: 308,
  /** Message of the error that broke the pool, or 0. */
  ERROR: 309,
  /** Message with the initializer and its arguments, or 0. */
  INITIALIZER: 310,
  /** Text of its name. */
  NAME: 311,
  /** Workers that there are to be. */
  SIZE: 312,
  /** Tasks after which a worker is replaced, and its memory in KiB; 0 for no limit. */
  MOST_TASKS: 313,
  MOST_KIB: 314,
  RETRIES: 315,
  /** The last number given to an item, and to a worker. */
  LAST_ID: 316,
  LAST_WORKER: 317,
  /** Calls that returned, and that ended in an error. */
  COMPLETED: 318,
  FAILED: 319,
  /** Tasks in the queue that were withdrawn. */
  WITHDRAWN: 320,
  /** Text before the numbers of workers, in their names. */
  PREFIX: 321,
  /** Not 0: the death of a worker breaks the pool, and workers start on call; FRAGILE. */
  IS_FRAGILE: 322,
  /** Id of the thread that is its supervisor, in the pool's arena; 0 until that serves. */
  SUPERVISOR: 323,
  /** Id of the thread that closed it, in the pool's arena, as long as that has items to send. */
  CLOSER: 324,
  /** How long tasks waited, and calls ran. */
  WAITS: 325,
  RUNS: 566,
  /** The cells of the first worker, an even number; the others follow. */
  WORKERS: 808,
} as const;

/** Cells of a histogram, 241: the largest value, then counts. */
export const HISTOGRAM = { MAX: 0, BUCKETS: 1, COUNT: 240 } as const;

/** POOL.FATE; it only grows. */
export const FATE = { OPEN: 0, CLOSED: 1, TERMINATED: 2 } as const;

/** Cells of a worker, in the pool's state. */
export const WORKER = {
  /** The task that it runs, and which item of the message; -1 while it reads the call. */
  TASK: 0,
  ITEM: 1,
  /** 1 from before it takes a task until it is through with it. */
  BUSY: 2,
  /** 1 + the code that it exits with; 0 while it does not. */
  EXIT: 3,
  /** When the item that runs has had its time, in ms of nowMs(); 0 for never; two cells. */
  DEADLINE: 4,
  /** 1 once it has run its initializer. */
  READY: 6,
  /** Number of the item that is aborted, and the event that tells so. */
  ABORTED_ID: 7,
  ABORT: 8,
  CELLS: 18,
} as const;

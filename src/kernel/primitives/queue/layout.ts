// Where things are in the block of a queue, and in the blocks that belong to it.
//
//   queue    three lines of waiters, settings, the putters' cells, the getters' cells
//   chunk    a run of slots of a FIFO queue, and the chunk after it
//   shelf    the entries of a LIFO or priority queue, and their order
//   claims   items that have been taken out, but have not reached who asked for them
//
// What putters write and what getters write lie on cache lines of their own.

/** Cells of a queue. */
export const QUEUE = {
  /**
   * Lines of those who wait for an item, for room, and for the last task to be done: primitives, of
   * which the first has the queue's name.
   */
  NOT_EMPTY: 0,
  NOT_FULL: 10,
  ALL_DONE: 20,
  /** ORDER: in which order items leave. */
  ORDER: 30,
  /** As many items as there may be; 0 or less for no bound. */
  MAX: 31,
  /** GATE: what keeps a put or a get from the short way; 0 for nothing. */
  GATE: 32,
  /** Handle of the first block of claims. */
  CLAIMS: 33,
  PUT_LOCK: 48,
  /** How many items were ever put, modulo 2^32; the end of a FIFO queue. */
  PUTS: 49,
  TAIL_CHUNK: 50,
  GET_LOCK: 64,
  /** FIFO: how many items were taken, modulo 2^32. */
  HEAD: 65,
  HEAD_CHUNK: 66,
  /** FIFO: PUTS as a getter saw it last. */
  PUTS_SEEN: 67,
  /** What to undo if the holder of GET_LOCK dies; see claims.ts. */
  UNDO: 68,
  /** LIFO, priority: the shelf, how many items are on it, the number of the last arrival. */
  SHELF: 72,
  COUNT: 73,
  ARRIVAL: 74,
  /** How many items were marked as done, modulo 2^32. */
  DONE: 80,
  CELLS: 96,
} as const;

/** QUEUE.ORDER. */
export const ORDER = { FIFO: 0, LIFO: 1, PRIORITY: 2 } as const;

/** Bits of QUEUE.GATE. */
export const GATE = {
  /** Items leave in another order than they came. */
  ORDERED: 1,
  /** There is a bound. */
  BOUNDED: 2,
  /** Nothing is put any more. */
  SHUT: 4,
  /** Nothing is taken any more either, and what is in there has been dropped. */
  DROPPED: 8,
} as const;

/** Outcomes of an attempt beside success; 0 is "wait". */
export const WAIT = 0;
export const ADDED = 1;
export const SHUT = -1;
/** The items in the queue cannot be compared with this one. */
export const INCOMPARABLE = -2;

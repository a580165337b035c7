// Where things are in the arena: named cells, and the values that the state cells take.
//
//   header        counters and free lists
//   thread slots  one for each thread that may be alive, SLOT_CELLS apart
//   nodes         waiters: node n < SLOT_COUNT is what slot n blocks on, others do not block
//   ended names   names of the threads that ended last, for messages about locks they left behind
//   magazines     free blocks that only the thread in a slot takes (heap.ts)
//   heap          blocks: two header cells, then the payload, whose first cell is the handle
//
// Every index counts 32-bit cells. Cell 0 is nobody's, so that 0 can mean "none".

/** Header. */
export const HEADER = {
  /** A text: the file of the calls that memory is shared with (kernel/family/native.ts). */
  NATIVE_FILE: 1,
  /** First cell of the heap that no block has been cut from. */
  BREAK: 2,
  BREAK_LOCK: 3,
  SLOTS_HIGH: 4,
  NODES_HIGH: 5,
  NODES_FREE: 6,
  NODES_LOCK: 7,
  /** Thread-N: the last N. */
  THREAD_NUMBER: 8,
  /** The last ident given to a thread. */
  IDENT: 9,
  /** Threads alive whose end the program awaits, the main one not counted. */
  HOLDING: 10,
  /** Head of the list of thread records that are alive, and its lock. */
  ALIVE_HEAD: 11,
  ALIVE_LOCK: 12,
  /**
   * Workers that are parked, as a stack of slots; threads that wait for a worker, as a queue; their
   * common lock.
   */
  CACHE_LOCK: 13,
  PARKED_HEAD: 14,
  STARTING_HEAD: 15,
  STARTING_TAIL: 16,
  /**
   * 1 while the user's except hook is set in the main thread; head of the errors that wait for it.
   */
  HOOK_SET: 17,
  HOOK_HEAD: 18,
  /** 1 once the program ends: no thread may start any more. */
  CLOSING: 19,
  KINDS_LOCK: 20,
  KINDS_HEAD: 21,
  KINDS_COUNT: 22,
  SITES_LOCK: 23,
  PRINT_LOCK: 24,
  INPUT_LOCK: 25,
  /** 1 once the keeper serves. */
  KEEPER_READY: 26,
  /** The last number given to a parcel. */
  PARCEL: 27,
  /** Threads that wait for a worker. */
  STARTING_COUNT: 28,
  /** The event that the main thread waits for at its end: nobody is left to wait for. */
  IDLE_EVENT: 30,
  /** Record of the main thread. */
  MAIN_RECORD: 31,
  /**
   * The memory that this process shares with others: the lock under which it is entered, 1 + the
   * descriptor by which children inherit it, and 1 once it is in its place.
   */
  FAMILY_LOCK: 32,
  FAMILY_DESCRIPTOR: 33,
  FAMILY_MAPPED: 34,
  /** Slot, in the family's arena, of the thread that rings the doorbells of this process. */
  RINGER: 35,
  /** Children that are daemons and alive, and the event that is set when the last has ended. */
  DAEMONS: 36,
  /** Process-N: the last N. */
  PROCESS_NUMBER: 37,
  /** Record of this process, and of its parent; 0 while nobody has asked. */
  THIS_PROCESS: 38,
  PARENT_PROCESS: 39,
  /** Head of the list of children that have not been seen to end, and its lock. */
  CHILDREN_HEAD: 51,
  CHILDREN_LOCK: 52,
  /** Head of the list of files that go with this process, and its lock. */
  PATHS_HEAD: 53,
  PATHS_LOCK: 54,
  /** Held by who clears up after a thread or process of the family. */
  BURIAL_LOCK: 55,
  /** The change of HOLDING that is being made (table/holding.ts), and the lock of who makes it. */
  HOLDING_LOCK: 56,
  HOLDING_CELL: 57,
  HOLDING_VALUE: 58,
  HOLDING_AFTER: 59,
  /**
   * What this process is where no memory can be shared (FAMILY_ROLE); a text that tells how the one
   * that keeps the objects is reached; and whether that listens (kernel/family/role.ts).
   */
  FAMILY_ROLE: 29,
  FAMILY_ADDRESS: 60,
  FAMILY_BROKER: 61,
  /** The bars at the bottom of the terminal, as a text, and the thread that draws them. */
  BARS_TEXT: 62,
  BARS_OWNER: 63,
  /** GIL mode (kernel/gil/gil.ts): 1 when on; who holds it, and who held it last. */
  GIL_ON: 40,
  GIL_HOLDER: 41,
  GIL_LAST: 42,
  /** 1: the holder is to give it up; how often it went to another thread; how many wait for it. */
  GIL_REQUEST: 43,
  GIL_SWITCHES: 44,
  GIL_WAITERS: 45,
  /** The switch interval in ms, a number of two cells; 0 is the usual one. */
  GIL_INTERVAL: 46,
  /** The last request for the stacks of blocked threads, and the lock of who asks. */
  STACK_REQUEST: 48,
  STACKS_LOCK: 49,
  /** 1 when the keeper answers the signal that asks for a dump. */
  DUMP_WATCHED: 50,
} as const;

/** HEADER.FAMILY_ROLE: it has memory in common, keeps the objects, or asks the one that does. */
export const FAMILY_ROLE = { MAPPED: 0, HOST: 1, CLIENT: 2 } as const;

/** Free lists: for each size class a lock, a head, and how many of its blocks are in use. */
export const FREE_LISTS = 64;
export const FREE_LIST = { LOCK: 0, HEAD: 1, IN_USE: 2, CELLS: 3 } as const;

/** Buckets of the table of construction sites. */
export const SITES = 256;
export const SITES_COUNT = 512;

export const SLOTS = 1024;
export const SLOT_CELLS = 32;
/**
 * Threads that can be alive at once, the main one and the keeper included: 10 bits of a thread id.
 */
export const SLOT_COUNT = 1024;

/** Cells of a thread slot. */
export const SLOT = {
  STATE: 0,
  /**
   * Id of the thread that has the slot: slot number and generation. One that is not here any more
   * has ended.
   */
  TID: 1,
  /**
   * Asynchronous waiters whose turn has come, as a stack of nodes: the doorbell of this thread's
   * event loop.
   */
  READY: 2,
  /**
   * Whether this thread blocks on its node without a time-out, and who can end that: RELEASED_BY.
   * For the search for deadlocks.
   */
  BLOCK: 3,
  /** What it waits for: a handle, or ASLEEP, or 0 while it does not wait. */
  WAITING: 4,
  /** Number of its process. */
  OS_PID: 5,
  /** Number of its kernel thread in /proc, or 0. */
  OS_TID: 6,
  /** Work handed to a parked worker: the handle of a thread record, or RETIRE. */
  REQUEST: 7,
  /** The thread record that runs here. */
  THREAD: 8,
  /** Next slot on the stack of parked workers. */
  NEXT_PARKED: 9,
  /** Bytes of JavaScript heap in use when last seen, in KiB. */
  HEAP_KIB: 10,
  /** Slot of the thread that made this worker, and so hears of its end. */
  MAKER: 11,
  /**
   * Counts the answers that the keeper sent to this thread: what it waits on until one is there.
   */
  MAIL: 12,
  /** This thread's slot in the arena of the family of processes, or 0. */
  FAMILY: 13,
  /** When its process began, as far as that tells it from another one with the same id. */
  OS_START: 14,
  /** In the family's arena: the slot of the thread that rings the doorbells of its process. */
  RINGER: 15,
  /** What this thread refers to (holdings.ts). */
  HELD: 16,
  /** Number of its process in /proc (table/proc.ts), or 0. */
  OS_PROC: 17,
  /** 1 while it must not be stopped; 1 when it is about to be (table/unstopped.ts). */
  UNSTOPPED: 18,
  DOOMED: 19,
  /** In the family's arena: a text, the name of its process (family/name.ts), or 0. */
  PROCESS_NAME: 20,
  /** 1 while its thread does what another process asks for. */
  AGENT: 21,
  /** Id of the thread whose slot it was, from the moment on that somebody clears up after it. */
  BURIED: 22,
  /** Id of a thread that is not there any more, though nobody has cleared up after it yet. */
  GONE: 23,
  /** 1 while it waits for the GIL: it could run. */
  GIL_WAIT: 28,
  /** The request for its stack that it answered last, and the block with the stack. */
  STACK_ANSWER: 29,
  STACK: 30,
} as const;

/** SLOT.BLOCK, where it is not 0. */
export const RELEASED_BY = {
  /** Any thread may end the wait: a Lock, an Event, a Semaphore. */
  ANYONE: 1,
  /** Only the thread that owns what is waited for: an RLock, another thread's end. */
  OWNER: 2,
} as const;

/** SLOT.STATE. */
export const SLOT_STATE = {
  FREE: 0,
  BOOTING: 1,
  LIVE: 2,
  PARKED: 3,
  DEAD: 4,
  /** Its thread has ended, and it is about to look for another one. */
  WINDING: 5,
} as const;
export const SLOT_BITS = 10;
export const SLOT_MASK: number = SLOT_COUNT - 1;
/**
 * A thread id is 28 bits: slot, then generation. Above it are flags of the words that hold an id.
 */
export const TID_MASK = 0x0fff_ffff;

/** SLOT.WAITING of a thread in sleep(), or a wait that has no primitive. */
export const ASLEEP = -1;
/** The same of one in input(), and in start(). */
export const READING = -2;
export const LAUNCHING = -3;

export const NODES: number = SLOTS + SLOT_COUNT * SLOT_CELLS;
export const NODE_CELLS = 16;
/** Waits under way at once, of all threads; a power of two. */
export const NODE_COUNT = 65_536;

/**
 * Cells of a waiter. STATE and PRIM are atomic; the rest is under the queue's lock, or published by
 * STATE.
 */
export const NODE = {
  STATE: 0,
  NEXT: 1,
  PREV: 2,
  PRIM: 3,
  TID: 4,
  KIND: 5,
  SEQ: 6,
  SINCE: 7,
  NEXT_READY: 8,
  ARG: 9,
  /** The Condition that has notified this waiter, which has not taken note of it yet; or 0. */
  NOTIFIED_BY: 10,
  /** 1 while it is on its event loop's stack of ready nodes, or about to be. */
  PUSHED: 11,
  /** 1 while its thread sleeps on STATE, or is about to; until then it looks at it. */
  ASLEEP: 12,
} as const;

/** NODE.STATE. Leaving QUEUED is done only under the queue's lock. */
export const NODE_STATE = { IDLE: 0, QUEUED: 1, GRANTING: 2, WOKEN: 3, HANDOFF: 4 } as const;
/** NODE.KIND. */
export const NODE_KIND = { BLOCKING: 0, ASYNC: 1 } as const;

export const ENDED: number = NODES + NODE_COUNT * NODE_CELLS;
/** Entries (thread id, name) of the table of ended threads, a power of two. */
export const ENDED_BITS = 10;
export const ENDED_COUNT: number = 2 ** ENDED_BITS;

export const MAGAZINES: number = ENDED + ENDED_COUNT * 2;
/** Of a slot, for each of the smallest size classes: free blocks, how many, and a full row more. */
export const MAGAZINE = { HEAD: 0, COUNT: 1, SPARE: 2, CELLS: 3 } as const;
export const MAGAZINE_CLASSES = 12;
/** Whole cache lines. */
export const MAGAZINES_CELLS = 48;

export const HEAP: number = MAGAZINES + SLOT_COUNT * MAGAZINES_CELLS;

/** Cells before a payload: size class and kind; count of references. */
export const BLOCK = { CELLS: 2, CLASS: -2, COUNT: -1 } as const;

/** Cells of a primitive, from its handle. WORD has a cache line of its own half. */
export const PRIM = {
  QUEUE_LOCK: 0,
  HEAD: 1,
  TAIL: 2,
  SEQ: 3,
  TYPE: 4,
  /** Handle of the name's block, or 0. */
  NAME: 5,
  /** RLock: how often it is held; Event and others: theirs. */
  COUNT: 6,
  FLOW: 7,
  WORD: 8,
  /** Thread id of the holder that ended, while the word says ABANDONED. */
  GONE: 9,
  CELLS: 10,
} as const;

/**
 * PRIM.WORD: the queue may hold waiters. Set by who is about to wait, cleared with the last one,
 * under the queue's lock.
 */
export const PARKED = 0x4000_0000;
/** PRIM.WORD of a lock: its last holder ended without releasing it; the next one is told. */
export const ABANDONED = 0x2000_0000;

/** PRIM.TYPE: which algorithm a primitive follows, and so how it is mended after a death. */
export const PRIM_TYPE = {
  LOCK: 1,
  EVENT: 2,
  SEMAPHORE: 3,
  CONDITION: 4,
  BARRIER: 5,
  RWLOCK: 6,
  QUEUE: 7,
  /** The end of a thread: an event that only that thread brings about. */
  THREAD: 9,
} as const;

/** NODE.ARG of a waiter of an RWLOCK: what it wants to do. */
export const READ = 1;
export const WRITE = 2;

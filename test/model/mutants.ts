// Bugs that the model must find: lines of the sources, and what a mistake would have made of them.
//
// Each is named, and found in one scenario. When a source changes so that the lines are not there any
// more, its mutant has to be written anew.
import type { Patch } from './source/bundle.ts';

/** A planted bug. */
export interface Mutant extends Patch {
  readonly name: string;
  /** Where it is found: the scenario's file and name. */
  readonly model: string;
  readonly scenario: string;
  /** How it shows. */
  readonly shows: RegExp;
  /** Preemptions that it takes. */
  readonly preemptions: number;
}

const WORD = 'src/kernel/waiting/lock-word.ts';
const EVENT = 'src/kernel/waiting/event-word.ts';
const SIDE = 'src/kernel/waiting/side-lock.ts';
const ASYNC = 'src/kernel/waiting/async-wait.ts';
const HEAP = 'src/kernel/memory/heap.ts';
const BELL = 'src/kernel/waiting/doorbell.ts';
const SLOTS = 'src/kernel/table/slots.ts';

const sleeps = /sleeps on/;

/** All of them. */
export const mutants: readonly Mutant[] = [
  {
    name: 'a lost wake-up: a waiter queues without another look under the queue lock',
    file: WORD,
    from: 'if (held) enqueue(arena, prim, node, again);\n    unlockQueue(arena, prim);\n    if (held) return 0;',
    to: 'enqueue(arena, prim, node, again);\n    unlockQueue(arena, prim);\n    return 0;',
    model: 'lock',
    scenario: 'Lock: two threads, twice each',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a lost wake-up: a release that ignores PARKED',
    file: WORD,
    from: '    } else if (word & PARKED) {\n      break;\n',
    to: '',
    model: 'lock',
    scenario: 'Lock: two threads, twice each',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a wake-up swallowed by a waiter whose time is up',
    file: WORD,
    from: 'const taken = tryLock(arena, prim);\n  if (taken === 0) forfeitLock(arena, prim);\n  return taken;',
    to: 'return 0;',
    model: 'lock',
    scenario: 'Lock: two threads and one with a time-out',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a wake-up swallowed by a waiter that was aborted',
    file: ASYNC,
    from: 'else this.#wanted.forfeit();\n      return;',
    to: 'return;',
    model: 'lock',
    scenario: 'Lock: two event loops, one may abort, and a thread',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a lock that stays with a waiter that was aborted',
    file: ASYNC,
    from: 'if (granted) this.#wanted.giveBack();\n      else',
    to: 'if (!granted)',
    model: 'lock',
    scenario: 'Lock: a thread and an event loop that may abort',
    shows: /sleeps on|cannot be taken/,
    preemptions: 3,
  },
  {
    name: 'a node queued after the queue lock is given up',
    file: WORD,
    from: 'if (held) enqueue(arena, prim, node, again);\n    unlockQueue(arena, prim);',
    to: 'unlockQueue(arena, prim);\n    if (held) enqueue(arena, prim, node, again);',
    model: 'lock',
    scenario: 'Lock: three threads',
    shows: /A race for|sleeps on/,
    preemptions: 2,
  },
  {
    name: 'a notify before the wait: an event that looks for waiters before it is set',
    file: EVENT,
    from: '  or(arena.cells, prim + PRIM.WORD, SET);\n  if (load(arena.cells, prim + PRIM.HEAD) !== 0) wakeAll(arena, prim);',
    to: '  const head = load(arena.cells, prim + PRIM.HEAD);\n  or(arena.cells, prim + PRIM.WORD, SET);\n  if (head !== 0) wakeAll(arena, prim);',
    model: 'event',
    scenario: 'Event: two threads wait',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a missing look at the event by who has queued for it',
    file: EVENT,
    from: 'const set = isEventSet(arena, prim);',
    to: 'const set = false;',
    model: 'event',
    scenario: 'Event: two threads wait',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a bell that nobody arms again',
    file: BELL,
    from: 'if (waiters.size > 0) arm(arena);',
    to: '',
    model: 'lock',
    scenario: 'Lock: two threads and an event loop',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a waker killed between the state and the bell, of which nobody looks after',
    file: BELL,
    from: 'else if (overdue.has(node)) deliverOverdue(arena, node, waiter);',
    to: '',
    model: 'lock',
    scenario: 'Lock: a thread beside an event loop is killed',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'a reaper that stores over a lock which somebody has taken',
    file: WORD,
    from: 'if (compareExchange(arena.cells, index, word, arena.tid | PARKED) === word) return true;',
    to: 'return true;',
    model: 'lock',
    scenario: 'Lock: its holder ends',
    shows: /A race for COUNT|was not held/,
    preemptions: 2,
  },
  {
    name: 'a reaper that looks only for what the dead thread held',
    file: SLOTS,
    from: 'if ((load(cells, prim + PRIM.QUEUE_LOCK) & TID_MASK) === dead) return true;\n  const type = peek(cells, prim + PRIM.TYPE);',
    to: 'const type = peek(cells, prim + PRIM.TYPE);\n  if (type === PRIM_TYPE.LOCK) return (load(cells, prim + PRIM.WORD) & TID_MASK) === dead;',
    model: 'lock',
    scenario: 'Lock: a thread beside an event loop is killed',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'an event whose setter was killed and that wakes nobody',
    file: EVENT,
    from: 'if (isEventSet(arena, prim)) wakeQueued(arena, prim);',
    to: '',
    model: 'event',
    scenario: 'Event: who sets it is killed',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'a side lock whose next owner forgets that others wait',
    file: SIDE,
    from: 'if (compareExchange(cells, index, 0, tid | CONTENDED) === 0) return false;',
    to: 'if (compareExchange(cells, index, 0, tid) === 0) return false;',
    model: 'side-lock',
    scenario: 'Side lock: three threads, and one that only tries',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a side lock taken over from the dead without telling',
    file: SIDE,
    from: 'if (compareExchange(cells, index, word, tid | CONTENDED) === word) return true;',
    to: 'if (compareExchange(cells, index, word, tid | CONTENDED) === word) return false;',
    model: 'side-lock',
    scenario: 'Side lock: three threads, one is killed',
    shows: /Nobody told/,
    preemptions: 1,
  },
  {
    name: 'a free list pushed to without its lock',
    file: HEAP,
    from: '  lockSide(arena, list + FREE_LIST.LOCK);\n  poke(cells, handle, peek(cells, list + FREE_LIST.HEAD));',
    to: '  poke(cells, handle, peek(cells, list + FREE_LIST.HEAD));',
    model: 'heap',
    scenario: 'Heap: two threads cut and free blocks',
    shows: /A race for/,
    preemptions: 2,
  },
  {
    name: 'a reference to a block that has gone',
    file: HEAP,
    from: 'if (count <= 0) return false;',
    to: '',
    model: 'heap',
    scenario: 'Heap: the last reference goes while others are taken',
    shows: /in use|free twice|that is gone/,
    preemptions: 2,
  },
];

// Bugs that the model must find: lines of the sources, and what a mistake would have made of them.
//
// Each is named, and found in one scenario. When a source changes so that the lines are not there
// any more, its mutant has to be written anew.
import type { Patch } from './source/bundle.ts';

/** A planted bug. */
export interface Mutant extends Patch {
  readonly name: string;
  /** What has to go, too, as it would heal the bug. */
  readonly also?: Patch;
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
const QUEUE = 'src/kernel/waiting/wait-queue.ts';
const SIDE = 'src/kernel/waiting/side-lock.ts';
const ASYNC = 'src/kernel/waiting/async-wait.ts';
const HEAP = 'src/kernel/memory/heap.ts';
const BELL = 'src/kernel/waiting/doorbell.ts';
const BLOCK = 'src/shared/list/block.ts';
const CONDITION = 'src/kernel/primitives/condition-wait.ts';
const PERMITS = 'src/kernel/primitives/semaphore-word.ts';
const RWLOCK = 'src/kernel/primitives/rwlock-word.ts';
const BARRIER = 'src/kernel/primitives/barrier-word.ts';
const FIFO = 'src/kernel/primitives/queue/fifo.ts';
const TURNS = 'src/kernel/primitives/turns.ts';
const SLOTS = 'src/kernel/table/slots.ts';

const sleeps = /sleeps on/;
const lines = (...parts: string[]): string => parts.join('\n');

/** All of them. */
export const mutants: readonly Mutant[] = [
  {
    name: 'a lost wake-up: a waiter queues without another look under the queue lock',
    file: WORD,
    from: lines(
      'if (held) enqueue(arena, prim, node, again);',
      '    unlockQueue(arena, prim);',
      '    if (held) return 0;',
    ),
    to: lines(
      'enqueue(arena, prim, node, again);',
      '    unlockQueue(arena, prim);',
      '    return 0;',
    ),
    model: 'lock',
    scenario: 'Lock: two threads, twice each',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a lost wake-up: a release that ignores PARKED',
    file: WORD,
    from: lines('    } else if (word & PARKED) {', '      break;', ''),
    to: '',
    model: 'lock',
    scenario: 'Lock: two threads, twice each',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a wake-up swallowed by a waiter whose time is up',
    file: WORD,
    from: lines(
      'const taken = tryLock(arena, prim);',
      '  if (taken === 0) forfeitLock(arena, prim);',
      '  return taken;',
    ),
    to: 'return 0;',
    model: 'lock',
    scenario: 'Lock: two threads and one with a time-out',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a wake-up swallowed by a waiter that was aborted',
    file: ASYNC,
    from: lines('else this.#wanted.forfeit();', '      return;'),
    to: 'return;',
    model: 'lock',
    scenario: 'Lock: two event loops, one may abort, and a thread',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a lock that stays with a waiter that was aborted',
    file: ASYNC,
    from: lines('if (granted) this.#wanted.giveBack(this.#node);', '      else'),
    to: 'if (!granted)',
    model: 'lock',
    scenario: 'Lock: a thread and an event loop that may abort',
    shows: /sleeps on|cannot be taken/,
    preemptions: 3,
  },
  {
    name: 'a node queued after the queue lock is given up',
    file: WORD,
    from: lines('if (held) enqueue(arena, prim, node, again);', '    unlockQueue(arena, prim);'),
    to: lines('unlockQueue(arena, prim);', '    if (held) enqueue(arena, prim, node, again);'),
    model: 'lock',
    scenario: 'Lock: three threads',
    shows: /A race for|sleeps on/,
    preemptions: 2,
  },
  {
    name: 'a notify before the wait: an event that looks for waiters before it is set',
    file: EVENT,
    from: '  if (load(arena.cells, prim + PRIM.HEAD) !== 0) wakeLate(arena, prim);\n',
    to: '',
    model: 'event',
    scenario: 'Event: two threads wait',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'an event that wakes those who came after it was taken back',
    file: EVENT,
    from: lines('lockQueue(arena, prim);', '  if (isEventSet(arena, prim)) wakeAll(arena, prim);'),
    to: lines('lockQueue(arena, prim);', '  wakeAll(arena, prim);'),
    model: 'event',
    scenario: 'Event: who has taken it back is not woken for it again',
    shows: /Woken twice/,
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
    from: 'if (compareExchange(arena.cells, index, word, arena.tid | PARKED) === word)',
    to: '',
    model: 'lock',
    scenario: 'Lock: its holder ends',
    shows: /A race for COUNT|was not held/,
    preemptions: 2,
  },
  {
    name: 'a reaper that looks only for what the dead thread held',
    file: SLOTS,
    from: lines(
      'if ((load(cells, prim + PRIM.QUEUE_LOCK) & TID_MASK) === tid) return true;',
      '  const owner = load(cells, prim + PRIM.WORD) & TID_MASK;',
    ),
    to: lines(
      'const owner = load(cells, prim + PRIM.WORD) & TID_MASK;',
      '  if (peek(cells, prim + PRIM.TYPE) === PRIM_TYPE.LOCK) return owner === tid;',
    ),
    also: {
      file: WORD,
      from: lines(
        '  lookAfterQueue(arena, prim);',
        '  const owner = load(arena.cells, prim + PRIM.WORD) & TID_MASK;',
        '  if (owner === 0) forfeitLock(arena, prim);',
        '  else if',
      ),
      to: lines('  const owner = load(arena.cells, prim + PRIM.WORD) & TID_MASK;', '  if'),
    },
    model: 'lock',
    scenario: 'Lock: a thread beside an event loop is killed',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'an event whose setter was killed and that wakes nobody',
    file: EVENT,
    from: 'rebuildQueue(arena, prim);\n  if (isEventSet(arena, prim)) wakeAll(arena, prim);',
    to: 'rebuildQueue(arena, prim);',
    also: {
      file: EVENT,
      from: 'lookAfterQueue(arena, prim);\n  if (isEventSet(arena, prim)) wakeLate(arena, prim);',
      to: 'lookAfterQueue(arena, prim);',
    },
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
    from: lines(
      '  lockSide(arena, list + FREE_LIST.LOCK);',
      '  poke(cells, handle, peek(cells, list + FREE_LIST.HEAD));',
    ),
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
  {
    name: 'a list whose end is moved before the item is there',
    file: BLOCK,
    from: lines(
      '  poke(slotsOf(data) + end, slot);',
      '  atomics.store(cells, data + DATA.END, end + 1);',
    ),
    to: lines(
      '  atomics.store(cells, data + DATA.END, end + 1);',
      '  poke(slotsOf(data) + end, slot);',
    ),
    model: 'list',
    scenario: 'SharedList.push() is killed at every step',
    shows: /The list is/,
    preemptions: 0,
  },
  {
    name: 'a list whose new block is shown before it is full',
    file: BLOCK,
    from: lines(
      '  copySlots(slotsOf(next), from, index);',
      '  poke(slotsOf(next) + index, slot);',
      '  copySlots(slotsOf(next) + index + 1, from + index, length - index);',
      '  publish(list, next);',
    ),
    to: lines(
      '  publish(list, next);',
      '  copySlots(slotsOf(next), from, index);',
      '  poke(slotsOf(next) + index, slot);',
      '  copySlots(slotsOf(next) + index + 1, from + index, length - index);',
    ),
    model: 'list',
    scenario: 'SharedList.insert() is killed at every step',
    shows: /The list is|Cannot/,
    preemptions: 0,
  },
  {
    name: 'a notify before the wait: a condition that gives the lock up before it queues',
    file: CONDITION,
    from: lines(
      '  queueOnCondition(arena, prim, node);',
      '  const takeBack = giveUpLock(arena, lock);',
      '  let state',
    ),
    to: lines(
      '  const takeBack = giveUpLock(arena, lock);',
      '  queueOnCondition(arena, prim, node);',
      '  let state',
    ),
    model: 'condition',
    scenario: 'Condition: a consumer and a producer',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'a permit waited for without another look under the queue lock',
    file: PERMITS,
    from: lines(
      'if (none) enqueue(arena, prim, node, again);',
      '    unlockQueue(arena, prim);',
      '    if (none) return 0;',
    ),
    to: lines(
      'enqueue(arena, prim, node, again);',
      '    unlockQueue(arena, prim);',
      '    return 0;',
    ),
    model: 'semaphore',
    scenario: 'Semaphore(1): two threads, twice each',
    shows: /sleeps on|goes on/,
    preemptions: 2,
  },
  {
    name: 'a reader that left before the writer that queues had marked it',
    file: RWLOCK,
    from: 'if (all.length === 0) all = letIn(arena, prim);',
    to: '',
    model: 'rwlock',
    scenario: 'RWLock: two readers and a writer',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'readers that look at the word before they show themselves',
    file: RWLOCK,
    from: 'return load(arena.cells, prim + PRIM.WORD) === READING || retract(arena, prim, reader);',
    to: 'return true;',
    model: 'rwlock',
    scenario: 'RWLock: a reader and a writer, twice each',
    shows: /A race for|A read beside a write/,
    preemptions: 2,
  },
  {
    name: 'a barrier that is not broken by a death',
    file: BARRIER,
    from: 'return waiting !== load(cells, prim + PRIM.COUNT);',
    to: 'return false;',
    model: 'barrier',
    scenario: 'Barrier(2): an event loop is killed',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'an item waited for without another look from within the line',
    file: TURNS,
    from: 'const isReady = line.isReady();\n    if (isReady) {',
    to: 'const isReady = false;\n    if (isReady) {',
    model: 'queue',
    scenario: 'Queue: a producer and a consumer',
    shows: sleeps,
    preemptions: 2,
  },
  {
    name: 'an item under a claim that a death does not make void',
    file: FIFO,
    from: '  noteVoid(arena, queue, queue + QUEUE.HEAD, head, claim);\n  const slot',
    to: '  const slot',
    model: 'queue',
    scenario: 'Queue: a consumer is killed',
    shows: /was taken twice/,
    preemptions: 1,
  },
  {
    name: 'a notification that dies with who was notified',
    file: SLOTS,
    from: 'if (peek(arena.cells, node + NODE.TID) === dead) passNotification(arena, node);',
    to: '',
    model: 'condition',
    scenario: 'Condition: who was notified is killed, and another one waits',
    shows: sleeps,
    preemptions: 1,
  },
  {
    name: 'a queue that looks empty while it is mended',
    file: QUEUE,
    from: '  let last = 0;',
    to: '  let last = 0;\n  store(cells, prim + PRIM.HEAD, 0);',
    model: 'condition',
    scenario: 'Condition: who was notified is killed, and another one waits',
    shows: sleeps,
    preemptions: 2,
  },
];

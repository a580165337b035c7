// Bugs of kernel/primitives: conditions, semaphores, barriers, queues.
import { lines, sleeps } from './mutant.ts';
import type { Mutant } from './mutant.ts';

const CONDITION = 'src/kernel/primitives/condition-wait.ts';
const PERMITS = 'src/kernel/primitives/semaphore-word.ts';
const RWLOCK = 'src/kernel/primitives/rwlock-word.ts';
const BARRIER = 'src/kernel/primitives/barrier-word.ts';
const FIFO = 'src/kernel/primitives/queue/fifo.ts';
const TURNS = 'src/kernel/primitives/turns.ts';

export const primitives: readonly Mutant[] = [
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
];

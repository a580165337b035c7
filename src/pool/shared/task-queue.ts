// The tasks of a pool that no worker has taken: three queues that are taken from as one.
//
//   URGENT   priorities above 0, the highest first
//   USUAL    priority 0: those who put and those who take have a lock each
//   SLACK    priorities below 0
//
// Who waits for a task waits in the line of the usual ones. A pool with a bound has all its tasks
// among the urgent ones, whatever their priority, and so one bound for all.
//
// An item of a queue is a task's handle, as a plain number; its reference is the queue's.
import {
  ADDED,
  ORDER,
  QUEUE,
  SHUT,
  arena,
  atomics,
  homeOf,
  queues,
  release,
  retain,
  wakeNext,
} from '../../kernel/index.ts';
import type { Arena, Line } from '../../kernel/index.ts';
import { POOL, TASK } from './layout.ts';

/** Makes the queues of a new pool. */
export function initTasks(home: Arena, state: number, most: number): void {
  queues.initQueue(home, state + POOL.USUAL, ORDER.FIFO, 0);
  queues.initQueue(home, state + POOL.URGENT, ORDER.PRIORITY, most);
  queues.initQueue(home, state + POOL.SLACK, ORDER.PRIORITY, 0);
}

/** Puts a task into the queue, which gets a reference: ADDED, SHUT, or 0 if it is full. */
export function attemptPut(state: number, task: number): number {
  const home = homeOf(state);
  retain(task);
  const rank = atomics.wide.peek(arena.numbers, (task + TASK.RANK) / 2);
  const queue = queueFor(state, rank);
  const outcome = queues.attemptPut(home, queue, task, { number: rank, text: 0 });
  if (outcome !== ADDED) release(task);
  else if (queue !== state + POOL.USUAL) wakeNext(home, state + POOL.USUAL + QUEUE.NOT_EMPTY);
  return outcome === ADDED || outcome === SHUT ? outcome : 0;
}

/** Takes the next task under a claim, which it gives; 0 when there is none, or SHUT. */
export function attemptTake(state: number): number {
  const home = homeOf(state);
  return (
    takeRanked(home, state + POOL.URGENT) ||
    takeUsual(home, state) ||
    queues.attemptGet(home, state + POOL.USUAL)
  );
}

/** The line of those who wait until an attempt takes a task. */
export function takers(state: number, attempt: () => number): Line {
  const home = homeOf(state);
  const lines = all(state).map((queue) => queues.getters(home, queue, attempt));
  return {
    prim: state + POOL.USUAL + QUEUE.NOT_EMPTY,
    attempt,
    isReady: () => lines.some((line) => line.isReady()),
    mend: () => {
      for (const line of lines) line.mend();
    },
  };
}

/** The line of those who wait until they can put a task. */
export function putters(state: number, attempt: () => number): Line {
  return queues.putters(homeOf(state), state + POOL.URGENT, attempt);
}

/** How many tasks wait. */
export function countTasks(state: number): number {
  const home = homeOf(state);
  return all(state).reduce((count, queue) => count + queues.sizeOf(home, queue), 0);
}

/**
 * Takes no more, and gives those that wait, with the queue's references. Another time, those that
 * have come back since, from workers that died as they took them.
 */
export function shutTasks(state: number): number[] {
  const home = homeOf(state);
  return all(state).flatMap((queue) => {
    // Has those put back.
    queues.sizeOf(home, queue);
    const { slots } = queues.closeQueue(home, queue, true);
    return slots.filter((task) => task !== 0);
  });
}

/** Releases all that belongs to the queues. */
export function destroyTasks(state: number): void {
  const home = homeOf(state);
  for (const queue of all(state)) {
    // Zeros stand for what was taken out when the queue was shut.
    for (const task of queues.destroyQueue(home, queue).slots) if (task !== 0) release(task);
  }
}

function takeRanked(home: Arena, queue: number): number {
  if (atomics.load(arena.cells, queue + QUEUE.COUNT) === 0) return 0;
  return Math.max(0, queues.attemptGet(home, queue));
}

// Where both are empty the usual one has the last word: it says whether it is shut.
function takeUsual(home: Arena, state: number): number {
  if (atomics.load(arena.cells, state + POOL.SLACK + QUEUE.COUNT) === 0) return 0;
  return (
    Math.max(0, queues.attemptGet(home, state + POOL.USUAL)) || takeRanked(home, state + POOL.SLACK)
  );
}

function queueFor(state: number, rank: number): number {
  const isBounded = atomics.peek(arena.cells, state + POOL.URGENT + QUEUE.MAX) > 0;
  if (isBounded || rank < 0) return state + POOL.URGENT;
  return state + (rank === 0 ? POOL.USUAL : POOL.SLACK);
}

function all(state: number): number[] {
  return [state + POOL.URGENT, state + POOL.USUAL, state + POOL.SLACK];
}

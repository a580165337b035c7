// What a pool does, and has done.
import { arena, atomics, homeOf, isEventSet } from '../../kernel/index.ts';
import { note, percentilesOf } from './histogram.ts';
import type { Percentiles } from './histogram.ts';
import { POOL, TASK, TASK_STATE, WORKER } from './layout.ts';
import { poolField, workerAt } from './state.ts';
import { countTasks } from './task-queue.ts';
import { taskField } from './task.ts';

/** What a pool does, and has done. */
export interface PoolStats {
  /** Workers that it has; 0 once it has ended. */
  readonly workers: number;
  /** Tasks that no worker has taken yet; a chunk of items is one. */
  readonly waiting: number;
  /** Tasks that run now. */
  readonly running: number;
  /** Calls that returned, and calls that ended in an error. */
  readonly completed: number;
  readonly failed: number;
  /** How long tasks waited, and calls ran. */
  readonly waitSeconds: Percentiles;
  readonly runSeconds: Percentiles;
}

/** The statistics of a pool. */
export function statsOf(state: number): PoolStats {
  const home = homeOf(state);
  const size = poolField(state, POOL.SIZE);
  const indices = Array.from({ length: size }, (_, index) => index);
  const waiting = countTasks(state) - poolField(state, POOL.WITHDRAWN);
  return {
    workers: isEventSet(home, state + POOL.ENDED) ? 0 : size,
    waiting: Math.max(0, waiting),
    running: indices.filter((index) => isAtWork(workerAt(state, index))).length,
    completed: poolField(state, POOL.COMPLETED),
    failed: poolField(state, POOL.FAILED),
    waitSeconds: percentilesOf(state + POOL.WAITS),
    runSeconds: percentilesOf(state + POOL.RUNS),
  };
}

// One whose outcome is there is still the worker's, for a moment.
function isAtWork(worker: number): boolean {
  const task = poolField(worker, WORKER.TASK);
  return task !== 0 && taskField(task, TASK.STATE) !== TASK_STATE.DONE;
}

/** Counts a task that is DONE, unless it was: its worker may have died before it could. */
export function countTask(state: number, task: number): void {
  const { cells } = arena;
  const failed = atomics.exchange(cells, task + TASK.UNCOUNTED, 0) - 1;
  if (failed < 0) return;
  const count = taskField(task, TASK.COUNT);
  note(state + POOL.RUNS, taskField(task, TASK.SPENT_US) / 1000 / Math.max(1, count), count);
  if (failed > 0) atomics.add(cells, state + POOL.FAILED, failed);
  if (failed < count) atomics.add(cells, state + POOL.COMPLETED, count - failed);
}

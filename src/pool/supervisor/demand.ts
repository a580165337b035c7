// Workers on call: those of a fragile pool, which is an executor's, start as tasks come that no
// idle one can take.
import { arena, atomics, release } from '../../kernel/index.ts';
import { FATE, POOL, TASK, TASK_STATE, WORKER } from '../shared/layout.ts';
import { poolField, ringSupervisor, setPoolField } from '../shared/state.ts';
import { countTasks } from '../shared/task-queue.ts';
import type { Hand } from './crew.ts';

/** POOL.IS_FRAGILE. */
const FRAGILE = {
  NO: 0,
  /** All of its workers are there. */
  COMPLETE: 1,
  /** More could be started: who puts a task into the queue tells the supervisor. */
  ON_CALL: 2,
} as const;

/** There is a new task in the queue, for which a worker may have to be started. */
export function callWorker(state: number): void {
  if (poolField(state, POOL.IS_FRAGILE) === FRAGILE.ON_CALL) ringSupervisor(state);
}

/** How many workers are to be started now. */
export function countMissing(state: number, hands: readonly (Hand | null)[]): number {
  const places = hands.filter((hand) => hand === null).length;
  if (poolField(state, POOL.IS_FRAGILE) === FRAGILE.NO) return places;
  // Before the look at the queue: who puts a task into it looks at this after that.
  setPoolField(state, POOL.IS_FRAGILE, places > 0 ? FRAGILE.ON_CALL : FRAGILE.COMPLETE);
  if (places === 0) return 0;
  const idle = hands.filter((hand) => hand !== null && isIdle(hand)).length;
  return Math.max(0, Math.min(places, countWaiting(state) - idle));
}

/** Whether tasks wait while workers could be started, so that it is worth another look. */
export function isShort(state: number): boolean {
  if (poolField(state, POOL.IS_FRAGILE) !== FRAGILE.ON_CALL) return false;
  // Those that are withdrawn from a pool that is closed are taken out by its end: there may be no
  // worker who would.
  return (
    countWaiting(state) > 0 || (poolField(state, POOL.FATE) !== FATE.OPEN && countTasks(state) > 0)
  );
}

/** Tasks that wait to be run. */
export function countWaiting(state: number): number {
  return countTasks(state) - poolField(state, POOL.WITHDRAWN);
}

// Or as good as idle: on its way to its next task, from the last one or from its start. Where that
// is wrong, another look tells.
function isIdle(hand: Hand): boolean {
  if (poolField(hand.cells, WORKER.BUSY) === 0) return true;
  const task = hand.holdTask();
  if (task === 0) return true;
  const isDone = atomics.load(arena.cells, task + TASK.STATE) === TASK_STATE.DONE;
  release(task);
  return isDone;
}

// Taking the next task from the pool's queue, so that it is never lost: not when the worker dies in
// the midst of it.
//
// From the queue it comes under a claim, which goes back to the queue if the worker dies. The claim
// is given up once the task is noted in the worker's cell, and TAKEN; from there on it is the
// supervisor who sees to it.
import {
  atomics,
  arena,
  giveUpClaim,
  homeOf,
  release,
  retain,
  slotOfClaim,
  takeTurn,
  takeTurnAsync,
} from '../../kernel/index.ts';
import type { Line } from '../../kernel/index.ts';
import { FATE, POOL, TASK, TASK_STATE, WORKER } from '../shared/layout.ts';
import { watched } from '../shared/orphan.ts';
import { poolField, ringSupervisor, setPoolField } from '../shared/state.ts';
import { attemptTake, takers } from '../shared/task-queue.ts';
import { moveTask, taskField } from '../shared/task.ts';

/** The next task, whose reference is in the worker's cell; 0 when there is none now. */
export function takeNow(state: number, worker: number): number {
  return accept(state, worker, attempt(state, worker));
}

/** Blocks until there is a task; 0 when there will be none any more. */
export function takeBlocking(state: number, worker: number): number {
  for (;;) {
    const claim = takeTurn(homeOf(state), lineOf(state, worker), Infinity, state);
    const task = accept(state, worker, claim);
    if (task !== 0 || claim <= 0) return task;
  }
}

/** The same while the event loop turns. */
export async function takeAsync(state: number, worker: number): Promise<number> {
  for (;;) {
    const patience = { deadlineMs: Infinity };
    const claim = await takeTurnAsync(homeOf(state), lineOf(state, worker), patience);
    const task = accept(state, worker, claim);
    if (task !== 0 || claim <= 0) return task;
  }
}

/** The worker is through with its task. */
export function leaveTask(state: number, worker: number, task: number): void {
  setPoolField(worker, WORKER.TASK, 0);
  release(task);
  rest(state, worker);
}

// A pool that is closed ends with the last task: the supervisor has to see that nobody is busy, and
// may have looked while this worker was, or merely tried to take one.
function rest(state: number, worker: number): void {
  setPoolField(worker, WORKER.BUSY, 0);
  if (poolField(state, POOL.FATE) !== FATE.OPEN) ringSupervisor(state);
}

function lineOf(state: number, worker: number): Line {
  return watched(
    state,
    takers(state, () => attempt(state, worker)),
  );
}

// Busy before anything is taken: who finds the queue empty and then no worker busy, knows that all
// is done.
function attempt(state: number, worker: number): number {
  setPoolField(worker, WORKER.BUSY, 1);
  const claim = attemptTake(state);
  if (claim <= 0) rest(state, worker);
  return claim;
}

function accept(state: number, worker: number, claim: number): number {
  if (claim <= 0) return 0;
  const home = homeOf(state);
  const task = slotOfClaim(home, claim);
  retain(task);
  setPoolField(worker, WORKER.ITEM, -1);
  setPoolField(worker, WORKER.TASK, task);
  const taken = moveTask(task, TASK_STATE.WAITING, TASK_STATE.TAKEN);
  if (giveUpClaim(home, claim)) release(task);
  if (taken) return task;
  // Or it has had its outcome: its last worker died between taking it and giving up the claim.
  if (taskField(task, TASK.STATE) === TASK_STATE.WITHDRAWN) {
    atomics.add(arena.cells, state + POOL.WITHDRAWN, -1);
  }
  leaveTask(state, worker, task);
  return 0;
}

// A pool whose supervisor is gone: it was stopped by somebody, or failed. Nobody would hear of the
// end of a worker any more, or end the pool.
//
// Whoever waits for anything of a pool looks after the supervisor now and then, and breaks the pool
// in its place: all that is outstanding fails, workers end as they find the queue shut, and who
// joins goes on. Each step is taken by the first who comes to it, so several may do this at once,
// and who dies in it leaves the rest to the others.
import { hasDied, homeOf, isEventSet, release, setEvent, tryRetain } from '../../kernel/index.ts';
import type { Line } from '../../kernel/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import { store } from '../../wire/index.ts';
import { POOL, TASK, TASK_STATE, WORKER } from './layout.ts';
import { breakPool, nameOfPool, poolField, workerAt } from './state.ts';
import { shutTasks } from './task-queue.ts';
import { failTask, moveTask, partOf, taskField } from './task.ts';

/** For one who has waited a while: breaks the pool if its supervisor is gone. */
export function lookAfterSupervisor(state: number): void {
  const home = homeOf(state);
  const ended = state + POOL.ENDED;
  const supervisor = poolField(state, POOL.SUPERVISOR);
  if (supervisor === 0 || isEventSet(home, ended) || !hasDied(home, supervisor, true)) return;
  // As it should, in between.
  if (isEventSet(home, ended)) return;
  const error = new RuntimeError(
    `Cannot go on with pool ${JSON.stringify(nameOfPool(state))} as its supervisor was stopped`,
  );
  breakPool(state, store(error, 'error', home));
  for (const task of shutTasks(state)) {
    failTask(state, task, error);
    release(task);
  }
  for (let index = 0; index < poolField(state, POOL.SIZE); index++) {
    failRunning(state, workerAt(state, index), error);
  }
  setEvent(home, ended);
}

/** A line of a pool in which those who wait look after the supervisor, too. */
export function watched(state: number, line: Line): Line {
  return {
    ...line,
    mend: () => {
      line.mend();
      lookAfterSupervisor(state);
    },
  };
}

// Its worker may still run it, and finds that nobody wants the outcome.
function failRunning(state: number, worker: number, error: unknown): void {
  const task = poolField(worker, WORKER.TASK);
  if (task === 0 || !tryRetain(task)) return;
  const isThere = poolField(worker, WORKER.TASK) === task;
  if (isThere && moveTask(task, TASK_STATE.TAKEN, TASK_STATE.CONDEMNED)) {
    const lost = partOf(task, taskField(task, TASK.FIRST), taskField(task, TASK.COUNT));
    failTask(state, lost, error);
    release(lost);
  }
  release(task);
}

// The end of a pool that leaves undone what no worker has taken: its tasks are cancelled, whichever
// thread has submitted them.
import { arena, atomics, release } from '../../kernel/index.ts';
import { post } from './delivery.ts';
import { OUTCOME, POOL, TASK, TASK_STATE } from './layout.ts';
import { shutTasks } from './task-queue.ts';
import { moveTask, taskField } from './task.ts';

/** Takes no more, and cancels all that waits; who has submitted it is told. Does not block. */
export function cancelWaiting(state: number): void {
  const { cells } = arena;
  for (const task of shutTasks(state)) {
    if (moveTask(task, TASK_STATE.WAITING, TASK_STATE.DONE)) {
      atomics.poke(cells, task + TASK.OUTCOME, OUTCOME.CANCELLED);
      post(task, true);
    } else if (taskField(task, TASK.STATE) === TASK_STATE.WITHDRAWN) {
      atomics.add(cells, state + POOL.WITHDRAWN, -1);
    }
    release(task);
  }
}

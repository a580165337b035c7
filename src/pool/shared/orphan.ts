// A pool whose supervisor is gone: it was stopped by somebody, or failed. Nobody would hear of the
// end of a worker any more, or end the pool.
//
// Whoever waits for anything of a pool looks after the supervisor now and then, and ends the pool
// in its place: workers end as they find the queue shut, who joins goes on, and callers fail what
// they wait for, as nothing comes back from a pool that has ended (mailbox.ts). So it does not
// matter where the supervisor was with a task when it was stopped. Several may do this at once, and
// who dies in it leaves the rest to the others.
import { hasDied, homeOf, isEventSet, release, setEvent } from '../../kernel/index.ts';
import type { Line } from '../../kernel/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import { store } from '../../wire/index.ts';
import { POOL } from './layout.ts';
import { breakPool, nameOfPool, poolField } from './state.ts';
import { shutTasks } from './task-queue.ts';

/** For one who has waited a while: ends the pool if its supervisor is gone. */
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
  for (const task of shutTasks(state)) release(task);
  setEvent(home, ended);
}

/** Whether a pool has ended: all that will ever come back from it is in its callers' mailboxes. */
export function hasEnded(state: number): boolean {
  return isEventSet(homeOf(state), state + POOL.ENDED);
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

// The lock and the event as things to wait for without blocking.
import type { Arena } from '../memory/arena.ts';
import { waitAsynchronously } from './async-wait.ts';
import type { Patience } from './async-wait.ts';
import { isEventSet, lookAfterEvent, queueForEvent } from './event-word.ts';
import {
  forfeitLock,
  lockOrQueue,
  lookAfterLock,
  stampNode,
  takeHandoff,
  tryLock,
  unlock,
} from './lock-word.ts';
import { cancelNode } from './wait-queue.ts';

/**
 * Takes the lock without blocking: TAKEN, TAKEN_ABANDONED, or 0 when the time was up.
 *
 * @param onTaken called in the very step that takes it, before any other code of this thread runs
 */
export function lockAsync(
  arena: Arena,
  prim: number,
  patience: Patience,
  onTaken: () => void = () => {},
): Promise<number> {
  const noting = (outcome: number): number => {
    if (outcome !== 0) onTaken();
    return outcome;
  };
  if (patience.signal?.aborted !== true) {
    const taken = noting(tryLock(arena, prim));
    if (taken !== 0) return Promise.resolve(taken);
  }
  return waitAsynchronously(
    arena,
    {
      takeOrQueue: (node, again) => {
        if (!again) stampNode(arena, node);
        return noting(lockOrQueue(arena, prim, node, again));
      },
      tryTake: () => noting(tryLock(arena, prim)),
      accept: () => noting(takeHandoff(arena, prim)),
      giveBack: () => {
        if (takeHandoff(arena, prim) !== 0) unlock(arena, prim);
        else forfeitLock(arena, prim);
      },
      forfeit: () => forfeitLock(arena, prim),
      withdraw: (node) => cancelNode(arena, node),
      afterSlice: () => lookAfterLock(arena, prim),
    },
    patience,
  );
}

/** Waits for the event without blocking; false when the time was up. */
export async function waitEventAsync(
  arena: Arena,
  prim: number,
  patience: Patience,
  afterSlice: () => void,
): Promise<boolean> {
  const tryTake = (): number => Number(isEventSet(arena, prim));
  if (patience.signal?.aborted !== true && tryTake() !== 0) return true;
  const outcome = await waitAsynchronously(
    arena,
    {
      takeOrQueue: (node) => Number(queueForEvent(arena, prim, node)),
      tryTake,
      accept: () => 1,
      giveBack: () => {},
      forfeit: () => {},
      withdraw: (node) => cancelNode(arena, node),
      afterSlice: () => {
        lookAfterEvent(arena, prim);
        afterSlice();
      },
    },
    patience,
  );
  return outcome !== 0;
}

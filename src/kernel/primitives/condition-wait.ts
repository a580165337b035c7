// Waiting for a condition, in both colours. The lock is given up whatever its depth, and taken back
// to the same depth, however the wait ends.
import type { Arena } from '../memory/arena.ts';
import { peek, poke } from '../atomics.ts';
import { NODE_STATE, PRIM } from '../memory/layout.ts';
import { waitAsynchronously } from '../waiting/async-wait.ts';
import type { Patience } from '../waiting/async-wait.ts';
import { ownNode, settleNode, waitNode } from '../waiting/blocking.ts';
import { lockOrQueue, takeHandoff, tryLock, unlock } from '../waiting/lock-word.ts';
import {
  leaveCondition,
  lockOfCondition,
  lookAfterWaiter,
  noteNotified,
  notifyCondition,
  queueOnCondition,
} from './condition-word.ts';
import { whenOver } from './patience.ts';

/** How a wait ended; the lock is held again. */
export interface ConditionOutcome {
  readonly notified: boolean;
  /** TAKEN or TAKEN_ABANDONED. */
  readonly taken: number;
  readonly aborted: boolean;
}

/** Waits for a notification, blocking until the deadline (`nowMs()`). */
export function waitConditionBlocking(
  arena: Arena,
  prim: number,
  deadlineMs: number,
): ConditionOutcome {
  const lock = lockOfCondition(arena, prim);
  const node = ownNode(arena);
  const afterSlice = (): void => void lookAfterWaiter(arena, prim, node);
  queueOnCondition(arena, prim, node);
  const takeBack = giveUpLock(arena, lock);
  let state = waitNode(arena, node, deadlineMs, prim, afterSlice);
  const notified = state !== 0 || !leaveCondition(arena, prim, node);
  if (state === 0) state = waitNode(arena, node, Infinity, lock, afterSlice);
  let taken = 0;
  for (;;) {
    taken = state === NODE_STATE.HANDOFF ? takeHandoff(arena, lock) : 0;
    if (taken === 0) taken = lockOrQueue(arena, lock, node, true);
    if (taken !== 0) break;
    state = waitNode(arena, node, Infinity, lock, afterSlice);
  }
  takeBack();
  noteNotified(arena, node);
  settleNode(arena, node);
  return { notified, taken, aborted: false };
}

/**
 * Waits for a notification without blocking. Resolves only when the lock is held again, also when
 * it is aborted.
 */
export async function waitConditionAsync(
  arena: Arena,
  prim: number,
  patience: Patience,
): Promise<ConditionOutcome> {
  const lock = lockOfCondition(arena, prim);
  let node = 0;
  let notified = true;
  let aborted = false;
  let over = false;
  let takeBack: (() => void) | undefined;
  let stopListening: (() => void) | undefined;
  const end = (byAbort: boolean): void => {
    notified = !leaveCondition(arena, prim, node);
    aborted = byAbort;
  };
  // In the step that takes the lock: its node is another's after it.
  const noting = (taken: number): number => {
    if (taken === 0) return 0;
    over = true;
    stopListening?.();
    takeBack?.();
    // The next one is notified instead.
    if (aborted && notified) notifyCondition(arena, prim, 1);
    noteNotified(arena, node);
    return taken;
  };
  const wait = waitAsynchronously(
    arena,
    {
      takeOrQueue: (own, again) => {
        if (again) return noting(lockOrQueue(arena, lock, own, true));
        node = own;
        queueOnCondition(arena, prim, own);
        takeBack = giveUpLock(arena, lock);
        return 0;
      },
      accept: () => noting(takeHandoff(arena, lock)),
      // Patience is ours: once its wait for the lock has begun, it is not to be withdrawn.
      withdraw: () => false,
      tryTake: () => noting(tryLock(arena, lock)),
      giveBack: () => {},
      forfeit: () => {},
      afterSlice: () => void lookAfterWaiter(arena, prim, node),
    },
    { deadlineMs: Infinity },
  );
  // It may have found its bell rung already.
  if (!over) stopListening = whenOver(patience, end);
  const taken = await wait;
  return { notified, taken, aborted };
}

/** Gives the lock up whatever its depth; gives what marks it as held again, just as deep. */
function giveUpLock(arena: Arena, lock: number): () => void {
  const { cells } = arena;
  const count = peek(cells, lock + PRIM.COUNT);
  const flow = peek(cells, lock + PRIM.FLOW);
  poke(cells, lock + PRIM.COUNT, 0);
  poke(cells, lock + PRIM.FLOW, 0);
  unlock(arena, lock);
  return () => {
    poke(cells, lock + PRIM.COUNT, count);
    poke(cells, lock + PRIM.FLOW, flow);
  };
}

// Waiting for a side of a lock of readers and writers, blocked or not. The steps are those of
// rwlock-word.ts.
import { nowMs } from '../deadline.ts';
import { load } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE_STATE, PARKED, PRIM, RELEASED_BY, TID_MASK } from '../memory/layout.ts';
import { waitAsynchronously } from '../waiting/async-wait.ts';
import type { Patience } from '../waiting/async-wait.ts';
import { ownNode, settleNode, waitNode } from '../waiting/blocking.ts';
import { stampNode } from '../waiting/lock-word.ts';
import {
  acceptSide,
  declineSide,
  lookAfterRwlock,
  serve,
  takeOrQueue,
  trySide,
  withdrawSide,
} from './rwlock-word.ts';

// A write of a few operations is over within so many looks (as for locks).
const SPIN_ROUNDS = 60;

/** Takes a side, blocking until the deadline (`nowMs()`); 0 when the time was up. */
export function takeSideBlocking(
  arena: Arena,
  prim: number,
  side: number,
  deadlineMs: number,
): number {
  const taken = trySide(arena, prim, side, true);
  if (taken !== 0 || deadlineMs <= nowMs()) return taken;
  spinWhileWritten(arena, prim);
  const node = ownNode(arena);
  stampNode(arena, node);
  const outcome = queueUntil(arena, prim, side, node, deadlineMs);
  settleNode(arena, node);
  return outcome;
}

/**
 * Takes a side without blocking: TAKEN, TAKEN_ABANDONED, or 0 when the time was up.
 *
 * @param nested what asks runs within a read of this very lock
 */
export function takeSideAsync(
  arena: Arena,
  prim: number,
  side: number,
  nested: boolean,
  patience: Patience,
): Promise<number> {
  if (patience.signal?.aborted !== true) {
    const taken = trySide(arena, prim, side, nested);
    if (taken !== 0) return Promise.resolve(taken);
  }
  return waitAsynchronously(
    arena,
    {
      takeOrQueue: (node, again) => {
        if (!again) stampNode(arena, node);
        return takeOrQueue(arena, prim, side, node, again);
      },
      tryTake: () => trySide(arena, prim, side, nested),
      accept: (node) => acceptSide(arena, prim, node),
      giveBack: (node) => declineSide(arena, prim, node),
      forfeit: () => serve(arena, prim),
      withdraw: (node) => withdrawSide(arena, prim, node),
      afterSlice: () => lookAfterRwlock(arena, prim),
    },
    patience,
  );
}

function queueUntil(
  arena: Arena,
  prim: number,
  side: number,
  node: number,
  deadlineMs: number,
): number {
  let again = false;
  for (;;) {
    const taken = takeOrQueue(arena, prim, side, node, again);
    if (taken !== 0) return taken;
    const state = waitForSide(arena, prim, node, deadlineMs);
    if (state === 0) return 0;
    const accepted = state === NODE_STATE.HANDOFF ? acceptSide(arena, prim, node) : 0;
    if (accepted !== 0) return accepted;
    if (deadlineMs <= nowMs()) return lastTry(arena, prim, side);
    again = true;
  }
}

function waitForSide(arena: Arena, prim: number, node: number, deadlineMs: number): number {
  const afterSlice = (): void => lookAfterRwlock(arena, prim);
  const withdraw = (): boolean => withdrawSide(arena, prim, node);
  // Only its writer can end a write; readers have no name in the word, and so make no circle.
  const watch = { by: RELEASED_BY.OWNER, withdraw };
  let state = waitNode(arena, node, deadlineMs, prim, afterSlice, watch);
  if (state === 0 && !withdraw()) {
    // Granted in the meantime: the final state is on its way.
    state = waitNode(arena, node, Infinity, prim, afterSlice);
  }
  return state;
}

// Woken when the time was up: it may be free for us all the same; if not, the next is let in.
function lastTry(arena: Arena, prim: number, side: number): number {
  const taken = trySide(arena, prim, side, true);
  if (taken === 0) serve(arena, prim);
  return taken;
}

function spinWhileWritten(arena: Arena, prim: number): void {
  for (let rounds = SPIN_ROUNDS; rounds > 0; rounds--) {
    const word = load(arena.cells, prim + PRIM.WORD);
    if ((word & TID_MASK) === 0 || word & PARKED) return;
    arena.pause();
  }
}

// Waiting at a barrier, blocked or not. The steps are those of barrier-word.ts.
import { nowMs } from '../deadline.ts';
import { peek } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, NODE_STATE } from '../memory/layout.ts';
import { waitAsynchronously } from '../waiting/async-wait.ts';
import type { Patience } from '../waiting/async-wait.ts';
import { ownNode, settleNode, waitNode } from '../waiting/blocking.ts';
import { ACT, arrive, lookAfterBarrier, withdrawParty } from './barrier-word.ts';

// One that leaves the barrier has nothing to give back.
const nothing = (): void => {};

/**
 * Waits, blocking until the deadline (`nowMs()`): BROKEN, the party's number from FIRST
 * on, or 0 when the time was up.
 *
 * @param act runs the action and ends it (endAction); does not throw
 */
export function waitBarrierBlocking(
  arena: Arena,
  prim: number,
  deadlineMs: number,
  act: () => number,
): number {
  const node = ownNode(arena);
  const outcome = waitUntil(arena, prim, node, deadlineMs);
  settleNode(arena, node);
  // The action may block in its turn, on the same node.
  return outcome === ACT ? act() : outcome;
}

/** The same without blocking. */
export function waitBarrierAsync(
  arena: Arena,
  prim: number,
  patience: Patience,
  act: () => number,
): Promise<number> {
  let own = 0;
  const attempt = (node: number): number => {
    own = node;
    const outcome = arrive(arena, prim, node);
    return outcome === ACT ? act() : outcome;
  };
  return waitAsynchronously(
    arena,
    {
      takeOrQueue: attempt,
      tryTake: () => attempt(0),
      accept: (node) => peek(arena.cells, node + NODE.ARG),
      giveBack: nothing,
      forfeit: nothing,
      withdraw: (node) => withdrawParty(arena, prim, node, patience.signal?.aborted !== true),
      afterSlice: () => lookAfterBarrier(arena, prim, own),
    },
    patience,
  );
}

function waitUntil(arena: Arena, prim: number, node: number, deadlineMs: number): number {
  const afterSlice = (): void => lookAfterBarrier(arena, prim, node);
  for (;;) {
    const isLate = deadlineMs <= nowMs();
    const outcome = arrive(arena, prim, isLate ? 0 : node);
    if (outcome !== 0 || isLate) return outcome;
    let state = waitNode(arena, node, deadlineMs, prim, afterSlice);
    if (state === 0) {
      if (withdrawParty(arena, prim, node, true)) return 0;
      // Let go in the meantime, or on the point of being.
      state = waitNode(arena, node, Infinity, prim, afterSlice);
    }
    if (state === NODE_STATE.HANDOFF) return peek(arena.cells, node + NODE.ARG);
    // It was early: the round before it is over now.
  }
}

// A semaphore as a thing to wait for without blocking.
import type { Arena } from '../memory/arena.ts';
import { waitAsynchronously } from '../waiting/async-wait.ts';
import type { Patience } from '../waiting/async-wait.ts';
import { stampNode } from '../waiting/lock-word.ts';
import { cancelNode } from '../waiting/wait-queue.ts';
import {
  forfeitPermit,
  lookAfterPermits,
  permitOrQueue,
  releasePermits,
  takeHandedPermit,
  tryPermit,
} from './semaphore-word.ts';

/** Takes a permit without blocking; 0 when the time was up. */
export function permitAsync(arena: Arena, prim: number, patience: Patience): Promise<number> {
  if (patience.signal?.aborted !== true) {
    const taken = tryPermit(arena, prim);
    if (taken !== 0) return Promise.resolve(taken);
  }
  return waitAsynchronously(
    arena,
    {
      takeOrQueue: (node, again) => {
        if (!again) stampNode(arena, node);
        return permitOrQueue(arena, prim, node, again);
      },
      tryTake: () => tryPermit(arena, prim),
      accept: (node) => takeHandedPermit(arena, node),
      giveBack: (node) => {
        takeHandedPermit(arena, node);
        releasePermits(arena, prim, 1);
      },
      forfeit: () => forfeitPermit(arena, prim),
      withdraw: (node) => cancelNode(arena, node),
      afterSlice: () => lookAfterPermits(arena, prim),
    },
    patience,
  );
}

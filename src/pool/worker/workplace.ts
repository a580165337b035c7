// Where the functions of a pool's tasks run: in the worker's own thread; or somewhere that the
// worker hands them on to.
import v8 from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import type { Func } from '../shared/call.ts';

/** Where functions run. */
export interface Workplace {
  /** Gives what calls a function there: it may give a promise where the function does not. */
  readonly at: (func: Func) => Func;
  /** What the place takes, in bytes. */
  readonly memoryInUse: () => number;
}

/** The worker's own thread. */
export const here: Workplace = { at: (func) => func, memoryInUse };

/** Whether there is something in this thread that its event loop has to turn for. */
export function hasOtherWork(): boolean {
  return process.getActiveResourcesInfo().length > 0;
}

// Of a process all that is in the machine's memory; of a thread what its own heap has taken.
function memoryInUse(): number {
  if (isMainThread) return process.memoryUsage.rss();
  const { total_heap_size: heap, external_memory: external } = v8.getHeapStatistics();
  return heap + external;
}

// The program of a worker: it runs one thread after another, and parks between them.
//
// A thread that has ended leaves the worker clean, or not: when timers, sockets or promises of its
// own are still at work, the worker takes no other thread. Its event loop turns until they are
// done, and then it exits.
import { isMainThread, workerData } from 'node:worker_threads';
import {
  arena,
  ask,
  hideOurFlags,
  inheritance,
  lacksKinds,
  leaveGil,
  loadKinds,
  releaseAll,
  releaseParcels,
} from '../kernel/index.ts';
import {
  RETIRE,
  awaitRequest,
  cacheCounts,
  leaveCache,
  letGo,
  takeOrPark,
  unpark,
} from './life/cache.ts';
import { nameThreadBy } from '../wire/index.ts';
import { currentName } from './current.ts';
import { abandonRun, failRun, runThread, starveRun } from './run.ts';
import { adoptStreams } from './streams.ts';
import { watchForDeadlocks } from './view/deadlock.ts';
import { hastenHeapKib } from './view/usage.ts';

/** What a worker of threads is born with. */
interface ThreadData {
  /** The program's file, as in its main thread. */
  readonly script: string | undefined;
  /** The one thread that the worker is for, or 0. */
  readonly record: number;
}

// How long a worker waits for the next thread. What earlier ones left in its memory goes with it.
const IDLE_MS = 5000;

if (isMainThread || inheritance === null) {
  throw new TypeError('Cannot run a worker by itself as it serves a program of threads');
}
hideOurFlags();
const data = workerData as ThreadData;
if (data.script !== undefined) process.argv[1] = data.script;
adoptStreams();
watchForDeadlocks();
nameThreadBy(currentName);
process.on('exit', () => {
  abandonRun();
  leave();
  releaseParcels();
  releaseAll();
  leaveGil();
});
process.on('beforeExit', starveRun);
process.on('uncaughtException', (error) => {
  // A listener of the user's own decides instead of us.
  if (process.listenerCount('uncaughtException') > 1) return;
  failRun(error);
  process.exit(1);
});
// Not at once: what runs now counts as the evaluation of a module (kernel/memory/sites.ts).
setImmediate(() => void serve());

async function serve(): Promise<void> {
  if (data.record !== 0) {
    if (lacksKinds()) await loadKinds();
    if (await runThread(data.record)) letGo(data.record);
    return;
  }
  for (let used = false; ; used = true) {
    const record = takeOrPark() || awaitThread(used);
    // Nothing keeps the event loop any more, so the worker exits.
    if (record === RETIRE) return;
    if (lacksKinds()) await loadKinds();
    if (!(await runThread(record))) break;
    hastenHeapKib();
    letGo(record);
  }
  // What the last thread left at work goes on, and this worker takes no other.
  leave();
}

// Threads may wait for this worker, which they saw winding up.
function leave(): void {
  if (leaveCache() > 0) ask({ type: 'spawn' });
}

// Blocks until a thread is given to this worker, or it has waited long enough: when it has run
// threads, or is one spare too many.
function awaitThread(used: boolean): number {
  for (;;) {
    const record = awaitRequest(IDLE_MS);
    if (record !== 0) return record;
    const last = cacheCounts().parked === 1;
    if (last && !used) continue;
    // A thread may have been given to it at this very moment; then it is no longer among the
    // parked.
    if (!unpark(arena.slot)) return awaitRequest(Infinity);
    // The next thread should find a worker that is up, and fresh.
    if (last) ask({ type: 'spawn' });
    return RETIRE;
  }
}

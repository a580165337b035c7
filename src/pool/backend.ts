// What the workers of a pool are made of: threads, processes, or what a test puts in their place.
//
// The core starts, hears of and stops workers only through this; how a worker and its pool talk is
// not the backend's business, as both have the pool's state in shared memory.
import { arena, family, isAlone, isClient } from '../kernel/index.ts';
import type { Arena } from '../kernel/index.ts';
import { referenceTo } from '../wire/index.ts';
import type { PoolState } from './shared/state.ts';

/** How a worker ended; nulls where the backend cannot tell, or it merely returned. */
export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The error behind it, where there is one. */
  readonly cause?: unknown;
}

/** A worker that runs. */
export interface BackendWorker {
  /** Settles when it has ended, whatever way; never rejects. */
  readonly ended: Promise<WorkerEnd>;
  /** Stops it dead; nothing happens when it has ended. */
  readonly stop: () => void;
}

/** What a worker is started with. */
export interface WorkerOrder {
  readonly name: string;
  readonly state: PoolState;
  /** Which of the pool's workers it is. */
  readonly index: number;
  /** true: nothing of an earlier worker's memory may be in it. */
  readonly isFresh: boolean;
}

/**
 * Starts a worker: something that runs `work(state, index, name)` of worker/worker.ts. Called in
 * the supervisor's thread, so a module has to export it.
 */
export type StartWorker = (order: WorkerOrder) => BackendWorker;

/** What a kind of pool is made of. */
export interface Backend {
  /** Where workers and callers meet. */
  readonly home: Arena;
  readonly start: StartWorker;
}

/** The backend of threads. */
export function threadBackend(): Backend {
  const start = referenceTo<StartWorker>('#thread-workers', 'startThreadWorker');
  return { home: arena, start };
}

/**
 * The backend of processes. Where they have no memory in common, the pool is in that of the first
 * process, or, where another one makes it, in its own.
 */
export function processBackend(): Backend {
  const home = isClient() ? arena : family();
  const start = isAlone()
    ? referenceTo<StartWorker>('#distant-workers', 'startDistantWorker')
    : referenceTo<StartWorker>('#process-workers', 'startProcessWorker');
  return { home, start };
}

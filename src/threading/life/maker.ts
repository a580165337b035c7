// Making workers, and hearing of their end. Runs in the keeper and, until that serves, in the main
// thread.
//
// Workers belong to one of these two, never to the thread that asked: Node stops a worker's own
// workers with it.
import { MessageChannel, SHARE_ENV, Worker } from 'node:worker_threads';
import type { MessagePort, ResourceLimits } from 'node:worker_threads';
import { createRequire } from 'node:module';
import { RuntimeError, WorkerDiedError } from '../../errors/index.ts';
import {
  INHERITANCE_KEY,
  SLOT,
  SLOT_STATE,
  arena,
  atomics,
  burySlot,
  buryThread,
  claimSlot,
  codeForWorkers,
  hasDied,
  isRequired,
  mayBeCopied,
  mayStop,
  programFile,
  reapThread,
  shareCode,
} from '../../kernel/index.ts';
import type { Inheritance } from '../../kernel/index.ts';
import { drop, rehearse, store } from '../../wire/index.ts';
import { RETIRE, cacheCounts, letGo, strike, takeStarting } from './cache.ts';
import { claimEnd, claimFinish, complete, endFinish, rememberName, stopHolding } from './finish.ts';
import { reportError } from './hook.ts';
import { OUTCOME, RECORD, STATE, getField, nameOf } from './record.ts';
import { aliveRecords } from './roster.ts';
import { abandonStarts } from './starts.ts';

/** A worker made for one thread alone. */
export interface Bespoke {
  readonly record: number;
  readonly limits: ResourceLimits | undefined;
}

/** What the maker does for its workers. */
export interface Nursery {
  /** Gives the keeper its end of a new worker's channel. */
  readonly introduce: (slot: number, port: MessagePort) => void;
  /** A worker is gone; a thread may have waited for it. */
  readonly bereaved: () => void;
}

// How soon to look again at a worker that must not be stopped now, or at a thread that another one
// is finishing.
const LOOK_MS = 2;

const workers = new Map<number, Worker>();

/**
 * Makes a worker. It takes the thread that it was made for, or else whichever waits longest, and
 * parks without one.
 *
 * @param nursery what to do at its birth and after its end
 * @param bespoke the one thread that the worker is for
 */
export function makeWorker(nursery: Nursery, bespoke: Bespoke | null): void {
  let slot = 0;
  let cause: unknown;
  try {
    slot = claimSlot(arena);
    // A worker that is for one thread only does not count as coming for the others.
    if (bespoke !== null) atomics.store(arena.cells, arena.slotOf(slot) + SLOT.REQUEST, RETIRE);
    const { port1, port2 } = new MessageChannel();
    const worker = newWorker(slot, port2, bespoke);
    nursery.introduce(slot, port1);
    workers.set(slot, worker);
    worker.unref();
    worker.on('error', (error) => (cause = error));
    worker.on('exit', (code) => {
      workers.delete(slot);
      unheard.delete(slot);
      bury(slot, code, cause, bespoke);
      nursery.bereaved();
    });
  } catch (error) {
    if (slot !== 0) burySlot(arena, slot);
    failToStart(bespoke, error);
  }
}

/** Stops a worker dead; false when it is not one of this thread's. */
export function stopWorker(slot: number): boolean {
  const worker = workers.get(slot);
  if (worker === undefined) return false;
  stopWhenAllowed(slot, worker);
  return true;
}

function stopWhenAllowed(slot: number, worker: Worker): void {
  if (workers.get(slot) !== worker) return;
  // Resolves when it has exited, which the exit event tells as well.
  if (mayStop(slot)) void worker.terminate();
  else setTimeout(stopWhenAllowed, LOOK_MS, slot, worker);
}

/**
 * Finishes threads whose workers this thread made and has found dead twice, for a main thread that
 * does not turn its event loop and so hears of no end.
 */
export function finishUnheard(): void {
  for (const slot of workers.keys()) {
    const at = arena.slotOf(slot);
    // The worker's, which outlives that of a thread that has ended and left something at work.
    const tid = atomics.load(arena.cells, at + SLOT.TID);
    if (!hasDied(arena, tid, true)) continue;
    const looks = (unheard.get(slot) ?? 0) + 1;
    unheard.set(slot, looks);
    const record = atomics.load(arena.cells, at + SLOT.THREAD);
    if (looks !== 2 || record === 0) continue;
    rememberName(record);
    reapThread(arena, tid);
    if (!finishDead(record, null, undefined)) unheard.set(slot, 1);
  }
}

/** How often each was found dead. */
const unheard = new Map<number, number>();

/** The worker in a slot, if this thread made it. */
export function workerIn(slot: number): Worker | undefined {
  return workers.get(slot);
}

/**
 * Asks a worker how large its JavaScript heap is, and writes that into its slot when it answers.
 */
export function publishHeap(worker: Worker, slot: number): void {
  worker.getHeapStatistics().then(
    ({ used_heap_size: used }) => {
      atomics.store(arena.cells, arena.slotOf(slot) + SLOT.HEAP_KIB, Math.ceil(used / 1024));
    },
    () => {
      // It ended before it could answer.
    },
  );
}

/**
 * Finishes a thread whose worker is gone. Any thread may, more than once; false while another one
 * is at it, which may be stopped in the midst of it.
 */
export function finishDead(record: number, exitCode: number | null, cause: unknown): boolean {
  abandonStarts(getField(record, RECORD.TID));
  if (!claimFinish(record)) return false;
  finish(record, exitCode, cause);
  endFinish(record);
  return true;
}

function finish(record: number, exitCode: number | null, cause: unknown): void {
  const name = nameOf(record);
  // It was stopped dead after it had said what came of it; perhaps before all was told that its end
  // means.
  if (getField(record, RECORD.STATE) >= STATE.ENDING) {
    complete(record);
    return stopHolding(record);
  }
  if (getField(record, RECORD.ASKED) !== 0) {
    if (claimEnd(record, OUTCOME.TERMINATED, 0)) complete(record);
    return stopHolding(record);
  }
  const how = exitCode === null ? 'died' : `ended with exit code ${exitCode}`;
  const error = new WorkerDiedError(
    `Cannot go on with thread ${JSON.stringify(name)} as its worker ${how}`,
    cause === undefined ? { exitCode } : { exitCode, cause },
  );
  endWith(record, error);
}

function newWorker(slot: number, hub: MessagePort, bespoke: Bespoke | null): Worker {
  const { path, program } = programOf('thread');
  const worker = new Worker(path, {
    name: `heddle ${slot}`,
    env: SHARE_ENV,
    stdout: true,
    stderr: true,
    trackUnmanagedFds: false,
    argv: process.argv.slice(2),
    workerData: {
      [INHERITANCE_KEY]: legacyOf(slot, hub),
      script: process.argv[1],
      record: bespoke?.record ?? 0,
      program,
    },
    transferList: [hub],
    ...inheritedFlags(),
    ...(bespoke?.limits === undefined ? {} : { resourceLimits: bespoke.limits }),
  });
  try {
    shareCode('start', rehearse);
  } catch {
    // Without memory for that, the worker compiles what it needs.
  }
  return worker;
}

/** What a worker is to inherit. */
export function legacyOf(slot: number, hub: MessagePort): Inheritance {
  return { memory: arena.memory, split: arena.end * 4, slot, hub, code: codeForWorkers() };
}

/**
 * Where the program of a worker is, and what that is told to load: the worker should have the same
 * copy of heddle as the code that it runs (kernel/memory/own-copy.ts). Where there are no others,
 * it boots without a module (tools/loader.ts).
 */
export function programOf(which: 'thread' | 'keeper'): { path: string; program: string } {
  const file = isRequired || mayBeCopied ? null : programFile(`threading/${which}.entry`);
  if (file !== null) return { path: file, program: file };
  const require = createRequire(import.meta.url);
  const program = require.resolve(`#${which}-entry`);
  return { path: isRequired ? require.resolve('#required-entry') : program, program };
}

const PROGRAM_FLAG = /^(?:-e|--eval|-p|--print|-pe|--input-type)$/;
const CODE_FLAG = /^(?:-C|--conditions|-r|--require|--import|--loader|--experimental-loader)$/;
const KEPT_FLAG = /^(?:--conditions=|--require=|--import=|--no-warnings|--experimental-)/;

/**
 * The flags of a worker, where it cannot simply inherit its maker's: some would have it run the
 * program's text again, or not run at all.
 */
export function inheritedFlags(): { execArgv?: string[] } {
  if (!process.execArgv.some((flag) => flag.startsWith('--input-type'))) return {};
  return { execArgv: keptFlags() };
}

/** The flags that say how modules are found and loaded. */
export function keptFlags(): string[] {
  const flags = process.execArgv;
  const kept: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] as string;
    if (PROGRAM_FLAG.test(flag)) i++;
    else if (CODE_FLAG.test(flag)) kept.push(flag, flags[++i] as string);
    else if (KEPT_FLAG.test(flag)) kept.push(flag);
  }
  return kept;
}

function bury(slot: number, code: number, cause: unknown, bespoke: Bespoke | null): void {
  const at = arena.slotOf(slot);
  const { cells } = arena;
  const booted = atomics.load(cells, at + SLOT.STATE) !== SLOT_STATE.BOOTING;
  const record = atomics.load(cells, at + SLOT.THREAD);
  const given = strike(slot);
  if (record !== 0) rememberName(record);
  buryThread(slot, record === 0);
  const reason = cause ?? new Error(`Worker ended with code ${code}`);
  if (record !== 0) return finishBuried(record, code, cause);
  if (!booted) failToStart(bespoke, reason);
  else if (given !== 0) failToStart({ record: given, limits: undefined }, reason);
}

function finishBuried(record: number, code: number, cause: unknown): void {
  if (finishDead(record, code, cause)) letGo(record);
  else setTimeout(finishBuried, LOOK_MS, record, code, cause);
}

/** Nothing can be started any more: all threads that wait for a worker hear of it. */
export function failAllStarting(cause: unknown): void {
  for (;;) {
    const { starting } = cacheCounts();
    if (starting === 0) break;
    failToStart(null, cause);
  }
  for (const record of aliveRecords()) {
    if (getField(record, RECORD.STATE) === STATE.STARTING)
      failToStart({ record, limits: undefined }, cause);
    else letGo(record);
  }
}

// No worker could be had: the thread that waits longest for one has to hear of it. Its start()
// throws the error, so that the hook need not; it may start again once it is complete, so nothing
// of it may be pending then.
function failToStart(bespoke: Bespoke | null, cause: unknown): void {
  const record = bespoke?.record ?? takeStarting();
  if (record === 0) return;
  const error = new RuntimeError(
    `Cannot start thread ${JSON.stringify(nameOf(record))} as no worker could be made for it`,
    { cause },
  );
  const message = store(error, 'error');
  if (claimEnd(record, OUTCOME.DIED, message)) {
    stopHolding(record);
    complete(record);
  } else {
    drop(message);
    stopHolding(record);
  }
  letGo(record);
}

function endWith(record: number, error: Error): void {
  const message = store(error, 'error');
  if (claimEnd(record, OUTCOME.DIED, message)) {
    reportError(record, error);
    complete(record);
  } else {
    drop(message);
  }
  stopHolding(record);
}

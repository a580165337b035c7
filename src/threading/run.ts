// One thread's run in this worker: from its task to its end.
import {
  SLOT,
  SLOT_STATE,
  arena,
  atomics,
  discardLent,
  endThread,
  joinGil,
} from '../kernel/index.ts';
import { drop, loadAsync, store } from '../wire/index.ts';
import { RuntimeError, TransferError } from '../errors/index.ts';
import { claimEnd, complete, rememberName, stopHolding } from './life/finish.ts';
import { isDue } from './life/due.ts';
import { reportError } from './life/hook.ts';
import { OUTCOME, RECORD, STATE, getField, leaveStarting, setField } from './life/record.ts';
import { accept, wind } from './life/cache.ts';
import { setCurrent } from './current.ts';
import { dropLocals } from './local.ts';
import { endStopWatch } from './view/stop-signal.ts';
import { cpuMs, heapKib } from './view/usage.ts';

type Task = readonly [target: (...args: unknown[]) => unknown, args: readonly unknown[]];

/** The record whose target runs here, or 0. */
let running = 0;
/**
 * The record of the thread that ended here, until it is known that its worker has nothing left to
 * do for it.
 */
let lingering = 0;
/** Processor time of this worker when its last thread ended; parked, it takes none. */
let cpuAtEndMs = cpuMs();

/** Runs a thread to its end; false when the worker can take no other one after it. */
export async function runThread(record: number): Promise<boolean> {
  joinGil();
  if (!begin(record)) {
    // Who condemned it may be about to stop this worker (keeper.entry.ts).
    if (getField(record, RECORD.CONDEMNED) !== 0) return false;
    atomics.store(arena.cells, arena.slotOf(arena.slot) + SLOT.THREAD, 0);
    wind();
    return true;
  }
  try {
    const message = getField(record, RECORD.TASK);
    const task = loadAsync(message);
    const [target, args] = (isThenable(task) ? await task : task) as Task;
    setField(record, RECORD.TASK, 0);
    drop(message);
    const value = isDue(record) ? target(...args) : undefined;
    returned(record, isThenable(value) ? await value : value);
  } catch (error) {
    threw(record, error);
  }
  return isClean(record);
}

/**
 * Ends the thread that runs here with an error that its target did not throw; reports one of what a
 * thread left behind.
 */
export function failRun(error: unknown): void {
  if (running !== 0) threw(running, error);
  else if (lingering !== 0) reportError(lingering, error);
}

/**
 * Ends the thread that runs here, if one does, because its event loop has nothing left that could
 * end it.
 */
export function starveRun(): void {
  if (running === 0) return;
  threw(
    running,
    new RuntimeError(
      'Cannot end the thread as its target awaits a promise that nothing will settle\n' +
        'Its event loop has no timer, no request and no other thread left to wait for',
    ),
  );
}

/** The worker exits: process.exit() was called in the thread, or it had nothing left to do. */
export function abandonRun(): void {
  const record = running;
  if (record !== 0) end(record, OUTCOME.EXITED, 0);
  if (record !== 0 || lingering !== 0) stopHolding(record || lingering);
}

function begin(record: number): boolean {
  const slot = arena.slotOf(arena.slot);
  atomics.store(arena.cells, slot + SLOT.THREAD, record);
  accept(record);
  setField(record, RECORD.TID, arena.tid);
  setField(record, RECORD.SLOT, arena.slot);
  setField(record, RECORD.OS_TID, atomics.load(arena.cells, slot + SLOT.OS_TID));
  setField(record, RECORD.CPU_BASE_MS, cpuAtEndMs);
  // One that was made for this thread alone has counted as booting until now. Before anybody hears
  // that the thread has begun: who stops it then stops one that was running.
  atomics.store(arena.cells, slot + SLOT.STATE, SLOT_STATE.LIVE);
  // It may have been stopped before it began.
  if (!leaveStarting(record, STATE.RUNNING)) return false;
  if (getField(record, RECORD.CONDEMNED) !== 0) {
    if (claimEnd(record, OUTCOME.TERMINATED, 0)) complete(record);
    stopHolding(record);
    return false;
  }
  running = record;
  setCurrent(record);
  // What the last thread left at work may have used some.
  dropLocals();
  return true;
}

function returned(record: number, value: unknown): void {
  let message = 0;
  try {
    if (value !== undefined) message = store(value, 'result');
  } catch (error) {
    // Not the thread's failure: nobody may want the value. result() tells whoever does.
    if (!(error instanceof TransferError)) throw error;
    return end(record, OUTCOME.KEPT, store(error, 'error'));
  }
  end(record, OUTCOME.RETURNED, message);
}

function threw(record: number, error: unknown): void {
  if (running !== record) return;
  reportError(record, error);
  let message: number;
  try {
    message = store(error, 'error');
  } catch (refusal) {
    // What was thrown cannot travel; result() says so.
    message = store(refusal, 'error');
  }
  end(record, OUTCOME.THREW, message);
}

function end(record: number, outcome: number, message: number): void {
  running = 0;
  endStopWatch();
  dropLocals();
  cpuAtEndMs = cpuMs();
  setField(record, RECORD.CPU_MS, cpuAtEndMs - getField(record, RECORD.CPU_BASE_MS));
  setField(record, RECORD.HEAP_KIB, heapKib());
  wind();
  if (!claimEnd(record, outcome, message)) {
    if (message !== 0) drop(message);
    return;
  }
  rememberName(record);
  endThread();
  lingering = record;
  complete(record);
}

// What the target left behind shows after a turn of the event loop: a microtask may start a timer.
async function isClean(record: number): Promise<boolean> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  if (process.getActiveResourcesInfo().length > 0) return false;
  lingering = 0;
  discardLent();
  // Somebody was about to stop the worker when the thread ended (keeper.entry.ts): it takes no
  // other, and whoever buries it does the rest.
  if (getField(record, RECORD.CONDEMNED) !== 0) return false;
  atomics.store(arena.cells, arena.slotOf(arena.slot) + SLOT.THREAD, 0);
  stopHolding(record);
  return true;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

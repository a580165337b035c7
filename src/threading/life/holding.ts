// The end of the program: when the main thread has nothing left to do, it waits for the threads
// that are not daemons.
//
// As in Python: first the main thread counts as ended, so that a thread may join it; then the
// others are awaited, those too that start meanwhile; then the handlers of 'exit' run; daemon
// threads are stopped dead wherever they are. The same when process.exit() is called in the main
// thread, or an error ends it: the exit code is kept.
import {
  HEADER,
  PRIM,
  PRIM_TYPE,
  allocate,
  arena,
  ask,
  atomics,
  blockWhile,
  clearEvent,
  initPrim,
  isAnyUnstopped,
  release,
  removePaths,
  setEvent,
  waitEventAsync,
  waitEventBlocking,
  nowMs,
} from '../../kernel/index.ts';
import { writeWhole } from '../../system/index.ts';
import { drainHook } from './hook.ts';
import { nameOf } from './record.ts';
import { aliveRecords } from './roster.ts';

const STDERR = 2;

// How long the end of the program waits for processes that were stopped dead, and how often it
// looks.
const DAEMONS_MS = 5000;
const LOOK_MS = 2;

// How long a thread may take for what it must not be stopped in: far more than that takes.
const UNSTOPPED_MS = 5000;

/** Has the main thread, which this is, wait for the others before the program ends. */
export function awaitThreadsAtExit(mainRecord: number): void {
  const idle = allocate(PRIM.CELLS * 4);
  initPrim(arena, idle, PRIM_TYPE.EVENT);
  atomics.store(arena.cells, HEADER.IDLE_EVENT, idle);
  let holding = false;
  process.on('beforeExit', () => {
    if (holding || countHolding() === 0) return;
    holding = true;
    setEvent(arena, mainRecord);
    void holdAsync(idle).then(() => {
      holding = false;
      drainHook();
    });
  });
  let failure: unknown;
  process.on('uncaughtExceptionMonitor', (error) => (failure = error));
  process.prependListener('exit', () => {
    setEvent(arena, mainRecord);
    // Node writes the error only after the handlers of 'exit', which may be long after now.
    if (failure !== undefined && countHolding() > 0) announce(failure);
    holdBlocking(idle);
    endDaemons();
    removePaths();
    atomics.store(arena.cells, HEADER.CLOSING, 1);
    blockWhile(arena, isAnyUnstopped, nowMs() + UNSTOPPED_MS, LOOK_MS);
    drainHook();
  });
}

function countHolding(): number {
  return atomics.load(arena.cells, HEADER.HOLDING);
}

async function holdAsync(idle: number): Promise<void> {
  while (rearm(idle)) {
    await waitEventAsync(arena, idle, { deadlineMs: Infinity }, () => {});
  }
}

function holdBlocking(idle: number): void {
  while (rearm(idle)) waitEventBlocking(arena, idle, Infinity, idle, () => {});
}

// Clears the event, then looks: who ends last counts down, then sets it, so one of the two sees the
// other.
function rearm(idle: number): boolean {
  if (countHolding() === 0) return false;
  clearEvent(arena, idle);
  return countHolding() > 0;
}

// Processes that are daemons are asked to stop, and stopped dead if they do not.
function endDaemons(): void {
  if (!hasDaemons()) return;
  ask({ type: 'end' });
  blockWhile(arena, hasDaemons, nowMs() + DAEMONS_MS, LOOK_MS);
}

function hasDaemons(): boolean {
  return atomics.load(arena.cells, HEADER.DAEMONS) > 0;
}

function announce(failure: unknown): void {
  const names: string[] = [];
  for (const record of aliveRecords()) {
    names.push(nameOf(record));
    release(record);
  }
  writeWhole(
    STDERR,
    `The main thread ended with ${String(failure)}; ` +
      `waiting for its threads: ${names.slice(1).join(', ')}\n`,
  );
}

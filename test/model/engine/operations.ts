// What each step does: the functions of kernel/atomics.ts, and what else the sources ask of their
// surroundings.
import type { WideCells } from '../../../src/kernel/atomics.ts';
import { NODES, SLOT, SLOTS, SLOT_CELLS } from '../../../src/kernel/memory/layout.ts';
import { ACT } from './actions.ts';
import type { Run } from './run.ts';
import { Promised, type Task } from './loop.ts';
import { STATE, type Thread } from './thread.ts';

const MOST_LONELY_WAITS = 1000;

/** Takes the pending step of a thread; false when the thread sleeps now. */
export function perform(run: Run, thread: Thread, kind: number): boolean {
  if (thread.state === STATE.BLOCKED) return awake(run, thread, kind);
  const { kind: name } = thread;
  switch (name) {
    case 'load':
      performLoad(run, thread);
      return true;
    case 'store':
    case 'poke':
      performStore(run, thread);
      return true;
    case 'compareExchange':
    case 'exchange':
    case 'add':
    case 'and':
    case 'or':
      performChange(run, thread);
      return true;
    case 'wait':
      return fallAsleep(run, thread);
    default:
      if (name.startsWith('wide.')) performWide(run, thread, name);
      else performElsewhere(run, thread, name, kind);
      return true;
  }
}

function performLoad(run: Run, thread: Thread): void {
  const { cell } = thread;
  run.requireCells(thread.view);
  if (run.scenario.looks !== true && !run.isAlone) requireUnshown(cell);
  run.races.acquire(thread.index, cell);
  thread.value = run.memory.read(cell);
}

function performStore(run: Run, thread: Thread): void {
  const { cell } = thread;
  run.requireCells(thread.view);
  if (thread.kind === 'poke') run.poke(thread, cell);
  run.memory.write(cell, thread.x as number);
  if (thread.kind === 'store') run.races.release(thread.index, cell);
  thread.value = undefined;
}

function performChange(run: Run, thread: Thread): void {
  const { cell } = thread;
  run.requireCells(thread.view);
  const old = run.memory.read(cell);
  run.races.acquire(thread.index, cell);
  thread.value = old;
  // One that fails stores nothing.
  if (thread.kind === 'compareExchange' && old !== thread.x) return;
  run.memory.write(cell, changed(thread.kind, old, thread.x as number, thread.y as number));
  run.races.release(thread.index, cell);
}

function changed(kind: string, old: number, x: number, y: number): number {
  switch (kind) {
    case 'compareExchange':
      return y;
    case 'exchange':
      return x;
    case 'add':
      return (old + x) | 0;
    case 'and':
      return old & x;
    default:
      return old | x;
  }
}

function performElsewhere(run: Run, thread: Thread, name: string, kind: number): void {
  switch (name) {
    case 'notify':
      return wake(run, thread);
    case 'waitAsync':
      return arm(run, thread);
    case 'pause':
      thread.value = undefined;
      return;
    case 'nowUs':
      thread.value = kind === ACT.LATE ? 1_000_000 : 0;
      return;
    case 'exists':
      thread.value = isAlive(run, thread);
      return;
    case 'idle':
      thread.value = taskOf(kind);
      return;
    case 'death':
      for (const one of run.threads) {
        if (one.state === STATE.DEAD) run.races.follow(thread.index, one.index);
      }
      thread.value = undefined;
      return;
    default:
      throw new TypeError(`Cannot take the step ${name} as the model does not know it`);
  }
}

function fallAsleep(run: Run, thread: Thread): boolean {
  run.requireCells(thread.view);
  const { cell, x, y } = only(thread);
  run.races.acquire(thread.index, cell);
  if (run.memory.read(cell) !== x) {
    thread.value = 'not-equal';
    return true;
  }
  // Nothing else goes on while a scenario is set up or checked, but time.
  if (y <= 0 || (run.isAlone && ++run.lonelyWaits < MOST_LONELY_WAITS)) {
    thread.value = 'timed-out';
    return true;
  }
  if (run.isAlone) throw new TypeError('Cannot go on: who sets up or checks sleeps for ever');
  thread.state = STATE.BLOCKED;
  thread.woken = false;
  thread.waitNumber = ++run.waitNumber;
  thread.waitMs = y;
  return false;
}

function awake(run: Run, thread: Thread, kind: number): boolean {
  if (kind === ACT.TIMEOUT) {
    thread.timeouts--;
    thread.nowMs += thread.waitMs;
  }
  if (kind === ACT.SPURIOUS) run.spurious--;
  thread.value = kind === ACT.TIMEOUT || kind === ACT.SLICE ? 'timed-out' : 'ok';
  thread.woken = false;
  return true;
}

function wake(run: Run, thread: Thread): void {
  const { cell, x: most } = only(thread);
  const waiting = run.threads
    .flatMap((one) => {
      const { bell, isRung } = one.loop;
      const isBlocked = one.state === STATE.BLOCKED && !one.woken && one.cell === cell;
      const isArmed = one.state !== STATE.DEAD && bell !== null && !isRung && bell.cell === cell;
      return [
        ...(isBlocked ? [{ one, number: one.waitNumber, rings: false }] : []),
        ...(isArmed ? [{ one, number: bell.number, rings: true }] : []),
      ];
    })
    .toSorted((a, b) => a.number - b.number);
  for (const { one, rings } of waiting.slice(0, most)) {
    if (rings) one.loop.isRung = true;
    else one.woken = true;
    run.races.follow(one.index, thread.index);
  }
  thread.value = undefined;
}

function arm(run: Run, thread: Thread): void {
  run.requireCells(thread.view);
  const { cell, x: expected } = only(thread);
  run.races.acquire(thread.index, cell);
  if (run.memory.read(cell) !== expected) {
    thread.value = null;
    return;
  }
  if (thread.loop.bell !== null) {
    throw new TypeError('Cannot wait for two cells without blocking in one thread of the model');
  }
  const promise = new Promised(thread.loop);
  thread.loop.bell = { cell, number: ++run.waitNumber, promise };
  thread.value = promise;
}

// `/proc/1/task/<1000 and the thread's number>`; what has died has done all before we see it.
function isAlive(run: Run, thread: Thread): boolean {
  const number = Number(/\/task\/1(\d{3})$/.exec(String(thread.view))?.[1]);
  const other = run.threads[number];
  if (other === undefined)
    throw new TypeError(`Cannot tell whether ${String(thread.view)} is there`);
  if (other.state !== STATE.DEAD) return true;
  run.races.follow(thread.index, other.index);
  return false;
}

function taskOf(kind: number): Task {
  switch (kind) {
    case ACT.TIMEOUT:
      return 'timer';
    case ACT.SLICE:
      return 'tick';
    case ACT.ABORT:
      return 'abort';
    default:
      return 'bell';
  }
}

function performWide(run: Run, thread: Thread, name: string): void {
  const view = thread.view as WideCells;
  const { cell: at } = thread;
  const old = view[at] as number;
  const first = (view.byteOffset + at * view.BYTES_PER_ELEMENT) >> 2;
  const { x, y } = only(thread);
  if (name === 'wide.poke') run.poke(thread, first);
  else if (name !== 'wide.store') run.races.acquire(thread.index, first);
  thread.value = name === 'wide.store' || name === 'wide.poke' ? undefined : old;
  const next =
    name === 'wide.load'
      ? old
      : name === 'wide.add'
        ? old + x
        : name === 'wide.compareExchange'
          ? old === x
            ? y
            : old
          : x;
  if (name === 'wide.load') return;
  run.memory.writeWide(view, at, next);
  if (name !== 'wide.poke') run.races.release(thread.index, first);
}

// A cell that the model takes as shown only must not be read by an algorithm.
function requireUnshown(cell: number): void {
  if (cell < SLOTS || cell >= NODES) return;
  const field = (cell - SLOTS) % SLOT_CELLS;
  if (field !== SLOT.WAITING && field !== SLOT.BLOCK) return;
  throw new TypeError(
    'Cannot load SLOT.WAITING or SLOT.BLOCK in the model unless the scenario `looks`',
  );
}

function only(thread: Thread): { cell: number; x: number; y: number } {
  return { cell: thread.cell, x: thread.x as number, y: thread.y as number };
}

// What a pool consists of in shared memory: its queue of tasks, its fate, a few cells for each
// worker, and what is counted.
//
// It is in the arena of those who share it: this process's own for threads, that of the family for
// processes. Workers and the supervisor hold it; the pool of the user's is a view of it, whose end
// ends it.
import {
  Attachment,
  PRIM_TYPE,
  SharedObject,
  arena,
  atomics,
  clearEvent,
  defineKind,
  homeOf,
  initPrim,
  readText,
  release,
  setEvent,
  writeText,
} from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { load } from '../../wire/index.ts';
import { FATE, POOL, WORKER } from './layout.ts';
import { destroyTasks, initTasks } from './task-queue.ts';

const POOL_STATE: number = defineKind('PoolState', import.meta.url, {
  shown: 'Pool',
  attach: (handle) => new PoolState(new Attachment(handle) as never),
  destroy,
});

/** What a pool is made of. */
export interface PoolShape {
  readonly home: Arena;
  readonly name: string;
  /** Workers are called this and a number; what the first one is. */
  readonly prefix: string;
  readonly firstNumber: number;
  readonly size: number;
  /** Message with the initializer and its arguments, or 0; passes to the state. */
  readonly initializer: number;
  readonly mostTasks: number;
  readonly mostKib: number;
  readonly mostWaiting: number;
  readonly retries: number;
  /** Whether the death of a worker breaks the pool, as it does an executor. */
  readonly isFragile: boolean;
}

/** The state of a pool, as all threads and processes know it that have to do with it. */
export class PoolState extends SharedObject {
  /** Its block. */
  readonly handle: number;

  constructor(shape: PoolShape) {
    super({
      kind: POOL_STATE,
      home: shape.home,
      byteLength: (POOL.WORKERS + WORKER.CELLS * shape.size) * 4,
      given: shape,
      module: false,
      init: (handle) => fill(handle, shape),
    });
    this.handle = SharedObject.handleOf(this) as number;
  }
}

/** A cell of a pool's state. */
export function poolField(state: number, field: number): number {
  return atomics.load(arena.cells, state + field);
}

export function setPoolField(state: number, field: number, value: number): void {
  atomics.store(arena.cells, state + field, value);
}

/** The cells of a worker. */
export function workerAt(state: number, index: number): number {
  return state + POOL.WORKERS + index * WORKER.CELLS;
}

export function nameOfPool(state: number): string {
  return readText(homeOf(state), poolField(state, POOL.NAME));
}

/** The name of the next worker. */
export function nextWorkerName(state: number): string {
  const number = atomics.add(arena.cells, state + POOL.LAST_WORKER, 1) + 1;
  return `${readText(homeOf(state), poolField(state, POOL.PREFIX))}${number}`;
}

/** Tells the supervisor to look. */
export function ringSupervisor(state: number): void {
  setEvent(homeOf(state), state + POOL.BELL);
}

/** Brings a pool nearer to its end; nothing happens when it is there. */
export function setFate(state: number, fate: number): void {
  const { cells } = arena;
  for (;;) {
    const before = atomics.load(cells, state + POOL.FATE);
    if (before >= fate) return;
    if (atomics.compareExchange(cells, state + POOL.FATE, before, fate) === before) break;
  }
  ringSupervisor(state);
}

/** Breaks a pool with an error; its message passes to the pool. The first one counts. */
export function breakPool(state: number, error: number): void {
  if (atomics.compareExchange(arena.cells, state + POOL.ERROR, 0, error) !== 0) release(error);
  setFate(state, FATE.TERMINATED);
}

/** The error that broke the pool, a new copy; undefined when none did. */
export function failureOf(state: number): unknown {
  const error = poolField(state, POOL.ERROR);
  return error === 0 ? undefined : load(error);
}

/** Cells of a worker as it begins, whatever the last one left. */
export function resetWorker(state: number, worker: number): void {
  for (const field of [WORKER.ITEM, WORKER.BUSY, WORKER.EXIT, WORKER.READY, WORKER.ABORTED_ID]) {
    setPoolField(worker, field, 0);
  }
  setDeadline(worker, 0);
  clearEvent(homeOf(state), worker + WORKER.ABORT);
}

export function setDeadline(worker: number, ms: number): void {
  atomics.wide.poke(arena.numbers, (worker + WORKER.DEADLINE) / 2, ms);
}

export function deadlineOf(worker: number): number {
  return atomics.wide.peek(arena.numbers, (worker + WORKER.DEADLINE) / 2);
}

function fill(state: number, shape: PoolShape): void {
  const { home } = shape;
  const { cells } = arena;
  const end = POOL.WORKERS + WORKER.CELLS * shape.size;
  for (let cell = 0; cell < end; cell++) atomics.poke(cells, state + cell, 0);
  initTasks(home, state, shape.mostWaiting);
  initPrim(home, state + POOL.BELL, PRIM_TYPE.EVENT);
  initPrim(home, state + POOL.ENDED, PRIM_TYPE.EVENT);
  for (let index = 0; index < shape.size; index++) {
    initPrim(home, workerAt(state, index) + WORKER.ABORT, PRIM_TYPE.EVENT);
  }
  atomics.poke(cells, state + POOL.NAME, writeText(home, shape.name));
  atomics.poke(cells, state + POOL.PREFIX, writeText(home, shape.prefix));
  atomics.poke(cells, state + POOL.LAST_WORKER, shape.firstNumber - 1);
  // No worker is there yet (supervisor/demand.ts).
  atomics.poke(cells, state + POOL.IS_FRAGILE, shape.isFragile ? 2 : 0);
  atomics.poke(cells, state + POOL.SIZE, shape.size);
  atomics.poke(cells, state + POOL.INITIALIZER, shape.initializer);
  atomics.poke(cells, state + POOL.MOST_TASKS, shape.mostTasks);
  atomics.poke(cells, state + POOL.MOST_KIB, shape.mostKib);
  atomics.store(cells, state + POOL.RETRIES, shape.retries);
}

function destroy(state: number): void {
  destroyTasks(state);
  for (const field of [POOL.NAME, POOL.PREFIX, POOL.ERROR, POOL.INITIALIZER]) {
    const handle = poolField(state, field);
    if (handle !== 0) release(handle);
  }
}

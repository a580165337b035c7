// A new pool, of what the user gave.
import { allocate, arena, atomics, family, isAlone, release, retain } from '../../kernel/index.ts';
import type { KindOptions } from '../../kernel/index.ts';
import { cpuCount } from '../../system/index.ts';
import { store } from '../../wire/index.ts';
import type { Backend } from '../backend.ts';
import { FATE } from '../shared/layout.ts';
import { setFate } from '../shared/state.ts';
import type { PoolState } from '../shared/state.ts';
import { openPool } from '../supervisor/open.ts';
import type { PoolOptions } from '../types.ts';
import { checkOptions, checkSize } from './arguments.ts';

/** Cells of the block of a pool: its state, and the block that stands for it abroad, or 0. */
const VIEW = { STATE: 0, ABROAD: 1, CELLS: 2 } as const;
export const VIEW_BYTES: number = VIEW.CELLS * 4;

/** What can be done with the block of a pool. With the last block of a pool, that ends. */
export const poolKind: KindOptions = {
  destroy: (handle) => {
    const state = stateOf(handle);
    const abroad = atomics.peek(arena.cells, handle + VIEW.ABROAD);
    if (state === 0) return;
    if (abroad === 0) setFate(state, FATE.TERMINATED);
    else release(abroad);
    release(state);
  },
};

/** The same where other processes may have the pool, too. */
export function familyPoolKind(kind: () => number): KindOptions {
  return { ...poolKind, abroad: (handle) => (isAlone() ? 0 : abroadOf(handle, kind())) };
}

/** Fills the block of a pool. */
export function fillView(handle: number, state: number): void {
  retain(state);
  atomics.poke(arena.cells, handle + VIEW.STATE, state);
  atomics.poke(arena.cells, handle + VIEW.ABROAD, 0);
}

/** The state of a pool, by its block. */
export function stateOf(handle: number): number {
  return atomics.peek(arena.cells, handle + VIEW.STATE);
}

// In memory that all processes have, from when it first leaves this one.
function abroadOf(handle: number, kind: number): number {
  const { cells } = arena;
  const known = atomics.load(cells, handle + VIEW.ABROAD);
  if (known !== 0) return known;
  const block = allocate(VIEW_BYTES, kind, family());
  fillView(block, stateOf(handle));
  const first = atomics.compareExchange(cells, handle + VIEW.ABROAD, 0, block);
  if (first === 0) return block;
  // Another thread was first: this one never was a pool's.
  release(stateOf(block));
  atomics.poke(cells, block + VIEW.STATE, 0);
  release(block);
  return first;
}

/** What pools differ in. */
export interface PoolSort {
  readonly kind: number;
  readonly name: string;
  /** Called when a pool is made. */
  readonly backend: () => Backend;
  /** Whether its workers are in this process, so that memory can be moved to them. */
  readonly isLocal: boolean;
  /** How workers are called, where not after the pool: this, and a number from the first on. */
  readonly labels?: { readonly prefix: string; readonly firstNumber: number };
  /** Whether the death of a worker breaks the pool: everything fails with the WorkerDiedError. */
  readonly isFragile?: boolean;
}

/** Opens a pool. */
export function newPool(
  sort: PoolSort,
  processes: number | undefined,
  options: PoolOptions,
): PoolState {
  const size = checkSize(processes ?? cpuCount());
  const checked = checkOptions(options);
  const { home, start } = sort.backend();
  const { initializer, initargs, mostTasks, mostKib, mostWaiting, retries } = checked;
  const name = checked.name ?? sort.name;
  return openPool(
    {
      home,
      name,
      prefix: checked.name === undefined ? `${name}Worker-` : `${name}-`,
      firstNumber: 1,
      ...sort.labels,
      isFragile: sort.isFragile ?? false,
      size,
      initializer:
        initializer === undefined
          ? 0
          : store([initializer, initargs], ['initializer', 'initargs'], home),
      mostTasks,
      mostKib,
      mostWaiting,
      retries,
    },
    start,
  );
}

/** Memory cannot be moved to another process. */
export function transferToProcess(): TypeError {
  return new TypeError(
    'Cannot transfer memory to a worker that is a process as it has memory of its own\n' +
      'Leave transfer out, use a ThreadPool, or SharedMemory',
  );
}

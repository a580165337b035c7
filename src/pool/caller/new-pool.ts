// A new pool, of what the user gave.
import { arena, atomics, release } from '../../kernel/index.ts';
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

/** What can be done with the block of a pool, which is the handle of its state. */
export const poolKind: KindOptions = {
  destroy: (handle) => {
    const state = atomics.peek(arena.cells, handle);
    setFate(state, FATE.TERMINATED);
    release(state);
  },
};

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
  { home, start }: Backend,
  processes: number | undefined,
  options: PoolOptions,
): PoolState {
  const size = checkSize(processes ?? cpuCount());
  const checked = checkOptions(options);
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

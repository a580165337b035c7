// The beginning of a pool: its state, and the supervisor that starts its workers.
import { Thread } from '../../threading/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import type { StartWorker } from '../backend.ts';
import { arena, blockWhile } from '../../kernel/index.ts';
import { FATE, POOL } from '../shared/layout.ts';
import { PoolState, nameOfPool, poolField, setFate } from '../shared/state.ts';
import type { PoolShape } from '../shared/state.ts';
import { referenceTo } from '../../wire/index.ts';
import type { supervise } from './supervise.ts';

// How often a new pool looks whether its supervisor is there.
const LOOK_MS = 2;

/**
 * Opens a pool. Blocks until its supervisor has begun, not until its workers have.
 *
 * @throws {RuntimeError} if no thread can be had for the supervisor
 */
export function openPool(shape: PoolShape, start: StartWorker): PoolState {
  const pool = new PoolState(shape);
  try {
    const thread = new Thread({
      target: referenceTo<typeof supervise>('#pool-supervisor', 'supervise'),
      args: [pool, start],
      name: `${shape.name} supervisor`,
      daemon: true,
    }).start();
    awaitSupervisor(pool.handle, thread);
  } catch (error) {
    setFate(pool.handle, FATE.TERMINATED);
    throw error;
  }
  return pool;
}

// A thread that is stopped while it loads the native module, at the end of a short program, takes
// the whole process with it; so nothing ends before that is done.
function awaitSupervisor(state: number, thread: Thread): void {
  const isComing = (): boolean => poolField(state, POOL.SUPERVISOR) === 0 && thread.isAlive();
  blockWhile(arena, isComing, Infinity, LOOK_MS);
  if (poolField(state, POOL.SUPERVISOR) !== 0) return;
  throw new RuntimeError(
    `Cannot open pool ${JSON.stringify(nameOfPool(state))} as its supervisor was stopped`,
  );
}

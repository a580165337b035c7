// The beginning of a pool: its state, and the supervisor that starts its workers.
import { Thread } from '../../threading/index.ts';
import type { StartWorker } from '../backend.ts';
import { FATE } from '../shared/layout.ts';
import { PoolState, setFate } from '../shared/state.ts';
import type { PoolShape } from '../shared/state.ts';
import { referenceTo } from '../reference.ts';
import type { supervise } from './supervise.ts';

/**
 * Opens a pool. Blocks until its supervisor has begun, not until its workers have.
 *
 * @throws {RuntimeError} if no thread can be had for the supervisor
 */
export function openPool(shape: PoolShape, start: StartWorker): PoolState {
  const pool = new PoolState(shape);
  try {
    new Thread({
      target: referenceTo<typeof supervise>('#pool-supervisor', 'supervise'),
      args: [pool, start],
      name: `${shape.name} supervisor`,
      daemon: true,
    }).start();
  } catch (error) {
    setFate(pool.handle, FATE.TERMINATED);
    throw error;
  }
  return pool;
}

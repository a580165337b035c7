// Waiting for the end of a pool: for its last worker, which its supervisor hears of.
import { homeOf, waitEventAsync, waitEventBlocking } from '../../kernel/index.ts';
import { POOL } from '../shared/layout.ts';
import { lookAfterSupervisor } from '../shared/orphan.ts';

/** Blocks until the workers have ended. */
export function awaitEnd(state: number): void {
  const lookAfter = (): void => lookAfterSupervisor(state);
  waitEventBlocking(homeOf(state), state + POOL.ENDED, Infinity, state, lookAfter);
}

/** Resolves when the workers have ended. The caller holds the state until then. */
export async function awaitEndAsync(state: number): Promise<void> {
  const lookAfter = (): void => lookAfterSupervisor(state);
  await waitEventAsync(homeOf(state), state + POOL.ENDED, { deadlineMs: Infinity }, lookAfter);
}

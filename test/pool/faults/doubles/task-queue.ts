// A double of shared/task-queue.ts, for a worker that may die with a claim.
import * as real from '../../../../src/pool/shared/task-queue.ts';
import { reach } from '../plan.ts';

export * from '../../../../src/pool/shared/task-queue.ts';

export function attemptTake(state: number): number {
  const claim = real.attemptTake(state);
  if (claim > 0) reach('claimed');
  return claim;
}

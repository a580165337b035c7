// A double of shared/task.ts, for a worker that may die at each step.
import { TASK_STATE } from '../../../../src/pool/shared/layout.ts';
import * as real from '../../../../src/pool/shared/task.ts';
import { reach } from '../plan.ts';

export * from '../../../../src/pool/shared/task.ts';

export function moveTask(task: number, from: number, to: number): boolean {
  if (from === TASK_STATE.WAITING) reach('noted');
  const hasMoved = real.moveTask(task, from, to);
  if (hasMoved) reach(from === TASK_STATE.WAITING ? 'taken' : 'done');
  return hasMoved;
}

export function writeOutcome(task: number, outcome: number, value: unknown): number {
  reach('ran');
  const kind = real.writeOutcome(task, outcome, value);
  reach('stored');
  return kind;
}

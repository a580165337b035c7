// A double of the calls of tasks, for a worker that may die as it reads one.
import * as real from '../../../../src/pool/shared/call.ts';
import { reach } from '../plan.ts';

export * from '../../../../src/pool/shared/call.ts';

export function readCall(task: number): ReturnType<typeof real.readCall> {
  reach('reading');
  return real.readCall(task);
}

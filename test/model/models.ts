// The models: files of scenarios, and how they are told of.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/sources.ts';
import type { Outcome } from './engine/explore.ts';

/** Files of scenarios, in scenarios/. */
export const models: readonly string[] = ['side-lock', 'heap', 'lock', 'event', 'list'];

/** The file of a model. */
export function fileOf(model: string): string {
  return join(REPOSITORY, 'test/model/scenarios', `${model}.model.ts`);
}

/** One line of what was explored. */
export function tell(outcome: Outcome): string {
  const { mode, schedules, states, steps, ms, isComplete } = outcome;
  const many = (count: number): string => count.toLocaleString('en-US');
  const end = isComplete ? 'all seen' : 'cut off';
  return (
    `${mode}: ${many(schedules)} schedules, ${many(states)} states, ${many(steps)} steps, ` +
    `${(ms / 1000).toFixed(1)} s${mode.startsWith('random') ? '' : `, ${end}`}`
  );
}

/** Fails with the trace of the schedule that went wrong, and with what repeats it. */
export function requireNoFailure({ scenario, failure }: Outcome): void {
  if (failure === null) return;
  assert.fail(
    `${scenario}: ${failure.message}\n\n${failure.trace.join('\n')}\n\n` +
      `Again, with: node --conditions=heddle:source test/model/replay.ts '${scenario}' ` +
      `'${failure.schedule}'`,
  );
}

// The models: files of scenarios, and how they are told of.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/sources.ts';
import type { Outcome } from './engine/explore.ts';

// Files of scenarios, in scenarios/, and what they are about. One whose source is not there is left
// out.
const ABOUT: readonly [model: string, source: string][] = [
  ['side-lock', 'kernel/waiting/side-lock.ts'],
  ['heap', 'kernel/memory/heap.ts'],
  ['lock', 'kernel/waiting/lock-word.ts'],
  ['rlock', 'threading/locks/rlock.ts'],
  ['event', 'kernel/waiting/event-word.ts'],
  ['semaphore', 'kernel/primitives/semaphore-word.ts'],
  ['condition', 'kernel/primitives/condition-word.ts'],
  ['rwlock', 'kernel/primitives/rwlock-word.ts'],
  ['barrier', 'kernel/primitives/barrier-word.ts'],
  ['queue', 'kernel/primitives/queue/queue.ts'],
  ['list', 'shared/list/block.ts'],
  ['deadlock', 'kernel/deadlock/search.ts'],
  ['gil', 'kernel/gil/gil.ts'],
];

/** The models. */
export const models: readonly string[] = ABOUT.filter(([, source]) =>
  existsSync(join(REPOSITORY, 'src', source)),
).map(([model]) => model);

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

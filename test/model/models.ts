// The scenarios, and how far each is explored.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../tools/sources.ts';

/** Files of scenarios, in scenarios/. */
export const models: readonly string[] = ['side-lock', 'heap', 'lock', 'event'];

/** The file of a model. */
export function fileOf(model: string): string {
  return join(REPOSITORY, 'test/model/scenarios', `${model}.model.ts`);
}

void existsSync;

// Messages and recipes as blocks of shared memory; a block lets go of all that its message refers
// to when it goes.
import { defineKind, release } from '../kernel/index.ts';
import { hasTable, partsOfBlock } from './decode/message-parts.ts';

/** Kind of a block with a message. */
export const MESSAGE: number = defineKind('Message', import.meta.url, { destroy: releaseParts });
/** Kind of a block with the recipe of a function. */
export const RECIPE: number = defineKind('Recipe', import.meta.url, { destroy: releaseParts });

function releaseParts(handle: number): void {
  if (!hasTable(handle)) return;
  const { recipes, handles } = partsOfBlock(handle);
  for (const recipe of recipes) release(recipe);
  for (const other of handles) release(other);
}

// Messages and recipes as blocks of shared memory; a block lets go of all that its message refers
// to when it goes.
import { bytes, defineKind, release, startOfBlock } from '../kernel/index.ts';
import { partsOfBlock } from './decode/message-parts.ts';
import { HAS_TABLE } from './format.ts';

/** Kind of a block with a message. */
export const MESSAGE: number = defineKind('Message', import.meta.url, { destroy: releaseParts });
/** Kind of a block with the recipe of a function. */
export const RECIPE: number = defineKind('Recipe', import.meta.url, { destroy: releaseParts });

function releaseParts(handle: number): void {
  if (((bytes[startOfBlock(handle)] as number) & HAS_TABLE) === 0) return;
  const { recipes, handles } = partsOfBlock(handle);
  for (const recipe of recipes) release(recipe);
  for (const other of handles) release(other);
}

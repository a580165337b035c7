// Encoders that are idle, to be used again: a new one for every message would be half its cost.
import {
  allocate,
  arena,
  bytes,
  createParcel,
  family,
  handleOf,
  isAlone,
} from '../../kernel/index.ts';
import { RECIPE } from '../blocks.ts';
import { recipeOf, setRecipe } from '../decode/recipes.ts';
import { idOf, isRebuilt } from '../identity.ts';
import { referenceOf, registrationOf } from '../transfers.ts';
import { Encoder } from './encoder.ts';
import type { Home, RareWriters } from './surroundings.ts';
import type { Border } from '../format.ts';

const idle: Readonly<Record<Border, Encoder[]>> = { thread: [], process: [] };

const homes: Readonly<Record<Border, Home>> = {
  thread: homeFor('thread', createParcel),
  process: homeFor('process', () => {
    throw new TypeError('Cannot carry it as a MessagePort ends at the border of the process');
  }),
};

/**
 * An encoder that is ready; several may be at work, one for a recipe within the message of another.
 *
 * @param border what its message crosses
 */
export function takeEncoder(rare: RareWriters, border: Border = 'thread'): Encoder {
  return idle[border].pop() ?? new Encoder(rare, homes[border]);
}

/** Gives back an encoder, whatever has become of its message. */
export function giveBackEncoder(encoder: Encoder): void {
  encoder.clear();
  idle[encoder.home.border].push(encoder);
}

function homeFor(border: Border, carry: Home['createParcel']): Home {
  return {
    border,
    handleOf,
    createParcel: carry,
    recipeOf: (value) => recipeOf(value, border),
    storeRecipe: (rare, value) => storeRecipe(rare, value, border),
    idOf,
    isRebuilt,
    referenceOf,
    registrationOf,
  };
}

function storeRecipe(rare: RareWriters, value: object, border: Border): number {
  // Nobody outside of this process could read it.
  if (border === 'process' && isAlone()) return 0;
  const encoder = takeEncoder(rare, border);
  try {
    const home = border === 'thread' ? arena : family();
    const handle = allocate(encoder.encode(value, 'the function', true), RECIPE, home);
    encoder.out.copyTo(bytes, handle * 4);
    setRecipe(value, handle);
    return handle;
  } catch {
    // If it cannot be sent at all, the message that it is written to says so, with the right path.
    encoder.undo();
    return 0;
  } finally {
    giveBackEncoder(encoder);
  }
}

// Encoders that are idle, to be used again: a new one for every message would be half its cost.
import {
  allocate,
  arena,
  bytesOf,
  createParcel,
  family,
  handleOf,
  offsetOf,
} from '../../kernel/index.ts';
import { RECIPE } from '../blocks.ts';
import { recipeOf, setRecipe } from '../decode/recipes.ts';
import { idOf, isRebuilt } from '../identity.ts';
import { referenceOf, registrationOf } from '../transfers.ts';
import { Encoder } from './encoder.ts';
import type { Home, RareWriters } from './surroundings.ts';
import type { Border } from '../format.ts';

interface OwnHome extends Home {
  /** Encoders for it that are not at work. */
  readonly idle: Encoder[];
}

const homes: Readonly<Record<Border, OwnHome>> = {
  thread: homeFor('thread', createParcel),
  process: homeFor('process', () => {
    throw new TypeError('Cannot carry it as a MessagePort ends at the border of the process');
  }),
};
// For a process with which no memory is shared.
const apart: OwnHome = {
  ...homes.process,
  keepsRecipes: false,
  recipeOf: () => undefined,
  storeRecipe: () => 0,
  idle: [],
};

/**
 * An encoder that is ready; several may be at work, one for a recipe within the message of another.
 *
 * @param border what its message crosses
 * @param isApart whether no memory is shared across it
 */
export function takeEncoder(rare: RareWriters, border: Border, isApart = false): Encoder {
  const home = isApart ? apart : homes[border];
  return home.idle.pop() ?? new Encoder(rare, home);
}

/** Gives back an encoder, whatever has become of its message. */
export function giveBackEncoder(encoder: Encoder): void {
  encoder.clear();
  (encoder.home as OwnHome).idle.push(encoder);
}

function homeFor(border: Border, carry: Home['createParcel']): OwnHome {
  return {
    border,
    handleOf,
    createParcel: carry,
    keepsRecipes: true,
    idle: [],
    recipeOf: (value) => recipeOf(value, border),
    storeRecipe: (rare, value) => storeRecipe(rare, value, border),
    idOf,
    isRebuilt,
    referenceOf,
    registrationOf,
  };
}

function storeRecipe(rare: RareWriters, value: object, border: Border): number {
  const encoder = takeEncoder(rare, border);
  try {
    const home = border === 'thread' ? arena : family();
    const handle = allocate(encoder.encode(value, 'the function', true), RECIPE, home);
    encoder.out.copyTo(bytesOf(handle), offsetOf(handle));
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

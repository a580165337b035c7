// Encoders that are idle, to be used again: a new one for every message would be half its cost.
import { allocate, bytes, createParcel, handleOf } from '../../kernel/index.ts';
import { RECIPE } from '../blocks.ts';
import { recipeOf, setRecipe } from '../decode/recipes.ts';
import { idOf, isRebuilt } from '../identity.ts';
import { referenceOf, registrationOf } from '../transfers.ts';
import { Encoder } from './encoder.ts';
import type { Home, RareWriters } from './surroundings.ts';

const idle: Encoder[] = [];

const home: Home = {
  handleOf,
  createParcel,
  recipeOf,
  storeRecipe,
  idOf,
  isRebuilt,
  referenceOf,
  registrationOf,
};

/**
 * An encoder that is ready; several may be at work, one for a recipe within the message of another.
 */
export function takeEncoder(rare: RareWriters): Encoder {
  return idle.pop() ?? new Encoder(rare, home);
}

/** Gives back an encoder, whatever has become of its message. */
export function giveBackEncoder(encoder: Encoder): void {
  encoder.clear();
  idle.push(encoder);
}

function storeRecipe(rare: RareWriters, value: object): number {
  const encoder = takeEncoder(rare);
  try {
    const handle = allocate(encoder.encode(value, 'the function', true), RECIPE);
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

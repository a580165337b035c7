// Recipes in blocks of their own, for functions that never change.
//
// A function whose captured variables are never assigned, and hold nothing that can change, has the
// same recipe every time. It is worth finding out when the function is sent for the second time:
// whether a variable is ever assigned is seen only in the source of its whole module.
import { types } from 'node:util';
import type { Encoder } from '../encode/encoder.ts';
import { isCarried } from './carried.ts';
import { moduleObject } from './modules.ts';
import { wellKnown } from './well-known.ts';

/** Thrown while a recipe is written when it turns out that it may change. */
const UNSTABLE: unique symbol = Symbol('unstable');

const timesSent = new WeakMap<object, number>();
const unstable = new WeakSet();

/** Stops the writing of a recipe: something in it may change. No effect on a message. */
export function mayChange(encoder: Encoder): void {
  // oxlint-disable-next-line only-throw-error -- only the pool sees it; an Error costs its stack
  if (encoder.isRecipe) throw UNSTABLE;
}

/** Whether a function is sent for the second time, or has been before. */
export function isSentAgain(value: object): boolean {
  return (timesSent.get(value) ?? 0) > 1;
}

/**
 * Gives a function that is sent again a recipe of its own, and writes its handle; false if it may
 * change.
 */
export function writeOwnRecipe(encoder: Encoder, value: object): boolean {
  if (!encoder.home.keepsRecipes || encoder.isRecipe || unstable.has(value)) return false;
  const times = (timesSent.get(value) ?? 0) + 1;
  timesSent.set(value, times);
  if (times < 2) return false;
  const handle = recipeFor(encoder, value);
  if (handle === 0) return false;
  encoder.writeRecipe(value, handle);
  return true;
}

/** The recipe of a value, made if need be; 0 if it may change, or cannot be sent. */
export function recipeFor({ home, rare }: Encoder, value: object): number {
  if (!home.keepsRecipes || unstable.has(value)) return 0;
  const handle = home.recipeOf(value) ?? home.storeRecipe(rare, value);
  if (handle === 0) unstable.add(value);
  return handle;
}

/** Stops the writing of a recipe if an object in it may change. */
export function requireStable(encoder: Encoder, value: object): void {
  if (encoder.home.handleOf(value) === undefined && !isStable(value)) mayChange(encoder);
}

function isStable(value: object): boolean {
  if (wellKnown(value) !== undefined) return true;
  if (types.isSharedArrayBuffer(value) || isCarried(value)) return true;
  if (ArrayBuffer.isView(value)) return types.isSharedArrayBuffer(value.buffer);
  if (types.isRegExp(value)) return !/[gy]/.test(value.flags);
  const module = moduleObject(value);
  if (module !== null) return module.kind !== 'members';
  return (
    Object.isFrozen(value) && !types.isMap(value) && !types.isSet(value) && !types.isDate(value)
  );
}

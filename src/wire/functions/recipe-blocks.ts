// Recipes in blocks of their own, for functions that never change.
//
// A function whose captured variables are never assigned, and hold nothing that can change, has the
// same recipe every time. It is worth finding out when the function is sent for the second time:
// whether a variable is ever assigned is seen only in the source of its whole module.
import { types } from 'node:util';
import { allocate, bytes, handleOf } from '../../kernel/index.ts';
import { RECIPE } from '../blocks.ts';
import { setRecipe } from '../decode/recipes.ts';
import type { Encoder } from '../encode/encoder.ts';
import { giveBackEncoder, takeEncoder } from '../encode/pool.ts';
import * as form from '../format.ts';
import { isCarried } from './carried.ts';
import { moduleObject } from './modules.ts';
import { wellKnown } from './well-known.ts';

/** Thrown while a recipe is written when it turns out that it may change. */
const UNSTABLE: unique symbol = Symbol('unstable');

const timesSent = new WeakMap<object, number>();
const unstable = new WeakSet();

/** Stops the writing of a recipe: something in it may change. No effect on a message. */
export function mayChange(encoder: Encoder): void {
  // oxlint-disable-next-line only-throw-error -- only storeRecipe sees it; an Error costs its stack
  if (encoder.isRecipe) throw UNSTABLE;
}

/** Whether a function is sent for the second time, or has been before. */
export function isSentAgain(value: object): boolean {
  return (timesSent.get(value) ?? 0) > 1;
}

/** Writes the handle of a recipe. */
export function writeRecipe(encoder: Encoder, value: object, handle: number): void {
  encoder.number(value);
  encoder.table.holdRecipe(handle);
  encoder.out.byte(form.RECIPE);
  encoder.out.uint32(handle);
}

/**
 * Gives a function that is sent again a recipe of its own, and writes its handle; false if it may
 * change.
 */
export function writeOwnRecipe(encoder: Encoder, value: object): boolean {
  if (encoder.isRecipe || unstable.has(value)) return false;
  const times = (timesSent.get(value) ?? 0) + 1;
  timesSent.set(value, times);
  if (times < 2) return false;
  const handle = storeRecipe(encoder, value);
  if (handle === 0) return false;
  writeRecipe(encoder, value, handle);
  return true;
}

/** Writes a value's recipe to a block; 0 if it may change, or cannot be sent. */
export function storeRecipe({ rare }: Encoder, value: object): number {
  const encoder = takeEncoder(rare);
  try {
    const handle = allocate(encoder.encode(value, 'the function', true), RECIPE);
    encoder.out.copyTo(bytes, handle * 4);
    setRecipe(value, handle);
    return handle;
  } catch {
    encoder.undo();
    // If it cannot be sent at all, the message that it is written to says so, with the right path.
    unstable.add(value);
    return 0;
  } finally {
    giveBackEncoder(encoder);
  }
}

/** Stops the writing of a recipe if an object in it may change. */
export function requireStable(encoder: Encoder, value: object): void {
  if (!isStable(value)) mayChange(encoder);
}

function isStable(value: object): boolean {
  if (handleOf(value) !== undefined || wellKnown(value) !== undefined) return true;
  if (types.isSharedArrayBuffer(value) || isCarried(value)) return true;
  if (ArrayBuffer.isView(value)) return types.isSharedArrayBuffer(value.buffer);
  if (types.isRegExp(value)) return !/[gy]/.test(value.flags);
  const module = moduleObject(value);
  if (module !== null) return module.kind !== 'members';
  return (
    Object.isFrozen(value) && !types.isMap(value) && !types.isSet(value) && !types.isDate(value)
  );
}

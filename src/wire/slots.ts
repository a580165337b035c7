// Slots: the items of a container in shared memory, each one 64-bit floating-point number.
//
//   a number              itself
//   null, undefined, …    SPECIAL
//   one of our objects    LIVE, with its handle
//   anything else         MESSAGE, with the handle of the message that it was written to
//
// The last three are numbers too: the smallest positive ones, up to 4 * 2^-1042, which stand for
// the bits (tag << 32 | payload). A program that stores such a number itself gets a message for it.
//
// It is tempting to hide tags and handles in the bits of NaN, as JavaScript engines do. JavaScript
// does not promise to keep those; it does promise to keep every number. And a slot that is one
// number is written by one store, so that a thread that is killed leaves the old item or the new
// one.
//
// A slot that refers to a block holds one reference to it.
import { arena, attach, handleOf, isFamily, release, retain } from '../kernel/index.ts';
import type { Arena } from '../kernel/index.ts';
import { load, loadAsync, store } from './message.ts';

const TAG = { SPECIAL: 1, MESSAGE: 2, LIVE: 3 } as const;
const SPECIALS: readonly unknown[] = [undefined, null, false, true];

/** Above all tagged slots: 4 * 2^32 times the smallest number that there is. */
const TAGGED_BELOW = 4 * 2 ** 32 * Number.MIN_VALUE;

const scratch = new Float64Array(1);
const halves = new Uint32Array(scratch.buffer);
// Which half of a number is its upper one depends on the machine.
scratch[0] = 1;
const UPPER = halves[0] === 0 ? 1 : 0;
const LOWER = 1 - UPPER;

/**
 * Writes an item; the slot holds what it refers to until it is dropped.
 *
 * @param home the arena of the container
 * @throws {TransferError} if the item cannot travel there
 */
export function writeItem(item: unknown, home: Arena = arena): number {
  if (typeof item === 'number' && !isTagged(item)) return item;
  const plain = plainSlot(item);
  if (plain !== 0) return plain;
  if (typeof item === 'object' && item !== null) {
    const handle = handleOf(item);
    // What processes share refers to nothing that only this one has; store() refuses it.
    if (handle !== undefined && (home === arena || isFamily(handle))) {
      retain(handle);
      return tagged(TAG.LIVE, handle);
    }
  }
  return tagged(TAG.MESSAGE, store(item, 'item', home));
}

/** The slot of an item, if that is known without writing anything: equal items have equal slots. */
export function knownSlot(item: unknown): number | undefined {
  if (typeof item === 'number' && !isTagged(item)) return item;
  const plain = plainSlot(item);
  if (plain !== 0) return plain;
  const handle = typeof item === 'object' && item !== null ? handleOf(item) : undefined;
  return handle === undefined ? undefined : tagged(TAG.LIVE, handle);
}

/**
 * The item of a slot, whose reference the caller holds meanwhile.
 *
 * @throws {TransferError} if a module that the item needs does not load here
 */
export function readItem(slot: number): unknown {
  if (!isTagged(slot)) return slot;
  const payload = payloadOf(slot);
  switch (tagOf(slot)) {
    case TAG.MESSAGE:
      return load(payload);
    case TAG.LIVE:
      return attach(payload);
    default:
      return SPECIALS[payload];
  }
}

/**
 * The same, or a promise of it when modules have to be imported first.
 *
 * @throws {TransferError} if a module that the item needs does not load here
 */
export function readItemAsync(slot: number): unknown {
  return isMessage(slot) ? loadAsync(payloadOf(slot)) : readItem(slot);
}

/** Whether the item is a number, and is the slot. */
export function isItself(slot: number): boolean {
  return !isTagged(slot);
}

/** Whether the item is in a message, and so has to be read to be compared. */
export function isMessage(slot: number): boolean {
  return isTagged(slot) && tagOf(slot) === TAG.MESSAGE;
}

/** Counts one more reference to what the slot refers to. */
export function holdSlot(slot: number): void {
  const handle = handleIn(slot);
  if (handle !== 0) retain(handle);
}

/** Counts one reference less. */
export function dropSlot(slot: number): void {
  const handle = handleIn(slot);
  if (handle === 0) return;
  // A list that goes drops its own items, which may be lists again. They are kept for later, as a
  // chain of lists may be longer than the stack is deep.
  if (isDropping) {
    doomed.push(handle);
    return;
  }
  isDropping = true;
  try {
    release(handle);
    for (let next = doomed.pop(); next !== undefined; next = doomed.pop()) release(next);
  } finally {
    isDropping = false;
  }
}

const doomed: number[] = [];
let isDropping = false;

/** The block that a slot refers to, or 0. */
function handleIn(slot: number): number {
  return isTagged(slot) && tagOf(slot) !== TAG.SPECIAL ? payloadOf(slot) : 0;
}

function plainSlot(item: unknown): number {
  if (item === undefined) return tagged(TAG.SPECIAL, 0);
  if (item === null) return tagged(TAG.SPECIAL, 1);
  return typeof item === 'boolean' ? tagged(TAG.SPECIAL, item ? 3 : 2) : 0;
}

// The numbers below 2^32 times the smallest have no tag, and are numbers.
function isTagged(slot: number): boolean {
  return slot > 0 && slot < TAGGED_BELOW && tagOf(slot) !== 0;
}

function tagged(tag: number, payload: number): number {
  halves[UPPER] = tag;
  halves[LOWER] = payload;
  return scratch[0] as number;
}

function tagOf(slot: number): number {
  scratch[0] = slot;
  return halves[UPPER] as number;
}

function payloadOf(slot: number): number {
  scratch[0] = slot;
  return halves[LOWER] as number;
}

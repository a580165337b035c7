// Keys of a dict: how one is kept in an entry, found there, and read back.
//
//   META   kind, and beside it the length of a text, or which of the constants it is
//   HASH   to compare first, and to build the index anew
//   KEY    eight bytes: a number; a text of at most eight bytes; or the handle of a longer one's
//
// A text is one byte a character where that will do, else two, so that equal texts have equal
// bytes, and a key is compared without a string being made of it. A bigint is the text of its
// digits, under a kind of its own. NaN is a constant, as no number is equal to it; -0 is 0, as in a
// Map.
import { allocate, arena, atomics, bytesOf, offsetOf, release, PLAIN } from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { describeValue } from '../arguments.ts';
import { numbers } from '../kinds.ts';

/** What a key of a dict can be; 1, '1', 1n and true are four keys. */
export type Key = string | number | bigint | boolean | null;

/** A key as it is looked for. */
export interface Sought {
  readonly meta: number;
  readonly hash: number;
  /** Of a number. */
  readonly number: number;
  /** Of a text. */
  readonly text: string;
}

/** Cells of an entry that belong to its key, and where its value begins. */
export const ENTRY = { META: 0, HASH: 1, KEY: 2, VALUE: 4, CELLS: 6 } as const;

/** META of an entry whose key was taken out. */
export const DEAD = 0;

const KIND = { CONSTANT: 1, NUMBER: 2, LATIN1: 3, TWO_BYTE: 4, BIGINT: 5 } as const;
/** The longest string that there is has less than 2^29 characters. */
const KIND_BITS = 3;
const KIND_MASK = (1 << KIND_BITS) - 1;

const CONSTANTS: readonly Key[] = [null, false, true, Number.NaN];
const NAN = 3;

const INLINE_BYTES = 8;
/** Longer texts are written by the native call, as those of messages are (bench/wire.ts). */
const LOOP_LENGTH = 28;

const FNV_PRIME = 0x0100_0193;

const { cells } = arena;
const scratch = new Float64Array(1);
const halves = new Int32Array(scratch.buffer);

/**
 * Makes a key ready to be looked for.
 *
 * @param seed makes the hashes of each dict different, so that nobody can choose keys that collide
 * @param action what is tried with the key, for the error
 * @throws {TypeError} if it cannot be a key
 */
export function seek(key: unknown, seed: number, action: string): Sought {
  switch (typeof key) {
    case 'string':
      return soughtText(key, seed);
    case 'number':
      return Number.isNaN(key) ? constant(NAN, seed) : soughtNumber(key + 0, seed);
    case 'boolean':
      return constant(key ? 2 : 1, seed);
    case 'bigint': {
      const { meta, hash, text } = soughtText(key.toString(16), seed);
      return { meta: (meta & ~KIND_MASK) | KIND.BIGINT, hash: ~hash, number: 0, text };
    }
    default:
      if (key === null) return constant(0, seed);
      throw new TypeError(
        `Cannot ${action} key ${describeValue(key)} as a key is a string, number, bigint, ` +
          'boolean or null',
      );
  }
}

/** Whether an entry has a key; one that was taken out has none. */
export function hasKey(entry: number, key: Sought): boolean {
  if (atomics.peek(cells, entry + ENTRY.HASH) !== key.hash) return false;
  if (atomics.peek(cells, entry + ENTRY.META) !== key.meta) return false;
  switch (key.meta & KIND_MASK) {
    case KIND.CONSTANT:
      return true;
    case KIND.NUMBER:
      return atomics.wide.peek(numbers, (entry + ENTRY.KEY) / 2) === key.number;
    case KIND.TWO_BYTE:
      return isTwoByteAt(textCell(entry, key.meta), key.text);
    default:
      return isLatin1At(textCell(entry, key.meta), key.text);
  }
}

/** The block for a text that does not fit into an entry; 0 for any other key. */
export function allocateKey({ meta }: Sought, home: Arena): number {
  const byteLength = textBytes(meta);
  return byteLength > INLINE_BYTES ? allocate(byteLength, PLAIN, home) : 0;
}

/** Writes a key into an entry, and into its block if it has one. */
export function writeKey(entry: number, key: Sought, block: number): void {
  const { meta, text } = key;
  atomics.poke(cells, entry + ENTRY.META, meta);
  atomics.poke(cells, entry + ENTRY.HASH, key.hash);
  if (block !== 0) atomics.poke(cells, entry + ENTRY.KEY, block);
  switch (meta & KIND_MASK) {
    case KIND.CONSTANT:
      return;
    case KIND.NUMBER:
      return atomics.wide.poke(numbers, (entry + ENTRY.KEY) / 2, key.number);
    case KIND.TWO_BYTE:
      return writeTwoByte(textCell(entry, meta), text);
    default:
      writeLatin1(textCell(entry, meta), text);
  }
}

/** The key of an entry. */
export function readKey(entry: number): Key {
  const meta = atomics.peek(cells, entry + ENTRY.META);
  switch (meta & KIND_MASK) {
    case KIND.CONSTANT:
      return CONSTANTS[meta >>> KIND_BITS] as Key;
    case KIND.NUMBER:
      return atomics.wide.peek(numbers, (entry + ENTRY.KEY) / 2);
    case KIND.BIGINT:
      return bigintOf(readText(entry, meta, 'latin1'));
    case KIND.TWO_BYTE:
      return readText(entry, meta, 'utf16le');
    default:
      return readText(entry, meta, 'latin1');
  }
}

/** Lets go of the block of a key, if it has one. */
export function dropKey(entry: number, meta: number): void {
  if (textBytes(meta) > INLINE_BYTES) release(atomics.peek(cells, entry + ENTRY.KEY));
}

// FNV-1a, by Fowler, Noll and Vo, on characters rather than bytes.
function soughtText(text: string, seed: number): Sought {
  const { length } = text;
  let hash = seed;
  let all = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    all |= code;
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  const kind = all > 0xff ? KIND.TWO_BYTE : KIND.LATIN1;
  return { meta: (length << KIND_BITS) | kind, hash: mixed(hash), number: 0, text };
}

function soughtNumber(number: number, seed: number): Sought {
  scratch[0] = number;
  const hash = Math.imul((halves[0] as number) ^ seed, FNV_PRIME) ^ (halves[1] as number);
  return { meta: KIND.NUMBER, hash: mixed(Math.imul(hash, FNV_PRIME)), number, text: '' };
}

function constant(which: number, seed: number): Sought {
  return {
    meta: (which << KIND_BITS) | KIND.CONSTANT,
    hash: mixed(seed + which),
    number: 0,
    text: '',
  };
}

// Brings the upper bits down, as the index takes the lower ones (the last steps of MurmurHash3).
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return half ^ (half >>> 13);
}

function textBytes(meta: number): number {
  switch (meta & KIND_MASK) {
    case KIND.TWO_BYTE:
      return (meta >>> KIND_BITS) * 2;
    case KIND.LATIN1:
    case KIND.BIGINT:
      return meta >>> KIND_BITS;
    default:
      return 0;
  }
}

// The cell in which a text begins.
function textCell(entry: number, meta: number): number {
  if (textBytes(meta) <= INLINE_BYTES) return entry + ENTRY.KEY;
  return atomics.peek(cells, entry + ENTRY.KEY);
}

function isLatin1At(cell: number, text: string): boolean {
  const bytes = bytesOf(cell);
  const at = offsetOf(cell);
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function isTwoByteAt(cell: number, text: string): boolean {
  const bytes = bytesOf(cell);
  const at = offsetOf(cell);
  for (let i = 0; i < text.length; i++) {
    const code = (bytes[at + i * 2] as number) | ((bytes[at + i * 2 + 1] as number) << 8);
    if (code !== text.charCodeAt(i)) return false;
  }
  return true;
}

function writeTwoByte(cell: number, text: string): void {
  bytesOf(cell).write(text, offsetOf(cell), text.length * 2, 'utf16le');
}

function writeLatin1(cell: number, text: string): void {
  const bytes = bytesOf(cell);
  const at = offsetOf(cell);
  if (text.length > LOOP_LENGTH) bytes.write(text, at, text.length, 'latin1');
  else for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

function readText(entry: number, meta: number, encoding: 'latin1' | 'utf16le'): string {
  const cell = textCell(entry, meta);
  const at = offsetOf(cell);
  return bytesOf(cell).toString(encoding, at, at + textBytes(meta));
}

function bigintOf(digits: string): bigint {
  return digits.startsWith('-') ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`);
}

// Messages in blocks of shared memory: stored by one thread, loaded by any, as often as it likes.
import { allocate, arena, bytesOf, isAlone, offsetOf, release, retain } from '../kernel/index.ts';
import type { Arena } from '../kernel/index.ts';
import { TransferError } from '../errors/index.ts';
import { MESSAGE } from './blocks.ts';
import { decodeBlock, Decoder } from './decode/decoder.ts';
import { hasTable, MessageParts, partsOfBlock } from './decode/message-parts.ts';
import type { ModuleName } from './decode/message-parts.ts';
import { importModule, isLoaded } from './decode/modules.ts';
import { isOpened, openRecipe, recipeOf } from './decode/recipes.ts';
import { giveBackEncoder, takeEncoder } from './encode/pool.ts';
import { rareWriters } from './lazy-rare.ts';
import { HAS_TABLE } from './format.ts';
import type { Border } from './format.ts';
import { passageHere } from './passage.ts';
import { readText, storeText } from './text.ts';

type Label = string | readonly string[];

const NONE: readonly never[] = [];

/**
 * Writes a value into a new block, and gives its handle. The block holds all that the value refers
 * to until it is dropped.
 *
 * @param label what the value is, for messages: "result"; for an array, what its elements are:
 *   ["target", "args"]
 * @param home the arena; that of the family for what another process may read
 * @throws {TransferError} if something in the value cannot travel; nothing is left behind then
 */
export function store(value: unknown, label: Label, home: Arena = arena): number {
  if (typeof value === 'string') {
    const handle = storeText(value, home);
    if (handle !== 0) return handle;
  }
  const encoder = takeEncoder(rareWriters, home === arena ? 'thread' : 'process');
  try {
    const handle = allocate(encoder.encode(value, label), MESSAGE, home);
    encoder.out.copyTo(bytesOf(handle), offsetOf(handle));
    return handle;
  } catch (error) {
    encoder.undo();
    // Ten frames of ours would hide where it was sent.
    if (error instanceof TransferError) Error.captureStackTrace(error, store);
    throw error;
  } finally {
    giveBackEncoder(encoder);
  }
}

/**
 * Reads the value in a block. Modules that it needs are loaded before this returns.
 *
 * @throws {TransferError} if such a module does not load here
 */
export function load(handle: number): unknown {
  return readText(handle) ?? decodeBlock(handle);
}

/**
 * Reads the value in a block: the value itself, or a promise of it when modules have to be imported
 * first.
 */
export function loadAsync(handle: number): unknown {
  const imports = importsFor(handle);
  return imports === null ? load(handle) : imports.then(() => decodeBlock(handle));
}

/**
 * The block of a function that is the same each time it is sent, with a reference for the caller;
 * 0 for one that is not, or that was not sent before.
 */
export function functionBlock(func: object, home: Arena): number {
  const block = recipeOf(func, home === arena ? 'thread' : 'process') ?? 0;
  if (block !== 0) retain(block);
  return block;
}

/** The function of such a block, which is read once in each thread. */
export function functionOf(block: number): object {
  return openRecipe(block, decodeBlock);
}

/** Imports the modules that a block needs, and perhaps another; null when all are here. */
export function importsFor(block: number, other = 0): Promise<unknown> | null {
  const missing = missingModules(block);
  const more = other === 0 ? NONE : missingModules(other);
  if (missing.length + more.length === 0) return null;
  return Promise.all([...missing, ...more].map(importModule));
}

/**
 * Counts one reference less to a block; with the last, it goes, and lets go of all it refers to.
 */
export function drop(handle: number): void {
  release(handle);
}

/** Writes a value as bytes of its own. Whoever keeps them calls {@link releaseBytes} in the end. */
export function encode(value: unknown, label: Label, border: Border = 'thread'): Uint8Array {
  const isApart = border === 'process' && isAlone();
  const encoder = takeEncoder(rareWriters, border, isApart);
  if (isApart) encoder.passage = passageHere();
  try {
    const target = Buffer.allocUnsafe(encoder.encode(value, label));
    encoder.out.copyTo(target, 0);
    return target;
  } catch (error) {
    encoder.undo();
    if (error instanceof TransferError) Error.captureStackTrace(error, encode);
    throw error;
  } finally {
    giveBackEncoder(encoder);
  }
}

/** Reads what {@link encode} wrote, from an offset that is a multiple of 8. */
export function decode(source: Uint8Array, offset = 0): unknown {
  return new Decoder(asBuffer(source), offset).decode();
}

/** The same once all modules that it needs have been imported. */
export async function decodeAsync(source: Uint8Array): Promise<unknown> {
  await importModules(source);
  return decode(source);
}

/** Imports the modules that encoded bytes need. */
export async function importModules(source: Uint8Array): Promise<void> {
  const { modules } = new MessageParts(asBuffer(source), 0);
  await Promise.all(modules.filter((name) => !isLoaded(name)).map(importModule));
}

/** Lets go of all that encoded bytes refer to. */
export function releaseBytes(source: Uint8Array, offset = 0): void {
  if (((source[offset] as number) & HAS_TABLE) === 0) return;
  const { recipes, handles } = new MessageParts(asBuffer(source), offset);
  for (const handle of recipes) release(handle);
  for (const handle of handles) release(handle);
}

/** The blocks that encoded bytes refer to, with a reference to each. */
export function handlesIn(source: Uint8Array, offset = 0): readonly number[] {
  if (((source[offset] as number) & HAS_TABLE) === 0) return [];
  return new MessageParts(asBuffer(source), offset).handles;
}

/** Does now what the first function to be sent would have to wait for. */
export function prepareFunctions(): void {
  rareWriters.prepare();
}

/**
 * Writes and reads what a thread is mostly started with. V8 compiles a function when it is first
 * called; whoever is given what this thread has compiled need not do so then.
 */
export function rehearse(): void {
  const message = store([() => {}, [{ name: 'rehearsal' }]], ['target', 'args']);
  void loadAsync(message);
  drop(message);
}

/** The modules of a message or recipe, and of the recipes in it, that are not here yet. */
function missingModules(handle: number): readonly ModuleName[] {
  if (!hasTable(handle) || isOpened(handle)) return NONE;
  const parts = partsOfBlock(handle);
  if (parts.modules.length === 0 && parts.recipes.every(isOpened)) return NONE;
  const missing: ModuleName[] = [];
  const seen = new Set([handle]);
  for (const block of seen) {
    const { modules, recipes } = partsOfBlock(block);
    missing.push(...modules.filter((name) => !isLoaded(name)));
    for (const recipe of recipes) if (!isOpened(recipe)) seen.add(recipe);
  }
  return missing;
}

function asBuffer(source: Uint8Array): Buffer {
  if (Buffer.isBuffer(source)) return source;
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength);
}

// Kinds of blocks: how one is shown as an object in a thread, and what to release when it goes.
//
// A kind has one number in all threads, given when the first of them defines it. A thread that
// meets a block of a kind that it has not loaded (a queue in a message, say) loads the module that
// defined it; so no room imports one above it.
import { HeddleError } from '../../errors/index.ts';
import { homeOf } from '../family/family.ts';
import { arena } from './arena.ts';
import type { Arena } from './arena.ts';
import { peek, poke } from '../atomics.ts';
import { allocateIn, freeIn, isSited, kindIn, releaseIn } from './heap.ts';
import { HEADER } from './layout.ts';
import { loadLate } from '../late.ts';
import { selfSlot } from '../table/self.ts';
import { unterminated } from '../table/unstopped.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';
import { mayBeCopied } from './own-copy.ts';
import { forgetSite } from './sites.ts';
import { PLAIN, readText, writeText } from './strings.ts';

/** What a kind can do. */
export interface KindOptions {
  /** What its objects are called in messages, if not by its own name. */
  readonly shown?: string;
  /** Makes the object that stands for the block in this thread. */
  readonly attach?: (handle: number) => object;
  /**
   * Called before an object that was made in this thread leaves it for the first time: what other
   * threads need of it has to be in the block then. May throw.
   */
  readonly depart?: (object: object) => void;
  /**
   * The block that goes to other processes in its place, where it is not in memory that they have;
   * 0 if none can.
   */
  readonly abroad?: (handle: number) => number;
  /** Releases what the block refers to; the block itself is freed by the caller. */
  readonly destroy?: (handle: number) => void;
}

/** Cells of an entry in the list of kinds. */
const ENTRY = { NEXT: 0, ID: 1, NAME: 2, MODULE: 3, CELLS: 4 } as const;

// This thread must have its place in the thread table before it takes a lock.
if (selfSlot === 0) throw new TypeError('Cannot define kinds before this thread has a slot');

/** A kind as this thread has defined it. */
interface Definition {
  readonly name: string;
  readonly module: string;
  readonly options: KindOptions;
}

const plain: Definition = { name: '', module: '', options: {} };
/** By the number in this process's arena, and by name. */
const defined = new Map<number, Definition>([[PLAIN, plain]]);
const named = new Map<string, Definition>();

/** What this thread has read of an arena's list of kinds. */
interface Reading {
  readonly home: Arena;
  /** The newest entry that it has read. */
  newest: number;
  /** Numbers by name, and by the number in this process's own arena. */
  readonly numbers: Map<string, number>;
  readonly byOwn: (number | undefined)[];
  /** Definitions by the number in the arena, where that is not this process's own. */
  readonly definitions: Map<number, Definition>;
}

const readings = new WeakMap<Arena, Reading>();
/** The one that was asked for last: mostly there is but one besides the process's own. */
let latest: Reading | null = null;

/**
 * Defines a kind in this thread, and gives its number.
 *
 * @param name the same in every thread
 * @param module `import.meta.url` of a module that defines the kind when it is loaded, or a name of
 *   it in package.json's `imports`
 * @param options what can be done with a block of this kind
 */
export function defineKind(name: string, module: string, options: KindOptions): number {
  const id = numberOf(arena, name, module);
  const definition = { name, module, options };
  defined.set(id, definition);
  named.set(name, definition);
  return id;
}

/**
 * The number of a kind that need not be defined in this thread yet.
 *
 * @param module names one that defines it, as from here
 */
export function numberOfKind(name: string, module: string): number {
  return numberOf(arena, name, module);
}

/**
 * Defines a kind that is another one, but for how a block is shown.
 *
 * @param base the name of the other one, which has been defined in this thread
 */
export function deriveKind(
  name: string,
  module: string,
  base: string,
  attach: (handle: number) => object,
): number {
  return defineKind(name, module, { ...named.get(base)?.options, attach, shown: base });
}

/** Cuts a block of a kind in an arena, with one reference, which is the caller's. */
export function allocateKind(home: Arena, byteLength: number, kind: number): number {
  return allocateIn(home, byteLength, home === arena ? kind : numberIn(home, kind));
}

/** What can be done with a block. */
export function kindOf(handle: number): KindOptions {
  return definitionOf(handle).options;
}

/** The block that goes to other processes in the place of one; undefined for most kinds. */
export function abroadOf(handle: number): number | undefined {
  return kindOf(handle).abroad?.(handle);
}

/** What a block's kind is called. */
export function kindName(handle: number): string {
  const { name, options } = definitionOf(handle);
  return options.shown ?? name;
}

/**
 * Counts one reference less to a block; the last one takes the block and what it refers to with it.
 */
export function release(handle: number): void {
  if (!releaseIn(arena, handle)) return;
  if (isSited(arena, handle)) forgetSite(handle);
  kindOf(handle).destroy?.(handle);
  freeIn(homeOf(handle), handle);
}

function definitionOf(handle: number): Definition {
  const home = homeOf(handle);
  const id = kindIn(home, handle);
  const known = (home === arena ? defined : readingOf(home).definitions).get(id);
  return known ?? loadKind(home, id);
}

function numberIn(home: Arena, kind: number): number {
  if (kind === PLAIN) return PLAIN;
  const { byOwn } = readingOf(home);
  const known = byOwn[kind];
  if (known !== undefined) return known;
  const { name, module } = defined.get(kind) as Definition;
  const number = numberOf(home, name, module);
  byOwn[kind] = number;
  return number;
}

function numberOf(home: Arena, name: string, module: string): number {
  const reading = readingOf(home);
  const known = reading.numbers.get(name);
  if (known !== undefined) return known;
  const { base, cells } = home;
  lockSide(home, base + HEADER.KINDS_LOCK);
  try {
    readOn(home, reading);
    const found = reading.numbers.get(name);
    if (found !== undefined) return found;
    // Who added the newest may have been stopped before it counted it.
    const newest = peek(cells, base + HEADER.KINDS_HEAD);
    const id = newest === 0 ? 1 : peek(cells, newest + ENTRY.ID) + 1;
    const entry = allocateIn(home, ENTRY.CELLS * 4, PLAIN);
    poke(cells, entry + ENTRY.ID, id);
    poke(cells, entry + ENTRY.NAME, writeText(home, name));
    poke(cells, entry + ENTRY.MODULE, writeText(home, module));
    poke(cells, entry + ENTRY.NEXT, newest);
    poke(cells, base + HEADER.KINDS_HEAD, entry);
    poke(cells, base + HEADER.KINDS_COUNT, id);
    readOn(home, reading);
    return id;
  } finally {
    unlockSide(home, base + HEADER.KINDS_LOCK);
  }
}

function readingOf(home: Arena): Reading {
  if (latest?.home === home) return latest;
  let reading = readings.get(home);
  if (reading === undefined) {
    reading = { home, newest: 0, numbers: new Map(), byOwn: [], definitions: new Map() };
    readings.set(home, reading);
  }
  latest = reading;
  return reading;
}

// Entries come in front of those that were read, and never go. The list is locked.
function readOn(home: Arena, reading: Reading): void {
  const { base, cells } = home;
  const newest = peek(cells, base + HEADER.KINDS_HEAD);
  for (let entry = newest; entry !== reading.newest; entry = peek(cells, entry + ENTRY.NEXT)) {
    const name = readText(home, peek(cells, entry + ENTRY.NAME));
    reading.numbers.set(name, peek(cells, entry + ENTRY.ID));
  }
  reading.newest = newest;
}

/** Whether {@link loadKinds} has something to do. */
export function lacksKinds(): boolean {
  return mayBeCopied && peek(arena.cells, HEADER.KINDS_COUNT) >= defined.size;
}

/**
 * Loads all kinds that there are in an arena, where that cannot wait until one is met: a `require`
 * then would give a copy.
 */
export async function loadKinds(home: Arena = arena): Promise<void> {
  for (let id = 1; id <= peek(home.cells, home.base + HEADER.KINDS_COUNT); id++) {
    if (!named.has(textOf(home, id, ENTRY.NAME))) await import(textOf(home, id, ENTRY.MODULE));
  }
}

// Defined by another thread, and not here yet; or here, but not met in that arena before.
function loadKind(home: Arena, id: number): Definition {
  if (id === PLAIN) return plain;
  const name = textOf(home, id, ENTRY.NAME);
  if (!named.has(name) && !mayBeCopied) {
    const module = textOf(home, id, ENTRY.MODULE);
    unterminated(() => loadLate(module));
  }
  const definition = named.get(name);
  if (definition === undefined) throw notLoaded(name);
  if (home !== arena) readingOf(home).definitions.set(id, definition);
  return definition;
}

function notLoaded(name: string): HeddleError {
  return new HeddleError(
    `Cannot use a ${name} in this thread as it has not loaded the module that has it, and a ` +
      'loader of the program may give another copy\n' +
      'Import what has it (heddle/threading, heddle/shared) before the thread starts',
    { code: 'ERR_HEDDLE_KIND' },
  );
}

function textOf(home: Arena, id: number, field: number): string {
  return readText(home, peek(home.cells, entryOf(home, id) + field));
}

function entryOf(home: Arena, id: number): number {
  const { base, cells } = home;
  let entry = peek(cells, base + HEADER.KINDS_HEAD);
  while (entry !== 0 && peek(cells, entry + ENTRY.ID) !== id) {
    entry = peek(cells, entry + ENTRY.NEXT);
  }
  return entry;
}

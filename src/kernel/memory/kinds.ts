// Kinds of blocks: how one is shown as an object in a thread, and what to release when it goes.
//
// A kind has one number in all threads, given when the first of them defines it. A thread that
// meets a block of a kind that it has not loaded (a queue in a message, say) loads the module that
// defined it; so no room imports one above it.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { HeddleError } from '../../errors/index.ts';
import { arena } from './arena.ts';
import { peek, poke } from '../atomics.ts';
import { allocateIn, freeIn, isSited, kindIn, releaseIn } from './heap.ts';
import { HEADER } from './layout.ts';
import { selfSlot } from '../table/self.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';
import { mayBeCopied } from './own-copy.ts';
import { forgetSite } from './sites.ts';
import { PLAIN, readText, writeText } from './strings.ts';

/** What a kind can do. */
export interface KindOptions {
  /** Makes the object that stands for the block in this thread. */
  readonly attach?: (handle: number) => object;
  /**
   * Called before an object that was made in this thread leaves it for the first time: what other
   * threads need of it has to be in the block then. May throw.
   */
  readonly depart?: (object: object) => void;
  /** Releases what the block refers to; the block itself is freed by the caller. */
  readonly destroy?: (handle: number) => void;
}

/** Cells of an entry in the list of kinds. */
const ENTRY = { NEXT: 0, ID: 1, NAME: 2, MODULE: 3, CELLS: 4 } as const;

// This thread must have its place in the thread table before it takes a lock.
if (selfSlot === 0) throw new TypeError('Cannot define kinds before this thread has a slot');

const here = new Map<number, KindOptions>([[PLAIN, {}]]);

/**
 * Defines a kind in this thread, and gives its number.
 *
 * @param name the same in every thread
 * @param module `import.meta.url` of a module that defines the kind when it is loaded
 * @param options what can be done with a block of this kind
 */
export function defineKind(name: string, module: string, options: KindOptions): number {
  const id = numberOf(name, module);
  here.set(id, options);
  return id;
}

/** What can be done with a block. */
export function kindOf(handle: number): KindOptions {
  const id = kindIn(arena, handle);
  return here.get(id) ?? loadKind(id);
}

/** The name under which a block's kind was defined. */
export function kindName(handle: number): string {
  return readText(arena, peek(arena.cells, entryOf(kindIn(arena, handle)) + ENTRY.NAME));
}

/**
 * Counts one reference less to a block; the last one takes the block and what it refers to with it.
 */
export function release(handle: number): void {
  if (!releaseIn(arena, handle)) return;
  if (isSited(arena, handle)) forgetSite(handle);
  kindOf(handle).destroy?.(handle);
  freeIn(arena, handle);
}

function numberOf(name: string, module: string): number {
  const { cells } = arena;
  lockSide(arena, HEADER.KINDS_LOCK);
  try {
    let entry = peek(cells, HEADER.KINDS_HEAD);
    while (entry !== 0 && readText(arena, peek(cells, entry + ENTRY.NAME)) !== name) {
      entry = peek(cells, entry + ENTRY.NEXT);
    }
    if (entry !== 0) return peek(cells, entry + ENTRY.ID);
    const id = peek(cells, HEADER.KINDS_COUNT) + 1;
    entry = allocateIn(arena, ENTRY.CELLS * 4, PLAIN);
    poke(cells, entry + ENTRY.ID, id);
    poke(cells, entry + ENTRY.NAME, writeText(arena, name));
    poke(cells, entry + ENTRY.MODULE, writeText(arena, module));
    poke(cells, entry + ENTRY.NEXT, peek(cells, HEADER.KINDS_HEAD));
    poke(cells, HEADER.KINDS_HEAD, entry);
    poke(cells, HEADER.KINDS_COUNT, id);
    return id;
  } finally {
    unlockSide(arena, HEADER.KINDS_LOCK);
  }
}

/** Whether {@link loadKinds} has something to do. */
export function lacksKinds(): boolean {
  return mayBeCopied && peek(arena.cells, HEADER.KINDS_COUNT) >= here.size;
}

/**
 * Loads all kinds that there are, where that cannot wait until one is met: a `require` then would
 * give a copy.
 */
export async function loadKinds(): Promise<void> {
  for (let id = 1; id <= peek(arena.cells, HEADER.KINDS_COUNT); id++) {
    if (!here.has(id)) await import(moduleOf(id));
  }
}

function loadKind(id: number): KindOptions {
  if (!mayBeCopied) createRequire(import.meta.url)(fileURLToPath(moduleOf(id)));
  const options = here.get(id);
  if (options !== undefined) return options;
  const name = readText(arena, peek(arena.cells, entryOf(id) + ENTRY.NAME));
  throw new HeddleError(
    `Cannot use a ${name} in this thread as it has not loaded the module that has it, and a ` +
      'loader of the program may give another copy\n' +
      'Import what has it (heddle/threading, heddle/shared) before the thread starts',
    { code: 'ERR_HEDDLE_KIND' },
  );
}

function moduleOf(id: number): string {
  return readText(arena, peek(arena.cells, entryOf(id) + ENTRY.MODULE));
}

function entryOf(id: number): number {
  let entry = peek(arena.cells, HEADER.KINDS_HEAD);
  while (peek(arena.cells, entry + ENTRY.ID) !== id) entry = peek(arena.cells, entry + ENTRY.NEXT);
  return entry;
}

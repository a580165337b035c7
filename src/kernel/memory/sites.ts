// Module-level objects are one object in every thread, as Python's globals are.
//
// `export const lock = new Lock()` runs once in each thread that imports the module. While a module
// is evaluated, a constructor therefore records where it was called (url:line:column, of it and its
// callers) and as which time; in another thread the same call finds the object that exists, and
// attaches to it.
//
// Only what is made while a module is evaluated counts, and only the first MOST of a place: what a
// function makes later is new, in every thread. The record does not keep the object alive.
import { arena } from './arena.ts';
import { peek, poke } from '../atomics.ts';
import { allocateIn, freeIn, markSited, tryRetainIn } from './heap.ts';
import { HEADER, SITES, SITES_COUNT } from './layout.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';
import { PLAIN, readText, writeText } from './strings.ts';

/** Where an object was made, and as which of those made there. */
export interface Site {
  readonly place: string;
  readonly ordinal: number;
}

/**
 * Objects that a place may make outside the evaluation of modules before it is looked at no more.
 */
const FEW = 128;

/**
 * Objects of one place that are one in all threads: enough for striped locks, and a bound for a
 * loop that runs wild.
 */
const MOST = 1024;

// The loader's own frames are at most so far below a module's code: functions that a module calls
// while it is evaluated.
const DEPTH = 64;

/** Cells of a record. */
const RECORD = { NEXT: 0, ORDINAL: 1, PLACE: 2, HANDLE: 3, CELLS: 4 } as const;

const missed = new Map<string, number>();
const ordinals = new Map<string, number>();

/** The site of a constructor's call, if it is one that other threads will repeat. */
export function siteOf(constructor: NewableFunction): Site | null {
  const [caller] = callers(constructor, 1);
  if (caller === undefined) return null;
  // Cheap first: most objects of a busy program are made at a place that has made many.
  const near = placeOf(caller);
  const misses = missed.get(near) ?? 0;
  if (misses >= FEW) return null;
  const frames = callers(constructor, DEPTH);
  const end = frames.findIndex((frame, i) => isLoader(frame) || isModuleBody(frames[i - 1]));
  const length = end < 0 && isModuleBody(frames.at(-1)) ? frames.length : end;
  if (length < 0) {
    missed.set(near, misses + 1);
    return null;
  }
  // The way from the module down to the constructor, as two modules may call one factory, each
  // thread in its own order.
  const place = frames.slice(0, length).map(placeOf).join(' ');
  const ordinal = ordinals.get(place) ?? 0;
  ordinals.set(place, ordinal + 1);
  if (ordinal + 1 >= MOST) missed.set(near, FEW);
  return { place, ordinal };
}

/**
 * The object that another thread made at the site, with one more reference to it; 0 when there is
 * none.
 */
export function findSite(site: Site): number {
  lockSide(arena, arena.base + HEADER.SITES_LOCK);
  const found = lookUp(site);
  unlockSide(arena, arena.base + HEADER.SITES_LOCK);
  return found;
}

/**
 * Records that an object was made at the site, and gives the one that stands there: this one; or
 * that of a thread which imports the module at the same moment and was first, with one more
 * reference to it.
 */
export function recordSite(site: Site, handle: number): number {
  const { cells } = arena;
  const record = allocateIn(arena, RECORD.CELLS * 4, PLAIN);
  const place = writeText(arena, site.place);
  poke(cells, record + RECORD.ORDINAL, site.ordinal);
  poke(cells, record + RECORD.PLACE, place);
  poke(cells, record + RECORD.HANDLE, handle);
  const bucket = bucketOf(site.place);
  lockSide(arena, arena.base + HEADER.SITES_LOCK);
  const first = lookUp(site);
  if (first === 0) {
    markSited(arena, handle);
    poke(cells, record + RECORD.NEXT, peek(cells, bucket));
    poke(cells, bucket, record);
  }
  unlockSide(arena, arena.base + HEADER.SITES_LOCK);
  if (first === 0) return handle;
  freeIn(arena, place);
  freeIn(arena, record);
  return first;
}

/** Removes the record of an object that goes. */
export function forgetSite(handle: number): void {
  const { cells } = arena;
  lockSide(arena, arena.base + HEADER.SITES_LOCK);
  let gone = 0;
  for (let i = 0; i < SITES_COUNT && gone === 0; i++) {
    let link = arena.base + SITES + i;
    while (peek(cells, link) !== 0 && peek(cells, peek(cells, link) + RECORD.HANDLE) !== handle) {
      link = peek(cells, link) + RECORD.NEXT;
    }
    gone = peek(cells, link);
    if (gone !== 0) poke(cells, link, peek(cells, gone + RECORD.NEXT));
  }
  unlockSide(arena, arena.base + HEADER.SITES_LOCK);
  if (gone === 0) return;
  freeIn(arena, peek(cells, gone + RECORD.PLACE));
  freeIn(arena, gone);
}

// The table is locked.
function lookUp(site: Site): number {
  const { cells } = arena;
  for (
    let record = peek(cells, bucketOf(site.place));
    record !== 0;
    record = peek(cells, record + RECORD.NEXT)
  ) {
    const handle = peek(cells, record + RECORD.HANDLE);
    if (isOf(record, site) && tryRetainIn(arena, handle)) return handle;
  }
  return 0;
}

function isOf(record: number, site: Site): boolean {
  const { cells } = arena;
  if (peek(cells, record + RECORD.ORDINAL) !== site.ordinal) return false;
  return readText(arena, peek(cells, record + RECORD.PLACE)) === site.place;
}

function bucketOf(place: string): number {
  let hash = 0;
  for (let i = 0; i < place.length; i++) hash = (hash * 31 + place.charCodeAt(i)) | 0;
  return arena.base + SITES + ((hash >>> 0) % SITES_COUNT);
}

function placeOf(frame: NodeJS.CallSite): string {
  return `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
}

function isLoader(frame: NodeJS.CallSite): boolean {
  return frame.getFileName()?.startsWith('node:internal/modules/') ?? false;
}

// The body of an ES module, which after an `await` of its own has no loader below it.
function isModuleBody(frame: NodeJS.CallSite | undefined): boolean {
  if (frame === undefined || frame.getFunctionName() !== null || !frame.isToplevel()) return false;
  // V8 has them, Node's types do not.
  const call = (method: string): unknown =>
    (frame as unknown as Record<string, (() => unknown) | undefined>)[method]?.();
  return call('getEnclosingLineNumber') === 1 && call('getEnclosingColumnNumber') === 1;
}

function callers(below: NewableFunction, limit: number): NodeJS.CallSite[] {
  // oxlint-disable-next-line typescript/unbound-method -- only put back as it was
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  Error.stackTraceLimit = limit;
  Error.prepareStackTrace = (_, frames) => frames;
  try {
    Error.captureStackTrace(holder, below);
    return holder.stack ?? [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

// Base of every object that lives in the arena: a JavaScript object in each thread that knows it,
// one block for all.
//
// While the JavaScript object lives, it holds one reference to the block. A handle that comes from
// another thread is shown as the one object that stands for it here, so `===` holds within a
// thread.
import { familyIfEntered, homeOf } from '../family/family.ts';
import { arena, inheritance } from './arena.ts';
import type { Arena } from './arena.ts';
import { retainIn } from './heap.ts';
import { addHolding, takeHolding, takeHoldings } from './holdings.ts';
import { allocateKind, kindOf, release } from './kinds.ts';
import { findSite, recordSite, siteOf } from './sites.ts';

/**
 * Given to a constructor instead of its arguments: be the object for this block. The reference
 * passes to it.
 */
export class Attachment {
  readonly handle: number;

  constructor(handle: number) {
    this.handle = handle;
  }
}

/** What a constructor of a shared object tells its base. */
export interface Birth {
  readonly kind: number;
  /** Where it is born; default this process's own arena. */
  readonly home?: Arena | undefined;
  /** Bytes of the block; not used when attaching. */
  readonly byteLength: number;
  /** What the constructor was given first: an Attachment, or the user's argument. */
  readonly given: unknown;
  /**
   * false: a new object each time, also where a module that several threads import makes it.
   * Default true.
   */
  readonly module?: boolean;
  /** For what is no instance of a class: the object, and the function that the user called. */
  readonly standIn?: { readonly object: object; readonly maker: NewableFunction };
  /** Fills the new block. */
  readonly init: (handle: number) => void;
}

// Objects that have been met under their handle: all that came from another thread or went to one.
const wrappers = new Map<number, WeakRef<SharedObject>>();

// Told of an object is its block; or, below zero, the entry where it is written down that this
// thread refers to it. What only this process has is gone with its main thread, so that writes
// nothing down.
const gone = new FinalizationRegistry<number>((told) => {
  const handle = told < 0 ? takeHolding(homeOf(-told), -told) : told;
  const wrapper = wrappers.get(handle);
  if (wrapper !== undefined && wrapper.deref() === undefined) wrappers.delete(handle);
  release(handle);
});

// What a base class returns becomes `this` of the derived one, and gets its private fields. So any
// object, a Proxy too, can be a shared object, and nobody has to ask what it stands for.
// oxlint-disable-next-line typescript/no-extraneous-class -- only a class can be extended
class Base {
  constructor(standIn: object | undefined) {
    return standIn ?? this;
  }
}

/** An object that is the same in every thread. */
export abstract class SharedObject extends Base {
  readonly #handle: number;

  protected constructor(birth: Birth) {
    super(birth.standIn?.object);
    this.#handle = handleFor(birth, birth.standIn?.maker ?? new.target);
    const home = homeOf(this.#handle);
    const isWrittenDown = inheritance !== null || home !== arena;
    gone.register(this, isWrittenDown ? -addHolding(home, this.#handle) : this.#handle);
  }

  /**
   * The handle of a shared object; undefined for any other value.
   *
   * @internal
   */
  static handleOf(value: object): number | undefined {
    return #handle in value ? value.#handle : undefined;
  }
}

/** The handle of a shared object, which may travel from now on; undefined for any other value. */
export function handleOf(value: object): number | undefined {
  const handle = SharedObject.handleOf(value);
  if (handle !== undefined && !wrappers.has(handle)) {
    wrappers.set(handle, new WeakRef(value as SharedObject));
    depart(handle, value);
  }
  return handle;
}

// The object is known by then, as what goes with it may lead back to it.
function depart(handle: number, object: object): void {
  try {
    kindOf(handle).depart?.(object);
  } catch (error) {
    wrappers.delete(handle);
    throw error;
  }
}

/**
 * The object that stands for a block in this thread. The caller keeps its own reference to the
 * block.
 */
export function attach(handle: number): object {
  const known = wrappers.get(handle)?.deref();
  if (known !== undefined) return known;
  const make = kindOf(handle).attach;
  if (make === undefined)
    throw new TypeError('Cannot show a block as an object as its kind has none');
  retainIn(arena, handle);
  const object = make(handle);
  wrappers.set(handle, new WeakRef(object as SharedObject));
  return object;
}

/**
 * Gives back all that this thread refers to; nothing of it may be used any more. For a worker's
 * end.
 */
export function releaseAll(): void {
  for (const home of [arena, familyIfEntered()]) {
    if (home !== null) for (const handle of takeHoldings(home, home.slot)) release(handle);
  }
}

function handleFor(birth: Birth, constructor: NewableFunction): number {
  if (birth.given instanceof Attachment) return birth.given.handle;
  const site = birth.module === false ? null : siteOf(constructor);
  const existing = site === null ? 0 : findSite(site);
  if (existing !== 0) return existing;
  const handle = allocateKind(birth.home ?? arena, birth.byteLength, birth.kind);
  birth.init(handle);
  if (site === null) return handle;
  const first = recordSite(site, handle);
  if (first !== handle) release(handle);
  return first;
}

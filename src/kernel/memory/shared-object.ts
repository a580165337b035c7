// Base of every object that lives in the arena: a JavaScript object in each thread that knows it,
// one block for all.
//
// While the JavaScript object lives, it holds one reference to the block. A handle that comes from
// another thread is shown as the one object that stands for it here, so `===` holds within a
// thread.
import { family, familyIfEntered, homeOf } from '../family/family.ts';
import { arena, inheritance } from './arena.ts';
import type { Arena } from './arena.ts';
import { retainIn } from './heap.ts';
import { addHolding, releaseHoldings, takeHolding } from './holdings.ts';
import { allocateKind, deriveKind, kindOf, release } from './kinds.ts';
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
  /** Whether its reference can be given back before it is collected: {@link discard}. */
  readonly isDiscardable?: boolean;
  /** Fills the new block. */
  readonly init: (handle: number) => void;
}

// Objects that have been met under their handle: all that came from another thread or went to one.
const wrappers = new Map<number, WeakRef<SharedObject>>();
/** Those of them that have not left this thread. */
const undeparted = new WeakSet();

// Told of an object is its block; or, below zero, the entry where it is written down that this
// thread refers to it. What only this process has is gone with its main thread, so that writes
// nothing down.
const gone = new FinalizationRegistry<number | Ticket>((told) => {
  if (typeof told === 'number') giveBack(told);
  else redeem(told);
});

/** Of an object that can be discarded: what is told of it, or 0 when that was given back. */
interface Ticket {
  told: number;
}
/** Of those that can be discarded; and those that were, which stand for nothing. */
const discardable = new WeakMap<object, Ticket>();
const discarded = new WeakSet();
/** Those that are discarded with the thread that runs here. */
const lent: { readonly object: WeakRef<SharedObject>; readonly ticket: Ticket }[] = [];
const FEW_LENT = 64;
/** When it is looked through for what is gone. */
let mostLent = FEW_LENT;
let wereDiscarded = false;

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
    const [handle, isConstant] = handleFor(birth, birth.standIn?.maker ?? new.target);
    this.#handle = handle;
    if (isConstant) expect(handle, this);
    const home = homeOf(this.#handle);
    const isWrittenDown = inheritance !== null || home !== arena;
    const told = isWrittenDown ? -addHolding(home, this.#handle) : this.#handle;
    if (birth.isDiscardable !== true) {
      gone.register(this, told);
      return;
    }
    const ticket = { told };
    gone.register(this, ticket, this);
    discardable.set(this, ticket);
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

// A constant of a module, which each thread makes: what arrives of it is this object, though it has
// not left yet.
function expect(handle: number, object: SharedObject): void {
  if (wrappers.get(handle)?.deref() !== undefined) return;
  wrappers.set(handle, new WeakRef(object));
  undeparted.add(object);
}

/** The handle of a shared object, which may travel from now on; undefined for any other value. */
export function handleOf(value: object): number | undefined {
  const handle = SharedObject.handleOf(value);
  if (wereDiscarded && discarded.has(value)) return undefined;
  if (handle !== undefined && (!wrappers.has(handle) || undeparted.delete(value))) {
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
  // It may be the one that stands here for another block, of which this is only a copy.
  if (SharedObject.handleOf(object) !== handle) release(handle);
  else wrappers.set(handle, new WeakRef(object as SharedObject));
  return object;
}

/**
 * Gives back at once the reference that an object holds to its block, which must not be used
 * through it any more. Nothing happens the second time.
 */
export function discard(object: SharedObject): void {
  const ticket = discardable.get(object);
  if (ticket === undefined) return;
  discardable.delete(object);
  discarded.add(object);
  wereDiscarded = true;
  gone.unregister(object);
  redeem(ticket, object);
}

function redeem(ticket: Ticket, object?: SharedObject): void {
  const { told } = ticket;
  ticket.told = 0;
  if (told !== 0) giveBack(told, object);
}

// Of an object that is collected, or given.
function giveBack(told: number, object?: SharedObject): void {
  if (isAllReleased) return;
  const handle = told < 0 ? takeHolding(homeOf(-told), -told) : told;
  const wrapper = wrappers.get(handle);
  if (wrapper !== undefined && wrapper.deref() === object) wrappers.delete(handle);
  release(handle);
}

/** Has an object discarded when the thread ends that runs here: its worker may run others. */
export function discardWithThread(object: SharedObject): void {
  const ticket = discardable.get(object);
  if (inheritance === null || ticket === undefined) return;
  if (lent.length >= mostLent) {
    const held = lent.filter((one) => one.ticket.told !== 0);
    lent.splice(0, Infinity, ...held);
    mostLent = Math.max(FEW_LENT, 2 * held.length);
  }
  lent.push({ object: new WeakRef(object), ticket });
}

/** The thread that ran here has ended. */
export function discardLent(): void {
  for (const { object, ticket } of lent.splice(0)) {
    const alive = object.deref();
    // One that was collected a moment ago would be told of when the worker's loop turns next, which
    // it does not while it waits for another thread.
    if (alive === undefined) redeem(ticket);
    else discard(alive);
  }
}

/**
 * Gives back all that this thread refers to; nothing of it may be used any more. For a worker's
 * end.
 */
export function releaseAll(): void {
  isAllReleased = true;
  for (const home of [arena, familyIfEntered()]) {
    if (home !== null) releaseHoldings(home, home.slot);
  }
}

let isAllReleased = false;

/** Classes whose objects all processes of the family share, each with its kind. */
const familyKinds = new Map<unknown, number>();
/** Where the next object is born, if not where it usually is. */
let nextHome: Arena | null = null;

/**
 * Has all objects of a class be born in the memory of the family. The class adds nothing to the one
 * that it extends.
 *
 * @param module `import.meta.url` of the module that has the class
 */
export function shareAcrossProcesses(
  shared: new (given: never) => SharedObject,
  module: string,
): void {
  const { name } = shared;
  const attachTo = (handle: number): object => new shared(new Attachment(handle) as never);
  familyKinds.set(shared, deriveKind(`multiprocessing.${name}`, module, name, attachTo));
}

/**
 * Makes one object in the memory of the family.
 *
 * @throws {HeddleError} if memory cannot be shared between processes here
 */
export function bearInFamily<T>(make: () => T): T {
  nextHome = family();
  try {
    return make();
  } finally {
    nextHome = null;
  }
}

/** Where an object is to be born that is made now; null is where it usually is. */
export function takeBirthplace(): Arena | null {
  const home = nextHome;
  nextHome = null;
  return home;
}

// And whether it is a constant of a module: every thread that makes it has the same block.
function handleFor(
  birth: Birth,
  constructor: NewableFunction,
): readonly [handle: number, isConstant: boolean] {
  if (birth.given instanceof Attachment) return [birth.given.handle, false];
  const familyKind = familyKindOf(constructor);
  const place = takeBirthplace();
  const home = familyKind === undefined ? (place ?? birth.home ?? arena) : family();
  const site = birth.module === false ? null : siteOf(constructor);
  const existing = site === null ? 0 : findSite(site);
  if (existing !== 0) return [existing, true];
  const handle = allocateKind(home, birth.byteLength, familyKind ?? birth.kind);
  birth.init(handle);
  if (site === null) return [handle, false];
  const first = recordSite(site, handle);
  if (first !== handle) release(handle);
  else if (home !== arena) keepForSite(home, handle);
  return [first, true];
}

/**
 * Keeps a block of the family's alive as long as the process lives: the record of a site is this
 * process's alone, which does not hear when another one lets go of the block last.
 */
export function keepForSite(home: Arena, handle: number): void {
  retainIn(home, handle);
  if (inheritance === null) addHolding(home, handle);
}

// Of the class itself, or of the nearest one above it.
function familyKindOf(constructor: unknown): number | undefined {
  if (familyKinds.size === 0) return undefined;
  let type = constructor;
  while (type !== null && !familyKinds.has(type)) type = Object.getPrototypeOf(type);
  return familyKinds.get(type);
}

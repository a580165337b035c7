// Objects of a client that stand for objects of the host.
//
// Such an object is an instance of its class, none of whose own cells it has: each public method
// and property of the class is a call. It views a block in this process's memory, which has the
// number of the host's object and one reference to that, given back with the block. So it travels
// between the threads of this process as shared objects do.
import { inspect, types } from 'node:util';
import {
  Attachment,
  PRIM,
  PRIM_TYPE,
  SharedObject,
  atomics,
  cells,
  defineKind,
  discard,
  family,
  handleOf,
  initPrim,
  isClient,
  kindName,
  loadLate,
  unterminated,
} from '../../../kernel/index.ts';
import { providePassage } from '../../../wire/index.ts';
import { act } from './act.ts';
import { isAdopting } from './adoption.ts';
import { tellBridge } from './errands.ts';
import { ENTRIES } from '../names.ts';

const NUMBER: number = PRIM.CELLS;

/** What one class is, at a distance. */
export interface Sort {
  readonly name: string;
  /** Kind of the blocks. */
  readonly kind: number;
  /** Makes what becomes a stand-in. */
  readonly blank: (of: NewableFunction) => object;
  readonly type: NewableFunction;
}

type Given = Attachment | number | readonly unknown[];

const sorts = new Map<string, Sort>();
const known = new Map<number, WeakRef<object>>();
const gone = new FinalizationRegistry<number>((number) => {
  if (known.get(number)?.deref() === undefined) known.delete(number);
});
/** What the next object that arrives is, as it is just being made. */
let newborn: { readonly object: object; readonly handle: number } | null = null;

class StandIn extends SharedObject {
  constructor(sort: Sort, given: Given, maker: NewableFunction) {
    const object = sort.blank(maker);
    super({
      kind: sort.kind,
      home: family(),
      byteLength: (NUMBER + 1) * 4,
      given,
      module: Array.isArray(given),
      isDiscardable: true,
      standIn: { object, maker },
      init: (handle) => {
        initPrim(family(), handle, PRIM_TYPE.EVENT);
        atomics.poke(cells, handle + NUMBER, typeof given === 'number' ? given : 0);
        if (Array.isArray(given)) construct(sort, object, handle, given as unknown[]);
      },
    });
    const number = numberOf(SharedObject.handleOf(object) as number);
    known.set(number, new WeakRef(object));
    gone.register(object, number);
  }
}

/** Makes a class one whose objects the host has. Objects are made with `new`, as before. */
export function makeDistant(type: NewableFunction, name: string): void {
  const parent = Object.getPrototypeOf(type) as NewableFunction;
  const sort = addSort(name, type, (of) => Object.create(of.prototype as object) as object);
  // What a class without a constructor of its own calls instead of that.
  const construction = new Proxy(parent, {
    construct: (_, args, of) => new StandIn(sort, args, of),
  });
  replaceMembers(type.prototype as object);
  Object.setPrototypeOf(type, construction);
}

/** Says how objects are made that are no instances of a class. */
export function addSort(name: string, type: NewableFunction, blank: Sort['blank']): Sort {
  const kind = defineKind(`distant.${name}`, ENTRIES.classes, {
    shown: name,
    attach: (handle) =>
      known.get(numberOf(handle))?.deref() ?? standIn(sort, new Attachment(handle)),
    destroy: (handle) => {
      const number = numberOf(handle);
      if (number !== 0) tellBridge({ type: 'drop', number });
    },
  });
  const sort: Sort = { name, type, kind, blank };
  sorts.set(name, sort);
  return sort;
}

/** Makes an object of a sort, in the host. */
export function newOfSort(sort: Sort, args: readonly unknown[]): object {
  return standIn(sort, args);
}

/** Gives back what an object stands for; it must not be used any more. */
export function letGoOf(object: SharedObject): void {
  known.delete(placeOf(object).number);
  discard(object);
}

/** Gives the host one reference more to what blocks stand for, for a child; or takes it back. */
export function lend(handles: readonly number[], action: 'lend' | 'unlend'): void {
  if (handles.length === 0) return;
  const deed = { number: 0, member: '', action, name: '', waitingFor: handles[0] as number };
  act(deed, handles.map(numberOf));
}

// The host's number of what a block stands for.
function numberOf(handle: number): number {
  return atomics.peek(cells, handle + NUMBER);
}

function standIn(sort: Sort, given: Given): object {
  return new StandIn(sort, given, sort.type);
}

function construct(sort: Sort, object: object, handle: number, args: readonly unknown[]): void {
  act({ number: 0, member: '', action: 'new', name: sort.name, waitingFor: handle }, args, () => {
    newborn = { object, handle };
  });
}

function arrive(number: number, kind: string): object {
  if (newborn !== null) {
    const { object, handle } = newborn;
    newborn = null;
    atomics.poke(cells, handle + NUMBER, number);
    return object;
  }
  if (isAdopting()) tellBridge({ type: 'adopt', number });
  const here = known.get(number)?.deref();
  if (here !== undefined) {
    tellBridge({ type: 'drop', number });
    return here;
  }
  return standIn(sortOf(kind), number);
}

function sortOf(name: string): Sort {
  if (!sorts.has(name)) {
    unterminated(() => loadLate(ENTRIES.classes));
  }
  return sorts.get(name) as Sort;
}

/** Has the members of all classes above be calls, up to what every shared object has. */
export function replaceMembers(prototype: object): void {
  let from = Object.getPrototypeOf(prototype) as object;
  const ends: readonly unknown[] = [SharedObject.prototype, Object.prototype];
  for (; !ends.includes(from); from = Object.getPrototypeOf(from) as object) {
    for (const key of Reflect.ownKeys(from)) {
      if (Object.hasOwn(prototype, key)) continue;
      const member = distantMember(key, Reflect.getOwnPropertyDescriptor(from, key));
      if (member !== null) Object.defineProperty(prototype, key, member);
    }
  }
}

// A member that is a call; null for one that is made of others.
function distantMember(
  name: PropertyKey,
  member: PropertyDescriptor | undefined,
): PropertyDescriptor | null {
  if (member === undefined || name === 'constructor') return null;
  const { value, enumerable = false } = member;
  const base = { configurable: true, enumerable };
  if (typeof value === 'function') {
    if (types.isGeneratorFunction(value)) return null;
    // What console.log gives it cannot travel.
    const isShown = name === inspect.custom;
    const call = function (this: object, ...args: unknown[]): unknown {
      return act({ ...placeOf(this), action: 'call', name }, isShown ? [] : args);
    };
    return { ...base, writable: true, value: call };
  }
  if (member.get === undefined) return null;
  const property: PropertyDescriptor = {
    ...base,
    get(this: object) {
      return act({ ...placeOf(this), action: 'get', name }, []);
    },
  };
  if (member.set === undefined) return property;
  property.set = function (this: object, given: unknown): void {
    act({ ...placeOf(this), action: 'set', name }, [given]);
  };
  return property;
}

/** Which object of the host something stands for, and which part of it. */
export function placeOf(object: object): { number: number; member: string; waitingFor: number } {
  const part = object as { lock?: object; name?: unknown };
  const isWhole = handleOf(object) !== undefined;
  const waitingFor = handleOf(isWhole ? object : (part.lock as object)) as number;
  return { number: numberOf(waitingFor), member: isWhole ? '' : String(part.name), waitingFor };
}

if (isClient()) {
  providePassage({
    leave: (handle) => {
      const kind = kindName(handle);
      return sorts.has(kind) ? { number: numberOf(handle), kind } : null;
    },
    arrive,
  });
}

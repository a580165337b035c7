// Namespace: an object whose properties are in shared memory.
//
// Its block is that of a dict (dict/) with the names as keys, and its object is a Proxy, whose
// handler reads and writes there. The Proxy itself is the shared object (standIn, in
// kernel/memory/shared-object.ts), so it travels as others do. Its target stays empty.
//
// What is not there is looked for in Object.prototype, as for any object, so toString() works.
// '__proto__' is a name like others, so no name that comes from outside can reach a prototype.
import { inspect } from 'node:util';
import { Attachment, SharedObject, defineKind } from '../kernel/index.ts';
import type { Birth } from '../kernel/index.ts';
import { describeValue } from './arguments.ts';
import { birthOf, destroyDict } from './dict/birth.ts';
import { isPlain } from './dict/entries.ts';
import * as entries from './dict/operations.ts';
import { allEntries, allKeys } from './dict/snapshot.ts';
import { showAs } from './items/show.ts';

const NAMESPACE: number = defineKind('Namespace', import.meta.url, {
  attach: (handle) => namespaceOf(new Attachment(handle)),
  destroy: destroyDict,
});

const MISSING: unique symbol = Symbol('missing');

/**
 * Makes an object that is the same in every thread: its properties live in shared memory.
 *
 * Each read or write of a property is atomic; `ns.count += 1` is one of each, between which another
 * thread may write: use a lock, or a SharedDict and its update(). Values are copied in and out;
 * heddle's own objects, another Namespace among them, stay what they are. A property that is not
 * there is undefined. Setting one throws a TransferError if the value cannot travel, and a
 * TypeError if the name is a symbol, or if it is `then` and the value a function, which every
 * `await` of the object would call; nothing is changed then.
 *
 * @param initial a plain object with its first properties
 * @returns the object
 * @throws {TransferError} if a value cannot travel
 * @throws {TypeError} if `initial` is not a plain object, or a property in it cannot be set
 *
 * @example
 * ```ts
 * import { Namespace } from 'heddle/shared';
 * import { Thread } from 'heddle/threading';
 * const state = Namespace({ phase: 'begin', done: 0 });
 * const target = () => {
 *   state.phase = 'end';
 *   state.done = 3;
 * };
 * new Thread({ target }).start().join();
 * console.log(state); // { phase: 'end', done: 3 }
 * ```
 */
export function Namespace<T extends object>(initial?: T): T {
  return namespaceOf(initial === undefined ? {} : requireInitial(initial)) as T;
}

// What the Proxy becomes an instance of, without being made by it.
class SharedProperties extends SharedObject {
  // oxlint-disable-next-line no-useless-constructor -- the base's is protected
  constructor(birth: Birth) {
    super(birth);
  }
}

class Properties implements ProxyHandler<object> {
  /** Handle of the block. */
  dict = 0;
  /** The object itself. */
  proxy: object | null = null;

  get(target: object, name: string | symbol, receiver: unknown): unknown {
    if (typeof name === 'symbol') return Reflect.get(target, name, receiver) as unknown;
    const value = entries.readEntry(this.dict, name, MISSING);
    if (value !== MISSING) return value;
    return name === '__proto__' ? undefined : (Reflect.get(target, name, receiver) as unknown);
  }

  set(_: object, name: string | symbol, value: unknown, receiver: unknown): boolean {
    // An object that inherits from this one gets a property of its own.
    if (receiver !== this.proxy) {
      return Reflect.set(Object.create(null) as object, name, value, receiver);
    }
    entries.setEntry(this.dict, requireSettable(name, value), value);
    return true;
  }

  has(target: object, name: string | symbol): boolean {
    if (typeof name === 'string' && entries.hasEntry(this.dict, name)) return true;
    return name !== '__proto__' && Reflect.has(target, name);
  }

  deleteProperty(_: object, name: string | symbol): boolean {
    if (typeof name === 'string') entries.deleteEntry(this.dict, name);
    return true;
  }

  ownKeys(): string[] {
    return allKeys(this.dict) as string[];
  }

  getOwnPropertyDescriptor(_: object, name: string | symbol): PropertyDescriptor | undefined {
    if (typeof name === 'symbol') return undefined;
    const value = entries.readEntry(this.dict, name, MISSING);
    if (value === MISSING) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  }

  defineProperty(_: object, name: string | symbol, descriptor: PropertyDescriptor): boolean {
    const { value, writable, enumerable, configurable } = descriptor as { value: unknown } & Record<
      string,
      boolean | undefined
    >;
    const hides = [writable, enumerable, configurable].includes(false);
    if (hides || 'get' in descriptor || 'set' in descriptor) {
      throw new TypeError(
        `Cannot define property ${inspect(name)} of a Namespace as it is an accessor, hidden or ` +
          'read-only, and it has only values that all threads can set',
      );
    }
    if (!('value' in descriptor) && entries.hasEntry(this.dict, name)) return true;
    entries.setEntry(this.dict, requireSettable(name, value), value);
    return true;
  }

  getPrototypeOf(): object {
    return Object.prototype;
  }

  setPrototypeOf(_: object, prototype: object | null): boolean {
    return prototype === Object.prototype;
  }

  preventExtensions(): boolean {
    return false;
  }
}

// Of the targets. console.log looks at the target of a Proxy, but calls what it finds there with
// the Proxy.
const SHOWN = Object.create(Object.prototype) as object;
showAs(SHOWN, (namespace) =>
  Object.fromEntries(allEntries(SharedObject.handleOf(namespace) as number)),
);

function namespaceOf(source: object): object {
  const properties = new Properties();
  const proxy = new Proxy(Object.create(SHOWN) as object, properties);
  properties.proxy = proxy;
  const standIn = { object: proxy, maker: Namespace as unknown as NewableFunction };
  const birth = birthOf(NAMESPACE, source, 'make a Namespace from');
  const namespace = new SharedProperties({ ...birth, standIn }); // the Proxy
  properties.dict = SharedObject.handleOf(namespace) as number;
  return namespace;
}

function requireInitial(initial: object): object {
  if (!isPlain(initial)) {
    throw new TypeError(
      `Cannot make a Namespace from ${describeValue(initial)} as a plain object is wanted`,
    );
  }
  for (const name of Reflect.ownKeys(initial)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(initial, name);
    if (descriptor?.enumerable === true) requireSettable(name, descriptor.value);
  }
  return initial;
}

function requireSettable(name: string | symbol, value: unknown): string {
  if (typeof name === 'symbol') {
    throw new TypeError(
      `Cannot set property ${String(name)} of a Namespace as symbols differ between threads`,
    );
  }
  if (name === 'then' && typeof value === 'function') {
    throw new TypeError(
      "Cannot set property 'then' of a Namespace to a function as each await of it would call it",
    );
  }
  return name;
}

// A Namespace that the host has: a Proxy each of whose operations is the same one there.
import { inspect } from 'node:util';
import { Namespace } from '../../../shared/index.ts';
import { act } from './act.ts';
import { addSort, newOfSort, placeOf } from './stand-in.ts';
import type { Sort } from './stand-in.ts';

const OPERATIONS = [
  'has',
  'deleteProperty',
  'ownKeys',
  'getOwnPropertyDescriptor',
  'defineProperty',
] as const;

let sort: Sort | null = null;

/** Lets namespaces arrive here. */
export function expectNamespaces(): void {
  sort = addSort('Namespace', Namespace as unknown as NewableFunction, newProxy);
}

/** Makes one, in the host. */
export function newDistantNamespace(args: readonly unknown[]): object {
  return newOfSort(sort as Sort, args);
}

function newProxy(): object {
  const target = Object.create(Object.prototype) as object;
  // console.log looks at the target of a Proxy, but calls what it finds there with the Proxy.
  Object.defineProperty(target, inspect.custom, {
    configurable: true,
    value(this: object) {
      return { ...this };
    },
  });
  const proxy: object = new Proxy(
    target,
    handlerFor(() => proxy),
  );
  return proxy;
}

function handlerFor(self: () => object): ProxyHandler<object> {
  const handler: Record<string, unknown> = {
    get: (target: object, name: PropertyKey, receiver: unknown) =>
      typeof name === 'symbol'
        ? (Reflect.get(target, name, receiver) as unknown)
        : reflect(self(), 'get', [name]),
    set: (_: object, name: PropertyKey, value: unknown, receiver: unknown) =>
      // An object that inherits from this one gets a property of its own.
      receiver === self()
        ? reflect(self(), 'set', [name, value])
        : Reflect.set(Object.create(null) as object, name, value, receiver),
    getPrototypeOf: () => Object.prototype,
    setPrototypeOf: (_: object, prototype: unknown) => prototype === Object.prototype,
    preventExtensions: () => false,
  };
  for (const operation of OPERATIONS) {
    handler[operation] = (_: object, ...args: unknown[]) => reflect(self(), operation, args);
  }
  return handler;
}

function reflect(namespace: object, name: string, args: readonly unknown[]): unknown {
  return act({ ...placeOf(namespace), action: 'reflect', name }, args);
}

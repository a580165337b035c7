// What users say about how their things travel: classes with a reduce and a revive, functions that
// go by reference.

/** How instances of a class travel. */
export interface TransferHooks<T, D = unknown> {
  /** Gives what of the instance travels: plain data, or anything else that can be sent. */
  reduce(this: void, instance: T): D;
  /** Makes the instance anew from that, in the thread that receives it. */
  revive(this: void, data: D): T;
}

/** A class with its hooks, as one thing that can be sent. */
export type Registration = readonly [
  type: NewableFunction,
  reduce: (instance: object) => unknown,
  revive: (data: unknown) => object,
];

/** A function by the module that exports it. */
export interface Reference {
  readonly url: string;
  readonly exportName: string;
}

const registrations = new Map<unknown, Registration>();
const references = new WeakMap<object, Reference>();

/** Registers a class, unless it is. */
export function register(registration: Registration): void {
  if (!registrations.has(registration[0].prototype)) {
    registrations.set(registration[0].prototype, registration);
  }
}

/** Registers a class anew. */
export function registerAgain(registration: Registration): void {
  registrations.set(registration[0].prototype, registration);
}

/** The registration of an object's class, or of the nearest class above it. */
export function registrationOf(value: object): Registration | undefined {
  if (registrations.size === 0) return undefined;
  let prototype: unknown = Object.getPrototypeOf(value);
  while (prototype !== null) {
    const registration = registrations.get(prototype);
    if (registration !== undefined) return registration;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

/** Marks a function as one that travels by reference. */
export function refer(target: object, reference: Reference): void {
  references.set(target, reference);
}

/** The mark of a function. */
export function referenceOf(target: object): Reference | undefined {
  return references.get(target);
}

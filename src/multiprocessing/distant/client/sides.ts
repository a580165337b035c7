// The two sides of an RWLock that the host has. A side is a part of its lock, not an object of its
// own.
import { RWLock } from '../../../threading/index.ts';
import { replaceMembers } from './stand-in.ts';

type Sides = Readonly<Record<'read' | 'write', object>>;

const sides = new WeakMap<object, Sides>();
let prototypes: Sides | null = null;

/** Gives a class of locks its sides. */
export function addSides(prototype: object): void {
  for (const name of ['read', 'write'] as const) {
    Object.defineProperty(prototype, name, {
      get(this: object) {
        return sidesOf(this)[name];
      },
    });
  }
}

function sidesOf(lock: object): Sides {
  const known = sides.get(lock);
  if (known !== undefined) return known;
  prototypes ??= { read: newPrototype('read'), write: newPrototype('write') };
  const { read, write } = prototypes;
  const made = {
    read: Object.assign(Object.create(read) as object, { lock, name: 'read' }),
    write: Object.assign(Object.create(write) as object, { lock, name: 'write' }),
  };
  sides.set(lock, made);
  return made;
}

function newPrototype(name: 'read' | 'write'): object {
  const prototype = Object.create(Object.getPrototypeOf(new RWLock()[name]) as object) as object;
  replaceMembers(prototype);
  return prototype;
}

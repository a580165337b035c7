// A primitive in words: for errors, for what a thread waits for, and for console.log.
import { inspect } from 'node:util';
import {
  PRIM,
  PRIM_TYPE,
  SLOT,
  SharedObject,
  TID_MASK,
  arena,
  atomics,
  kindName,
  nameInSlot,
  nameOfEnded,
  homeOf,
  inheritance,
  isAgent,
  ownSlotOf,
  SLOT_MASK,
} from '../../kernel/index.ts';
import type { Arena } from '../../kernel/index.ts';
import { nameOf } from '../life/record.ts';

/**
 * For example `RLock "lock" held by Thread-2 (func)`.
 *
 * @param holder whether to say who holds it
 */
export function describe(prim: number, holder = true): string {
  const name = nameOf(prim);
  if (atomics.peek(arena.cells, prim + PRIM.TYPE) === PRIM_TYPE.THREAD) return `the end of ${name}`;
  const label = name === '' ? kindName(prim) : `${kindName(prim)} ${JSON.stringify(name)}`;
  const type = atomics.peek(arena.cells, prim + PRIM.TYPE);
  if (!holder || (type !== PRIM_TYPE.LOCK && type !== PRIM_TYPE.RWLOCK)) return label;
  const owner = holderOf(prim);
  return owner === null ? label : `${label} held by ${owner}`;
}

/** The name of the thread that holds a lock; null when nobody does. */
export function holderOf(prim: number): string | null {
  const owner = atomics.load(arena.cells, prim + PRIM.WORD) & TID_MASK;
  return owner === 0 ? null : threadName(owner, homeOf(prim));
}

/**
 * Has console.log show the objects of a class by their name and their state, for example
 * `Event { "gate", unset }`.
 */
export function showBy(prototype: SharedObject, state: (prim: number) => string): void {
  Object.defineProperty(prototype, inspect.custom, {
    value(this: object): string {
      const prim = SharedObject.handleOf(this);
      if (prim === undefined) return 'Object {}'; // the prototype itself
      const name = nameOf(prim);
      const label = name === '' ? '' : `${JSON.stringify(name)}, `;
      return `${kindName(prim)} { ${label}${state(prim)} }`;
    },
  });
}

/** The name of a primitive or thread; its kind where it has none. */
export function labelOf(prim: number): string {
  return prim <= 0 ? 'something' : nameOf(prim) || kindName(prim);
}

/**
 * The name of the thread that has an id, or had it; of one in another process, that process.
 *
 * @param home the arena in which it is the id
 */
export function threadName(tid: number, home: Arena = arena): string {
  if (home !== arena) return familyName(tid, home);
  const slot = arena.slotOf(tid);
  const isTheirs = atomics.load(arena.cells, slot + SLOT.TID) === tid;
  // One that was killed has its place until its maker hears of it.
  const record = isTheirs ? atomics.load(arena.cells, slot + SLOT.THREAD) : 0;
  return record === 0 ? nameOfEnded(arena, tid) : nameOf(record);
}

function familyName(tid: number, home: Arena): string {
  const { cells } = home;
  const slot = home.slotOf(tid);
  const pid = atomics.load(cells, slot + SLOT.OS_PID);
  const name = nameInSlot(home, slot);
  if (atomics.load(cells, slot + SLOT.TID) !== tid) return nameOfEnded(home, tid);
  const own = pid === process.pid ? ownSlotOf(tid & SLOT_MASK) : 0;
  // To another process a thread of this one is this process; an agent is called after its own.
  if (own === 0 || (isAgent() && !isAgent(own))) return name;
  const record = atomics.load(cells, arena.slotOf(own) + SLOT.THREAD);
  // A child whose target has no threads has not named its own yet.
  if (record === 0) return inheritance === null && own === arena.slot ? 'MainThread' : name;
  return nameOf(record) || name;
}

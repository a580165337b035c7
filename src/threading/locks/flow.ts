// Asynchronous flows as owners of locks.
//
// Two flows of one thread have the thread's id in common, so the id cannot tell who holds a lock
// between two awaits. A flow that takes an RLock gets a number, and what runs in it carries the
// number along (AsyncLocalStorage).
import { AsyncLocalStorage } from 'node:async_hooks';

interface Hold {
  readonly prim: number;
  readonly flow: number;
  readonly outer: Hold | undefined;
}

let storage: AsyncLocalStorage<Hold> | null = null;
let last = 0;

/** A number for a new flow of this thread. */
export function newFlow(): number {
  last = (last + 1) & 0x7fff_ffff || 1;
  return last;
}

/** Whether the running code belongs to the flow that holds the primitive. */
export function isInFlow(prim: number, flow: number): boolean {
  let hold = storage?.getStore();
  while (hold !== undefined && (hold.prim !== prim || hold.flow !== flow)) hold = hold.outer;
  return hold !== undefined;
}

/** Runs a function as part of the flow. */
export function runInFlow<T>(prim: number, flow: number, body: () => T): T {
  storage ??= new AsyncLocalStorage();
  return storage.run({ prim, flow, outer: storage.getStore() }, body);
}

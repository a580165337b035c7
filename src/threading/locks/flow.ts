// Asynchronous flows as owners of locks.
//
// Two flows of one thread have the thread's id in common, so the id cannot tell who holds a lock
// between two awaits. A flow that takes an RLock gets a number, and what runs in it carries the
// number along (AsyncLocalStorage).
import { AsyncLocalStorage } from 'node:async_hooks';
import { PRIM, TID_MASK, atomics, cells, ownTid } from '../../kernel/index.ts';

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

/** Whether the running code, by its thread or its flow, is the owner of an RLock. */
export function isOwner(prim: number): boolean {
  if (!isOfThisThread(prim)) return false;
  const flow = atomics.peek(cells, prim + PRIM.FLOW);
  return flow === 0 || isInFlow(prim, flow);
}

/**
 * The same, but whoever runs in this thread counts as inside a scope of guardAsync(), as nobody
 * there can be told from those beside it.
 */
export function mayOwn(prim: number): boolean {
  return isOwner(prim) || (isOfThisThread(prim) && atomics.peek(cells, prim + PRIM.FLOW) < 0);
}

function isOfThisThread(prim: number): boolean {
  if ((atomics.load(cells, prim + PRIM.WORD) & TID_MASK) !== ownTid(prim)) return false;
  // Not one that was handed to a flow of this thread which has not heard of it yet.
  return atomics.peek(cells, prim + PRIM.COUNT) !== 0;
}

/** Runs a function as part of the flow. */
export function runInFlow<T>(prim: number, flow: number, body: () => T): T {
  storage ??= new AsyncLocalStorage();
  return storage.run({ prim, flow, outer: storage.getStore() }, body);
}

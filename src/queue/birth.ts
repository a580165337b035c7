// The beginning and the end of a queue's block.
import {
  PRIM,
  QUEUE,
  arena,
  atomics,
  queues,
  release,
  writeText,
  homeOf,
} from '../kernel/index.ts';
import type { Birth } from '../kernel/index.ts';
import { dropSlot } from '../wire/index.ts';

/** Options of a queue. */
export interface QueueOptions {
  /** Shown in errors and dumps. */
  readonly name?: string | undefined;
}

/** What classes of queues differ in. */
export interface Sort {
  readonly kind: number;
  /** ORDER: in which order items leave. */
  readonly order: number;
}

// By class: a class of the user's is of the sort of the nearest one that is ours.
const sorts = new Map<unknown, Sort>();

/** Says of which sort the queues of a class are. */
export function setSort(queueClass: NewableFunction, sort: Sort): void {
  sorts.set(queueClass, sort);
}

/** Of which sort the queues of a class are. */
export function sortOf(queueClass: unknown): Sort {
  let known: unknown = queueClass;
  while (!sorts.has(known)) known = Object.getPrototypeOf(known);
  return sorts.get(known) as Sort;
}

/** How a new queue, or one that is attached to, comes into the world. */
export function birthOf(sort: Sort, max: number, given: unknown, options: QueueOptions): Birth {
  return {
    kind: sort.kind,
    byteLength: QUEUE.CELLS * 4,
    given,
    init: (handle) => {
      queues.initQueue(homeOf(handle), handle, sort.order, max);
      const { name } = options ?? {};
      if (name !== undefined) {
        atomics.store(arena.cells, handle + PRIM.NAME, writeText(homeOf(handle), textOf(name)));
      }
    },
  };
}

/** Lets go of what is in a queue that nobody refers to any more. */
export function destroy(handle: number): void {
  const { slots, texts } = queues.destroyQueue(homeOf(handle), handle);
  slots.forEach(dropSlot);
  texts.forEach(release);
  const name = atomics.peek(arena.cells, handle + PRIM.NAME);
  if (name !== 0) release(name);
}

function textOf(name: unknown): string {
  return typeof name === 'string' ? name : String(name);
}

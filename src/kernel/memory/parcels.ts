// Parcels: values that cannot be written as bytes, but that a MessagePort can carry. Shared memory
// above all, and the platform's own objects (keys, blobs, WebAssembly modules).
//
// The keeper keeps the value under a number; a block with the number stands for it and counts the
// references. The same SharedArrayBuffer is one parcel for ever and one object in each thread.
import { ask, fetch } from '../hub.ts';
import { add, peek, poke } from '../atomics.ts';
import { arena } from './arena.ts';
import { allocateIn, retainIn } from './heap.ts';
import { defineKind, release } from './kinds.ts';
import { HEADER } from './layout.ts';

const PARCEL: number = defineKind('Parcel', import.meta.url, {
  destroy: (handle) => ask({ type: 'forget', id: peek(arena.cells, handle) }),
});

interface Known {
  readonly memory: WeakRef<SharedArrayBuffer>;
  readonly handle: number;
}

// For shared memory: the parcel that stands for it, and the memory that a parcel stands for here.
const parcels = new WeakMap<SharedArrayBuffer, number>();
const memories = new Map<number, Known>();
const gone = new FinalizationRegistry<number>((id) => {
  const known = memories.get(id);
  if (known === undefined || known.memory.deref() !== undefined) return;
  memories.delete(id);
  release(known.handle);
});

/**
 * Puts a value into the keeper's hands; the caller has the one reference. DataCloneError if it
 * cannot be carried.
 */
export function createParcel(value: unknown): number {
  const shared = value instanceof SharedArrayBuffer ? value : null;
  const known = shared === null ? undefined : parcels.get(shared);
  if (known !== undefined) {
    retainIn(arena, known);
    return known;
  }
  const id = add(arena.cells, HEADER.PARCEL, 1) + 1;
  ask({ type: 'keep', id, value });
  const handle = allocateIn(arena, 4, PARCEL);
  poke(arena.cells, handle, id);
  if (shared !== null) remember(shared, id, handle);
  return handle;
}

/**
 * The value of a parcel, a new copy each time; shared memory is the same memory. Blocks until it is
 * here.
 */
export function openParcel(handle: number): unknown {
  const id = peek(arena.cells, handle);
  const known = memories.get(id)?.memory.deref();
  if (known !== undefined) return known;
  const value = fetch(id);
  if (value instanceof SharedArrayBuffer) remember(value, id, handle);
  return value;
}

// The thread itself holds a reference while the memory is known here, so that the number stays its
// number.
function remember(memory: SharedArrayBuffer, id: number, handle: number): void {
  retainIn(arena, handle);
  parcels.set(memory, handle);
  memories.set(id, { memory: new WeakRef(memory), handle });
  gone.register(memory, id);
}

/** Gives back what this thread refers to; for a worker's end. */
export function releaseParcels(): void {
  for (const { handle } of memories.values()) release(handle);
  memories.clear();
}

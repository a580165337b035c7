// Arenas for tests: shared memory of their own, and views of it as several threads would have.
import { Arena } from '../../src/kernel/index.ts';
import { HEADER, HEAP, PRIM, SLOT_STATE } from '../../src/kernel/memory/layout.ts';
import { allocateIn } from '../../src/kernel/memory/heap.ts';
import { claimSlot, enterSlot } from '../../src/kernel/table/slots.ts';
import { initPrim } from '../../src/kernel/waiting/primitive.ts';

// What comes before the heap takes 4 MiB.
const BYTES = 16 * 2 ** 20;

/** New memory, and so many views of it, each of a thread of its own that is alive. */
export function arenasOf(threads: number, byteLength: number = BYTES): Arena[] {
  const memory = new SharedArrayBuffer(byteLength, { maxByteLength: byteLength });
  new Int32Array(memory)[HEADER.BREAK] = HEAP;
  return Array.from({ length: threads }, () => anotherThread(memory));
}

/** A view of the memory as one more thread has it. */
export function anotherThread(memory: SharedArrayBuffer): Arena {
  const arena = new Arena(memory);
  enterSlot(arena, claimSlot(arena), SLOT_STATE.LIVE);
  return arena;
}

/** A new primitive of a type. */
export function primIn(arena: Arena, type: number): number {
  const prim = allocateIn(arena, PRIM.CELLS * 4, 0);
  initPrim(arena, prim, type);
  return prim;
}

// Arenas for tests: shared memory of their own, and views of it as several threads would have.
import { Arena } from '../../src/kernel/index.ts';
import { PRIM, SLOT_STATE } from '../../src/kernel/memory/layout.ts';
import { allocateIn } from '../../src/kernel/memory/heap.ts';
import { claimSlot, enterSlot } from '../../src/kernel/table/slots.ts';
import { initPrim } from '../../src/kernel/waiting/primitive.ts';

// What comes before the heap takes 4.4 MiB.
const BYTES = 16 * 2 ** 20;

/** New memory, and so many views of it, each of a thread of its own that is alive. */
export function arenasOf(threads: number, byteLength: number = BYTES): Arena[] {
  const memory = new SharedArrayBuffer(byteLength, { maxByteLength: byteLength });
  new Arena(memory).format();
  return Array.from({ length: threads }, () => anotherThread(memory));
}

/** The same in the second half of its memory, behind an arena in which nothing may change. */
export function arenasBehind(threads: number): Arena[] {
  const memory = new SharedArrayBuffer(2 * BYTES, { maxByteLength: 2 * BYTES });
  new Arena(memory, 0, BYTES / 4).format();
  new Arena(memory, BYTES / 4).format();
  return Array.from({ length: threads }, () => entered(new Arena(memory, BYTES / 4)));
}

/** A view of the memory as one more thread has it. */
export function anotherThread(memory: SharedArrayBuffer): Arena {
  return entered(new Arena(memory));
}

function entered(arena: Arena): Arena {
  enterSlot(arena, claimSlot(arena), SLOT_STATE.LIVE);
  return arena;
}

/** A new primitive of a type. */
export function primIn(arena: Arena, type: number): number {
  const prim = allocateIn(arena, PRIM.CELLS * 4, 0);
  initPrim(arena, prim, type);
  return prim;
}

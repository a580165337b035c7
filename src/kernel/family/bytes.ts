// Memory of the family's with a buffer of its own: what a typed array looks into that processes
// share.
//
// The bytes are whole pages inside a block of the family's arena. Each process maps these pages a
// second time, over the pages of a SharedArrayBuffer that has just their size: so nobody who writes
// through a buffer that he was given can reach anything else. The buffer is the shared object
// (shared-object.ts), so it travels by its handle, and its block lives as long as a thread has
// it.
//
// When the last one has gone, the pages go back to the system, and not only the addresses to the
// arena.
import { peek, poke } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { defineKind } from '../memory/kinds.ts';
import { Attachment, SharedObject } from '../memory/shared-object.ts';
import { bequest, family } from './family.ts';
import { loadNative } from './native.ts';
import { requireNative } from './role.ts';

const PAGE_BYTES = 4096;

/** Cells before the first whole page: how many bytes there are. An arena has fewer than 2^32. */
const HEAD = { SIZE: 0, CELLS: 1 } as const;

const BYTES: number = defineKind('SharedBytes', import.meta.url, {
  attach: (handle) => new FamilyBytes(new Attachment(handle)),
  destroy: (handle) => {
    const { start, end } = pagesOf(handle);
    loadNative().empty(arena.memory, start, end - start);
  },
});

/** A SharedArrayBuffer, which is given the private fields of a shared object. */
class FamilyBytes extends SharedObject {
  constructor(given: number | Attachment) {
    const shared = family();
    const size = given instanceof Attachment ? sizeOf(given.handle) : given;
    // Of the most bytes that its pages have: V8 reserves and frees whole pages then.
    const buffer = new SharedArrayBuffer(size, { maxByteLength: wholePages(size) });
    super({
      kind: BYTES,
      home: shared,
      byteLength: HEAD.CELLS * 4 + PAGE_BYTES + wholePages(size),
      given,
      module: false,
      standIn: { object: buffer, maker: FamilyBytes },
      init: (handle) => {
        poke(shared.cells, handle + HEAD.SIZE, size);
        // Another block may have been here.
        const { start, end } = pagesOf(handle);
        loadNative().empty(arena.memory, start, end - start);
      },
    });
    if (size > 0) map(buffer, SharedObject.handleOf(buffer) as number);
  }
}

/**
 * Makes memory of so many bytes, all 0, that processes share. It travels to them by itself.
 *
 * @throws {HeddleError} if memory cannot be shared between processes here, or there is no room
 */
export function newFamilyBytes(byteLength: number): SharedArrayBuffer {
  requireNative();
  return new FamilyBytes(byteLength) as unknown as SharedArrayBuffer;
}

function map(buffer: SharedArrayBuffer, handle: number): void {
  const { start } = pagesOf(handle);
  const { descriptor } = bequest() as { descriptor: number };
  const inFile = start - arena.end * 4;
  loadNative().mapInto(buffer, 0, buffer.maxByteLength, descriptor, inFile);
}

function sizeOf(handle: number): number {
  return peek(family().cells, handle + HEAD.SIZE) >>> 0;
}

// The bytes of all the memory that the pages of a block begin and end at.
function pagesOf(handle: number): { start: number; end: number } {
  const start = wholePages((handle + HEAD.CELLS) * 4);
  return { start, end: start + wholePages(sizeOf(handle)) };
}

function wholePages(byteLength: number): number {
  return Math.ceil(byteLength / PAGE_BYTES) * PAGE_BYTES;
}

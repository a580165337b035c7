// A mailbox: bytes from any thread of this process to one thread, in order.
//
// It begins as an event, which is its bell. A message is a block in a stack that any thread pushes
// onto, and the owner takes as a whole. Who blocks and who awaits wait for the same bell, and each
// takes in all that is there.
import {
  PRIM,
  PRIM_TYPE,
  allocate,
  arena,
  atomics,
  bytesOf,
  clearEvent,
  defineKind,
  initPrim,
  offsetOf,
  release,
  setEvent,
  waitEventAsync,
  waitEventBlocking,
} from '../../kernel/index.ts';

/** Cells of a mailbox behind the event, and of a message before its bytes, which begin at a 16. */
const HEAD: number = PRIM.CELLS;
const MESSAGE = { NEXT: 0, LENGTH: 1, CELLS: 2 } as const;

const MAILBOX: number = defineKind('DistantMailbox', import.meta.url, {
  destroy: (box) => void takeMail(box),
});

/** Makes a mailbox, with one reference to it. */
export function newMailbox(): number {
  const box = allocate((HEAD + 1) * 4, MAILBOX);
  initPrim(arena, box, PRIM_TYPE.EVENT);
  atomics.poke(arena.cells, box + HEAD, 0);
  return box;
}

/** Puts a message into a mailbox. */
export function post(box: number, message: Uint8Array): void {
  const block = allocate(MESSAGE.CELLS * 4 + message.length);
  bytesOf(block).set(message, offsetOf(block + MESSAGE.CELLS));
  atomics.poke(arena.cells, block + MESSAGE.LENGTH, message.length);
  const { cells } = arena;
  for (;;) {
    const head = atomics.load(cells, box + HEAD);
    atomics.poke(cells, block + MESSAGE.NEXT, head);
    if (atomics.compareExchange(cells, box + HEAD, head, block) === head) break;
  }
  setEvent(arena, box);
}

/** Takes all that is in a mailbox, in order. */
export function takeMail(box: number): Buffer[] {
  clearEvent(arena, box);
  const messages: Buffer[] = [];
  let block = atomics.exchange(arena.cells, box + HEAD, 0);
  while (block !== 0) {
    const start = offsetOf(block + MESSAGE.CELLS);
    const length = atomics.peek(arena.cells, block + MESSAGE.LENGTH);
    // A buffer of its own, as an encoded message begins at a multiple of 8.
    const message = Buffer.from(new ArrayBuffer(length));
    message.set(bytesOf(block).subarray(start, start + length));
    messages.push(message);
    const next = atomics.peek(arena.cells, block + MESSAGE.NEXT);
    release(block);
    block = next;
  }
  return messages.toReversed();
}

/** Blocks until there may be something in a mailbox. */
export function awaitMail(box: number, waitingFor: number = box): void {
  waitEventBlocking(arena, box, Infinity, waitingFor, nothing);
}

/** The same without blocking. */
export async function awaitMailAsync(box: number): Promise<void> {
  await waitEventAsync(arena, box, { deadlineMs: Infinity }, nothing);
}

/** Has who waits look, although there is nothing. */
export function ring(box: number): void {
  setEvent(arena, box);
}

function nothing(): void {}

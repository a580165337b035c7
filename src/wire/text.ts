// A message that is one ASCII string, which items of queues and of dicts often are: written into
// its block and read from it as it is, without an encoder and a decoder.
import { Buffer } from 'node:buffer';
import { allocate, atomics, bytesOf, cells, offsetOf } from '../kernel/index.ts';
import type { Arena } from '../kernel/index.ts';
import { MESSAGE } from './blocks.ts';
import { HEADER_BYTES, LONG_ASCII } from './format.ts';
import type { Bytes } from './decode/byte-reader.ts';

/** Longer ones take so long to copy that the rest does not matter. */
const MOST_LENGTH = 4096;
/** The tag, and the length in four bytes. */
const PREFIX_BYTES = 5;
const TEXT_AT = HEADER_BYTES + PREFIX_BYTES;

/** Writes a string into a new block, and gives its handle; 0 when it takes an encoder. */
export function storeText(text: string, home: Arena): number {
  const { length } = text;
  if (length > MOST_LENGTH || Buffer.byteLength(text) !== length) return 0;
  const handle = allocate(TEXT_AT + length, MESSAGE, home);
  const { bytes } = home;
  const start = home.offsetOf(handle);
  atomics.poke(cells, handle, 0);
  atomics.poke(cells, handle + 1, 0);
  bytes[start + HEADER_BYTES] = LONG_ASCII;
  bytes.writeUInt32LE(length, start + HEADER_BYTES + 1);
  // With its length: Node 22 finds no room in a buffer that goes on for 4 GiB.
  (bytes as Buffer as Bytes).latin1Write(text, start + TEXT_AT, length);
  return handle;
}

/** Reads a message, if it is such a string. */
export function readText(handle: number): string | undefined {
  const bytes = bytesOf(handle);
  const start = offsetOf(handle);
  if (bytes[start] !== 0 || bytes[start + HEADER_BYTES] !== LONG_ASCII) return undefined;
  const length = bytes.readUInt32LE(start + HEADER_BYTES + 1);
  return (bytes as Buffer as Bytes).latin1Slice(start + TEXT_AT, start + TEXT_AT + length);
}

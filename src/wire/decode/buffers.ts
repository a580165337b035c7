// ArrayBuffers and the views on them, copied out of a message.
import { VIEWS } from '../format.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Decoder } from './decoder.ts';

const FIXED = 0xffff_ffff;

type ViewClass = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => object;

/** A buffer of its own with the bytes that come next. */
export function readArrayBuffer(reader: ByteReader): ArrayBuffer {
  const byteLength = reader.uint32();
  const most = reader.uint32();
  const buffer =
    most === FIXED
      ? new ArrayBuffer(byteLength)
      : new ArrayBuffer(byteLength, { maxByteLength: most });
  new Uint8Array(buffer).set(reader.aligned(byteLength));
  return buffer;
}

/** A view; its buffer comes next. */
export function readView(decoder: Decoder): object {
  const name = VIEWS[decoder.in.byte()] as (typeof VIEWS)[number];
  const byteOffset = decoder.in.uint32();
  const length = decoder.in.uint32();
  const buffer = decoder.read() as ArrayBufferLike;
  if (name === 'Buffer') return Buffer.from(buffer, byteOffset, length);
  const View = (globalThis as unknown as Record<string, ViewClass>)[name] as ViewClass;
  return new View(buffer, byteOffset, length);
}

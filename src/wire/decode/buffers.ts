// ArrayBuffers and the views on them, copied out of a message.
import { ARRAY_BUFFER, VIEWS } from '../format.ts';
import type { ByteReader } from './byte-reader.ts';
import type { Decoder } from './decoder.ts';

const FIXED = 0xffff_ffff;

/** V8 keeps the bytes of typed arrays up to here with them: a buffer costs ten times as much. */
const SMALL_BYTES = 64;

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

/** Stands for the buffer of a small view, which is not made before somebody asks for it. */
export class BufferOf {
  readonly #view: ArrayBufferView;

  constructor(view: ArrayBufferView) {
    this.#view = view;
  }

  get buffer(): ArrayBufferLike {
    return this.#view.buffer;
  }
}

/** A view; its buffer comes next. */
export function readView(decoder: Decoder): object {
  const name = VIEWS[decoder.in.byte()] as (typeof VIEWS)[number];
  const byteOffset = decoder.in.uint32();
  const length = decoder.in.uint32();
  if (name === 'Uint8Array' && byteOffset === 0 && length <= SMALL_BYTES) {
    const small = readSmall(decoder, length);
    if (small !== null) return small;
  }
  const buffer = decoder.read() as ArrayBufferLike;
  if (name === 'Buffer') return Buffer.from(buffer, byteOffset, length);
  const View = (globalThis as unknown as Record<string, ViewClass>)[name] as ViewClass;
  return new View(buffer, byteOffset, length);
}

// A small Uint8Array that is all of its buffer; null, and nothing read, when it is another one.
function readSmall(decoder: Decoder, length: number): Uint8Array | null {
  const reader = decoder.in;
  const start = reader.position;
  const isWhole =
    reader.byte() === ARRAY_BUFFER && reader.uint32() === length && reader.uint32() === FIXED;
  if (!isWhole) {
    reader.position = start;
    return null;
  }
  const view = new Uint8Array(length);
  reader.alignedInto(view);
  decoder.number(new BufferOf(view));
  return view;
}

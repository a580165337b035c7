// ArrayBuffers and the views on them.
//
// Views on one buffer are views on one buffer again, so a view carries its whole buffer, as
// structured clone has it. Only a Node.js Buffer carries just its own bytes: it is mostly a slice
// of a pool that has nothing to do with it.
import { types } from 'node:util';
import * as form from '../format.ts';
import type { Encoder } from './encoder.ts';

/** Instead of the greatest length of a buffer that cannot grow. */
const FIXED = 0xffff_ffff;

const VIEW_KINDS: ReadonlyMap<unknown, number> = new Map(
  form.VIEWS.flatMap((name, kind) => {
    const view = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name];
    return view === undefined ? [] : [[view.prototype, kind] as const];
  }),
);
const BUFFER_KIND = form.VIEWS.indexOf('Buffer');
const BYTES_KIND = form.VIEWS.indexOf('Uint8Array');

/** Writes a view; false when it is of a class of the user's. */
export function writeView(encoder: Encoder, view: ArrayBufferView): boolean {
  const kind = VIEW_KINDS.get(Object.getPrototypeOf(view));
  if (kind === undefined) return false;
  const { out } = encoder;
  const { buffer } = view;
  if (types.isArrayBuffer(buffer) && buffer.detached) return false;
  encoder.number(view);
  out.byte(form.VIEW);
  out.byte(kind);
  const isPart = view.byteLength < buffer.byteLength;
  if (kind === BUFFER_KIND && isPart && types.isArrayBuffer(buffer)) {
    out.uint32(0);
    out.uint32(view.byteLength);
    encoder.number(null);
    putBuffer(encoder, view as Uint8Array, FIXED);
    return true;
  }
  out.uint32(view.byteOffset);
  out.uint32('length' in view ? (view as Uint8Array).length : view.byteLength);
  if (kind === BYTES_KIND && !isPart && isOrdinary(buffer)) {
    // The way of most bytes, which needs no second view on the buffer.
    if (encoder.writeReference(buffer)) return true;
    encoder.number(buffer);
    putBuffer(encoder, view as Uint8Array, FIXED);
  } else {
    encoder.write(buffer);
  }
  return true;
}

/** Writes a buffer; false when it is detached, or of a class of the user's. */
export function writeBuffer(encoder: Encoder, buffer: ArrayBuffer): boolean {
  if (Object.getPrototypeOf(buffer) !== ArrayBuffer.prototype || buffer.detached) return false;
  encoder.number(buffer);
  const most = buffer.resizable ? buffer.maxByteLength : FIXED;
  putBuffer(encoder, new Uint8Array(buffer), most);
  return true;
}

function isOrdinary(buffer: ArrayBufferLike): boolean {
  if (Object.getPrototypeOf(buffer) !== ArrayBuffer.prototype) return false;
  return !(buffer as ArrayBuffer).resizable;
}

function putBuffer({ out }: Encoder, bytes: Uint8Array, most: number): void {
  out.byte(form.ARRAY_BUFFER);
  out.uint32(bytes.length);
  out.uint32(most);
  out.aligned(bytes);
}

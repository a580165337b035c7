// Our own objects in a message: the handle goes, and is the same object on the other side. To a
// process with which no memory is shared, something goes in its place (passage.ts). Where a class
// of the user's extends ours, it goes along, and what its instance has besides.
import { abroadOf, extendedBy, isFamily, retain } from '../../kernel/index.ts';
import * as form from '../format.ts';
import type { Encoder } from './encoder.ts';
import { kindOf, refuseKind, refuseOwn } from './refusal.ts';

/** Writes one; the message holds it. */
export function writeLive(encoder: Encoder, value: object, own: number): void {
  const base = extendedBy(value, own);
  if (base === undefined) return writeHandle(encoder, value, own);
  if (encoder.home.registrationOf(value) !== undefined)
    return encoder.rare.writeRare(encoder, value);
  encoder.out.byte(form.EXTENDED);
  writeHandle(encoder, value, own, base);
  encoder.rare.writeExtension(encoder, value, base);
}

function writeHandle(encoder: Encoder, value: object, own: number, base?: NewableFunction): void {
  const { home, out, passage, table } = encoder;
  const isHere = home.border === 'thread' || isFamily(own);
  const handle = isHere ? own : abroadOf(own);
  if (handle === undefined) refuseOwn(encoder, value, base);
  if (handle === 0) refuseKind(encoder, value, kindOf(value));
  const distant = passage?.leave(handle);
  if (distant === null) refuseKind(encoder, value, kindOf(value));
  retain(handle);
  table.adopt(handle);
  encoder.number(value);
  out.byte(distant === undefined ? form.LIVE : form.DISTANT);
  out.uint32(distant?.number ?? handle);
  if (distant !== undefined) out.string(distant.kind);
}

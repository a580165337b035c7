// Our own objects in a message: the handle goes, and is the same object on the other side. To a
// process with which no memory is shared, something goes in its place (passage.ts).
import { abroadOf, isFamily, retain } from '../../kernel/index.ts';
import * as form from '../format.ts';
import type { Encoder } from './encoder.ts';
import { kindOf, refuseKind, refuseOwn } from './refusal.ts';

/** Writes one; the message holds it. */
export function writeLive(encoder: Encoder, value: object, own: number): void {
  const { home, out, passage, table } = encoder;
  const isHere = home.border === 'thread' || isFamily(own);
  const handle = isHere ? own : abroadOf(own);
  if (handle === undefined) refuseOwn(encoder, value);
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

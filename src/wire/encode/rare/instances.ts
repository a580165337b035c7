// Instances of classes: the class, what the language's base class holds, and the own properties.
import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import * as form from '../../format.ts';
import { wellKnown } from '../../functions/well-known.ts';
import { inspectFunction, inspectorFailure, urlOfScript } from '../../source/inspector.ts';
import { readFunctionText } from '../../source/function-text.ts';
import type { Encoder } from '../encoder.ts';
import { enumerableKeys } from '../plain.ts';
import { refuseKind } from '../refusal.ts';

type Base = (typeof form.BASES)[number];

const HOOKS =
  'Register how it travels, registerTransfer(Class, { reduce, revive }), or make it in the thread';
/** Classes whose instances hold nothing but their properties, though they are not the user's. */
const HARMLESS = new Set<unknown>([Object, Error, Map, Set, Array, EventEmitter]);

const allowed = new WeakSet();

/** Writes an instance of a class of the user's. */
export function writeInstance(encoder: Encoder, value: object): void {
  const type = classOf(encoder, value);
  requireSendable(encoder, value, type);
  const base = baseOf(value);
  const isNow = encoder.begin(value);
  const { out } = encoder;
  out.byte(form.INSTANCE);
  out.byte(form.BASES.indexOf(base));
  if (base === 'clone') encoder.write(plainCopy(value));
  encoder.enter({ label: 'its class', value: type, owner: value });
  encoder.write(type);
  encoder.leave();
  if (isNow) writeContents(encoder, value, base);
}

/** Writes the contents of an instance that lay too deep, its tag first. */
export function writeLateInstance(encoder: Encoder, value: object): void {
  const base = baseOf(value);
  encoder.out.byte(form.INSTANCE);
  encoder.out.byte(form.BASES.indexOf(base));
  writeContents(encoder, value, base);
}

function writeContents(encoder: Encoder, value: object, base: Base): void {
  encoder.descend(1);
  if (base === 'map') encoder.writeEntries(new Map(Map.prototype.entries.call(value)));
  else if (base === 'set') encoder.writeItems(new Set(Set.prototype.values.call(value)));
  else if (base === 'array') encoder.out.uint32((value as unknown[]).length);
  const keys = enumerableKeys(value);
  encoder.writeProperties(value, ArrayBuffer.isView(value) ? keys.filter(isNoIndex) : keys);
  encoder.descend(-1);
}

function isNoIndex(key: PropertyKey): boolean {
  return typeof key === 'symbol' || !/^\d+$/.test(String(key));
}

function classOf(encoder: Encoder, value: object): object {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown };
  const type = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined;
  if (typeof type === 'function' && type.prototype === prototype) return type;
  return encoder.refuse({
    reason: 'UNCLONEABLE',
    value,
    state: 'its prototype is not that of a class',
    cure: 'Make it from a class, or copy it to a plain object: { ...it }',
  });
}

/** Every class above the object's must be the user's, or one whose contents can be read. */
function requireSendable(encoder: Encoder, value: object, type: object): void {
  for (let one: unknown = type; typeof one === 'function'; one = Object.getPrototypeOf(one)) {
    if (one === Function.prototype) return;
    if (allowed.has(one) || HARMLESS.has(one)) continue;
    if (isReadableBase(one, value)) return;
    requireOwn(encoder, value, one);
    allowed.add(one);
  }
}

function requireOwn(encoder: Encoder, value: object, type: object): void {
  const text = Function.prototype.toString.call(type);
  const { name } = type as { name: string };
  if (text.includes('[native code]') || isNodes(type)) {
    const of = type === value.constructor ? 'of' : 'of a class derived from';
    refuseKind(encoder, value, name, `an instance ${of} ${name}`);
  }
  if (!/#[\p{ID_Start}$_]/u.test(text) || !hasPrivate(text)) return;
  encoder.refuse({
    reason: 'PRIVATE_FIELDS',
    value,
    state: `its class ${name} has #private fields, which cannot be read from outside`,
    cure: HOOKS,
  });
}

function hasPrivate(text: string): boolean {
  try {
    return readFunctionText(text, true).uses.hasPrivate;
  } catch {
    return false;
  }
}

/** Whether a class is one of Node's: its source is a builtin module. */
function isNodes(type: object): boolean {
  const known = wellKnown(type);
  if (known !== undefined) return true;
  if (inspectorFailure() !== undefined) return false;
  const info = inspectFunction(type);
  return info.kind === 'source' && urlOfScript(info.scriptId).startsWith('node:');
}

/** A base class of the language whose contents are written besides the own properties. */
function isReadableBase(type: unknown, value: object): boolean {
  switch (type) {
    case Date:
      return types.isDate(value);
    case RegExp:
      return types.isRegExp(value);
    case ArrayBuffer:
      return types.isArrayBuffer(value);
    default:
      return ArrayBuffer.isView(value) && wellKnown(type as object) !== undefined;
  }
}

function baseOf(value: object): Base {
  if (Array.isArray(value)) return 'array';
  if (types.isMap(value)) return 'map';
  if (types.isSet(value)) return 'set';
  if (types.isDate(value) || types.isRegExp(value)) return 'clone';
  return ArrayBuffer.isView(value) || types.isArrayBuffer(value) ? 'clone' : 'object';
}

/** The same without the class of the user's: what the base class holds. */
function plainCopy(value: object): object {
  if (types.isDate(value)) return new Date(value.getTime());
  if (types.isRegExp(value)) return new RegExp(value.source, value.flags);
  if (types.isArrayBuffer(value)) return value.slice();
  const view = value as Uint8Array;
  let prototype: object = Object.getPrototypeOf(view) as object;
  while (wellKnown(prototype.constructor) === undefined) {
    prototype = Object.getPrototypeOf(prototype) as object;
  }
  const View = prototype.constructor as new (b: ArrayBufferLike, o: number, l: number) => object;
  return new View(view.buffer, view.byteOffset, view.length ?? view.byteLength);
}

// Writes the rarer values: what a thread seldom sends, or what takes time to understand anyway.
import { types } from 'node:util';
import { isCarried } from '../../functions/carried.ts';
import { writeCommonJs, writeImport, writeWellKnown } from '../../functions/by-name.ts';
import { writeCodes } from '../../functions/codes.ts';
import { moduleObject } from '../../functions/modules.ts';
import { standardStream, wellKnown } from '../../functions/well-known.ts';
import { writeFunction } from '../../functions/write-function.ts';
import { recipeFor, requireStable } from '../../functions/recipe-blocks.ts';
import type { AnyFunction } from '../../functions/subject.ts';
import * as form from '../../format.ts';
import { inspectorFailure } from '../../source/inspector.ts';
import type { Registration } from '../../transfers.ts';
import type { Encoder } from '../encoder.ts';
import { writeError } from './errors.ts';
import { writeInstance, writeLateInstance } from './instances.ts';
import { enumerableKeys } from '../plain.ts';
import type { RareWriters } from '../surroundings.ts';
import { kindOf, MAKE_IT_THERE, nameKind, refuse, refuseKind, SHARE_BETWEEN } from '../refusal.ts';

/** What the encoder needs for all that is not plain data. */
export const rareWriters: RareWriters = {
  writeRare,
  writeLateContents,
  writeCodes,
  requireStable,
  prepare: () => void inspectorFailure(),
};

/** Writes a symbol, a function, or an object that is not plain data; the message has not met it. */
function writeRare(encoder: Encoder, value: symbol | object): void {
  if (typeof value === 'symbol') return writeSymbol(encoder, value);
  if (typeof value === 'function') return writeFunction(encoder, value as AnyFunction);
  const known = wellKnown(value) ?? standardStream(value);
  if (known !== undefined) return writeWellKnown(encoder, value, known);
  if (types.isProxy(value)) {
    return refuse(encoder, value, 'a Proxy, whose handlers would be lost', MAKE_IT_THERE);
  }
  if (writeModule(encoder, value) || writeTransferred(encoder, value)) return;
  if (writePlatformObject(encoder, value)) return;
  if (isError(value)) return writeError(encoder, value);
  if (writeUnusualPlain(encoder, value)) return;
  writeInstance(encoder, value);
}

// Errors that were not made by Error itself, too: those of functions whose prototype is derived
// from Error's, and those that Node reports from a worker.
function isError(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** Writes the contents of a container that lay too deep, its tag first. */
function writeLateContents(encoder: Encoder, value: object): void {
  if (isPlainBase(value)) writeUnusualHead(encoder, value, true);
  else writeLateInstance(encoder, value);
}

function writeSymbol(encoder: Encoder, value: symbol): void {
  const { out } = encoder;
  const key = Symbol.keyFor(value);
  if (key !== undefined) {
    out.byte(form.REGISTERED_SYMBOL);
    return out.string(key);
  }
  encoder.number(value);
  for (const name of Object.getOwnPropertyNames(Symbol)) {
    if ((Symbol as unknown as Record<string, unknown>)[name] !== value) continue;
    out.byte(form.WELL_KNOWN);
    out.count(2);
    out.key('Symbol');
    return out.key(name);
  }
  out.byte(form.SYMBOL);
  out.string(encoder.home.idOf(value));
  encoder.write(value.description);
}

function writeModule(encoder: Encoder, value: object): boolean {
  const module = moduleObject(value);
  switch (module?.kind) {
    case 'builtin':
      writeImport(encoder, value, `node:${module.id.replace(/^node:/, '')}`, '*');
      return true;
    case 'known':
      writeWellKnown(encoder, value, module.known);
      return true;
    case 'commonjs':
      writeCommonJs(encoder, value, module.file, null);
      return true;
    default:
      return false;
  }
}

function writeTransferred(encoder: Encoder, value: object): boolean {
  const registration = encoder.home.registrationOf(value);
  if (registration === undefined) return false;
  encoder.number(value);
  encoder.out.byte(form.TRANSFERRED);
  // The hooks go along, as one thing that is written once: the thread that receives it may never
  // have seen the class.
  const recipe = recipeFor(encoder, registration);
  if (recipe === 0) encoder.write(registration satisfies Registration);
  else if (!encoder.writeReference(registration)) encoder.writeRecipe(registration, recipe);
  const data: unknown = registration[1](value);
  encoder.enter({ label: 'what reduce() gave', value: data, owner: value });
  encoder.write(data);
  encoder.leave();
  return true;
}

function writePlatformObject(encoder: Encoder, value: object): boolean {
  const { out } = encoder;
  if (types.isSharedArrayBuffer(value) || isCarried(value)) {
    writeParcel(encoder, value);
  } else if (Object.getPrototypeOf(value) === URL.prototype && value instanceof URL) {
    encoder.number(value);
    out.byte(form.URL_OBJECT);
    out.string(value.href);
  } else if (isParams(value)) {
    encoder.number(value);
    out.byte(form.URL_PARAMS);
    out.string(value.toString());
  } else if (types.isBoxedPrimitive(value)) {
    encoder.number(value);
    out.byte(form.BOXED);
    encoder.write(value.valueOf());
  } else if (types.isWeakMap(value) || types.isWeakSet(value)) {
    encoder.number(value);
    out.byte(form.EMPTY_WEAK);
    out.byte(types.isWeakMap(value) ? 0 : 1);
  } else if (isUnsendable(value)) {
    refuseKind(encoder, value, kindOf(value));
  } else return false;
  return true;
}

function writeParcel(encoder: Encoder, value: object): void {
  let handle: number;
  try {
    handle = encoder.home.createParcel(value);
  } catch (cause) {
    const isOut = encoder.home.border === 'process';
    const why = isOut ? 'cannot leave its process' : 'a MessagePort refuses to carry';
    const cure = isOut && types.isSharedArrayBuffer(value) ? SHARE_BETWEEN : MAKE_IT_THERE;
    const state = `it is ${nameKind(value)}, which ${why}`;
    return encoder.refuse({ reason: 'UNCLONEABLE', value, state, cure, cause });
  }
  encoder.table.adopt(handle);
  encoder.number(value);
  encoder.out.byte(form.PARCEL);
  encoder.out.uint32(handle);
}

function isUnsendable(value: object): boolean {
  if (types.isPromise(value) || types.isGeneratorObject(value)) return true;
  if (types.isExternal(value) || types.isModuleNamespaceObject(value)) return false;
  return value instanceof WeakRef || value instanceof AbortSignal;
}

/**
 * Plain objects with symbols for keys, objects without prototype, arrays with more than elements.
 */
function writeUnusualPlain(encoder: Encoder, value: object): boolean {
  if (!isPlainBase(value)) return false;
  const isNow = encoder.begin(value);
  writeUnusualHead(encoder, value, isNow);
  return true;
}

function writeUnusualHead(encoder: Encoder, value: object, withContents: boolean): void {
  const { out } = encoder;
  out.byte(form.PROPERTIES);
  const isArray = Array.isArray(value);
  out.byte(isArray ? 2 : Object.getPrototypeOf(value) === null ? 1 : 0);
  if (isArray) out.uint32(value.length);
  if (!withContents) return;
  encoder.descend(1);
  encoder.writeProperties(value, enumerableKeys(value));
  encoder.descend(-1);
}

function isPlainBase(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return true;
  if (Array.isArray(value)) return isForeign(prototype, 'Array') || prototype === Array.prototype;
  return prototype === Object.prototype || isForeign(prototype, 'Object');
}

/**
 * Whether a prototype is that of a class of the language in another context, such as a test
 * runner's.
 */
function isForeign(prototype: object, name: string): boolean {
  if (!Object.hasOwn(prototype, 'constructor')) return false;
  const { constructor } = prototype;
  return (
    constructor?.name === name &&
    constructor.prototype === prototype &&
    Function.prototype.toString.call(constructor).includes('[native code]')
  );
}

function isParams(value: object): value is URLSearchParams {
  return Object.getPrototypeOf(value) === URLSearchParams.prototype;
}

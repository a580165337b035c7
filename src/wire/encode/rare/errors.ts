// Errors, which always arrive: what of one cannot travel is left out.
import { inspect } from 'node:util';
import { ownOrigin } from '../../origin.ts';
import * as form from '../../format.ts';
import { wellKnown } from '../../functions/well-known.ts';
import { LONG_COUNT } from '../byte-writer.ts';
import type { Encoder } from '../encoder.ts';

/** Classes of the platform: nothing but their constructor can give an error its name again. */
const PLATFORMS = new Set(['DOMException', 'QuotaExceededError']);

const INTERNAL_KEYS = new Set<PropertyKey>(['stack', 'message', 'remoteStack', Symbol.toStringTag]);

/** Writes an error: its kind, name, message, stack, class, and own properties. */
export function writeError(encoder: Encoder, error: Error): void {
  const { out } = encoder;
  encoder.number(error);
  out.byte(form.ERROR);
  out.uint32(ownOrigin);
  const kind = builtInKind(error);
  out.string(kind);
  out.string(textOf(error, 'name'));
  out.string(textOf(error, 'message'));
  if (kind === 'QuotaExceededError') writeLimits(encoder, error);
  encoder.write(stackOf(error));
  writeType(encoder, error);
  const keys = Reflect.ownKeys(error).filter((key) => isOwn(error, key));
  out.byte(LONG_COUNT);
  const position = out.length;
  out.uint32(0);
  encoder.descend(1);
  out.putUint32At(position, keys.filter((key) => writeProperty(encoder, error, key)).length);
  encoder.descend(-1);
}

// A name that is out of sight is written before the properties, and is out of sight there too.
function isOwn(error: Error, key: PropertyKey): boolean {
  if (INTERNAL_KEYS.has(key)) return false;
  return key !== 'name' || Object.prototype.propertyIsEnumerable.call(error, key);
}

function writeLimits(encoder: Encoder, error: Error): void {
  for (const key of ['quota', 'requested']) encoder.write(limitOf(error, key));
}

// An object that only has the prototype has no limits.
function limitOf(error: Error, key: string): number | null {
  try {
    const limit: unknown = Reflect.get(error, key);
    return typeof limit === 'number' ? limit : null;
  } catch {
    return null;
  }
}

/**
 * The class, with the place after it, so that a thread that cannot have the class can go on there.
 */
function writeType(encoder: Encoder, error: Error): void {
  const { out } = encoder;
  const start = out.length;
  out.uint32(0);
  out.uint32(0);
  const type: unknown = (Object.getPrototypeOf(error) as { constructor?: unknown } | null)
    ?.constructor;
  if (typeof type !== 'function' || isBuiltIn(type) || !tryWrite(encoder, type, error)) {
    encoder.write(null);
  }
  out.putUint32At(start, out.length);
  out.putUint32At(start + 4, encoder.numbers);
}

function writeProperty(encoder: Encoder, error: Error, key: PropertyKey): boolean {
  const checkpoint = encoder.checkpoint();
  try {
    encoder.write(key);
    encoder.write((error as unknown as Record<PropertyKey, unknown>)[key]);
    return true;
  } catch {
    encoder.rewind(checkpoint);
    return false;
  }
}

function tryWrite(encoder: Encoder, type: object, owner: object): boolean {
  const checkpoint = encoder.checkpoint();
  try {
    encoder.enter({ label: 'its class', value: type, owner });
    encoder.write(type);
    encoder.leave();
    return true;
  } catch {
    encoder.rewind(checkpoint);
    return false;
  }
}

/** The class of the language or the platform that the error is of, or is derived from. */
function builtInKind(error: Error): string {
  let type: unknown = (Object.getPrototypeOf(error) as { constructor?: unknown } | null)
    ?.constructor;
  while (typeof type === 'function') {
    if (isBuiltIn(type)) return type.name;
    type = Object.getPrototypeOf(type);
  }
  return 'Error';
}

function isBuiltIn(type: unknown): type is ErrorConstructor {
  if (typeof type !== 'function') return false;
  const { name } = type;
  const known = wellKnown(type);
  if (known?.tag === form.WELL_KNOWN && known.path.length === 1 && name.endsWith('Error')) {
    return true;
  }
  return PLATFORMS.has(name) && Reflect.get(globalThis, name) === type;
}

// Getters of the user's may throw; formatting a stack may call Error.prepareStackTrace, which may
// be theirs too.
function textOf(error: Error, key: 'name' | 'message'): string {
  try {
    const text: unknown = error[key];
    return typeof text === 'string' ? text : inspect(text);
  } catch {
    return '';
  }
}

function stackOf(error: Error): string | undefined {
  try {
    const { stack } = error;
    return typeof stack === 'string' ? stack : undefined;
  } catch {
    return undefined;
  }
}

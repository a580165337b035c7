// Instances of classes, and objects that are not plain data.
import { openParcel } from '../../kernel/index.ts';
import * as form from '../format.ts';
import { adopt, atHome, Register } from '../identity.ts';
import { register } from '../transfers.ts';
import type { Registration } from '../transfers.ts';
import type { Decoder } from './decoder.ts';

const symbols = new Register<symbol>();

/** Own properties one by one, on an object, one without prototype, or an array. */
export function readPropertiesObject(decoder: Decoder, late?: object): object {
  const base = decoder.in.byte();
  const length = base === 2 ? decoder.in.uint32() : 0;
  if (late !== undefined) {
    decoder.readProperties(late);
    return late;
  }
  const target = baseObject(base, length);
  decoder.number(target);
  if (!decoder.takeLater()) decoder.readProperties(target);
  return target;
}

/** An instance of a class that came by value or by reference. */
export function readInstance(decoder: Decoder, late?: object): object {
  const base = form.BASES[decoder.in.byte()] as (typeof form.BASES)[number];
  if (late !== undefined) {
    readContents(decoder, base, late);
    return late;
  }
  const isLate = decoder.takeLater();
  let target: object;
  if (base === 'clone') {
    const number = decoder.number(undefined);
    target = decoder.read() as object;
    decoder.settle(number, target);
  } else {
    target = emptyBase(base);
    decoder.number(target);
  }
  decoder.readInto((type) => {
    Object.setPrototypeOf(target, (type as { prototype: object }).prototype);
  });
  if (!isLate) readContents(decoder, base, target);
  return target;
}

/** An object whose class has a reduce and a revive. */
export function readTransferred(decoder: Decoder): unknown {
  const number = decoder.number(undefined);
  const registration = decoder.read() as Registration;
  register(registration);
  const value: unknown = registration[2](decoder.read());
  decoder.settle(number, value);
  return value;
}

/** A symbol, which is one symbol however often it is sent. */
export function readSymbol(decoder: Decoder): symbol {
  const id = decoder.in.string();
  const description = decoder.read() as string | undefined;
  let symbol = (atHome(id) as symbol | undefined) ?? symbols.get(id);
  if (symbol === undefined) {
    symbol = Symbol(description);
    symbols.set(id, symbol);
    adopt(symbol, id);
  }
  decoder.number(symbol);
  return symbol;
}

/** Something that only the platform can carry. */
export function readParcel(decoder: Decoder): unknown {
  const value = openParcel(decoder.in.uint32());
  decoder.number(value);
  return value;
}

/** A URL, or its parameters. */
export function readUrl(decoder: Decoder): URL {
  const url = new URL(decoder.in.string());
  decoder.number(url);
  return url;
}

export function readUrlParams(decoder: Decoder): URLSearchParams {
  const params = new URLSearchParams(decoder.in.string());
  decoder.number(params);
  return params;
}

/** A WeakMap or WeakSet: without what is in it, which could not be found again. */
export function readEmptyWeak(decoder: Decoder): object {
  const weak = decoder.in.byte() === 0 ? new WeakMap() : new WeakSet();
  decoder.number(weak);
  return weak;
}

function readContents(decoder: Decoder, base: (typeof form.BASES)[number], target: object): void {
  switch (base) {
    case 'map':
      decoder.readEntries(target as Map<unknown, unknown>);
      break;
    case 'set':
      decoder.readItems(target as Set<unknown>);
      break;
    case 'array': {
      const array = target as unknown[];
      array.length = decoder.in.uint32();
      break;
    }
    default:
  }
  decoder.readProperties(target);
}

function emptyBase(base: (typeof form.BASES)[number]): object {
  switch (base) {
    case 'array':
      return [];
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    default:
      return {};
  }
}

function baseObject(base: number, length: number): object {
  if (base === 0) return {};
  if (base === 1) return Object.create(null) as object;
  const array: unknown[] = [];
  array.length = length;
  return array;
}

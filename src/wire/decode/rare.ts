// Readers of the rarer tags.
import * as form from '../format.ts';
import type { Decoder } from './decoder.ts';
import { readError } from './errors.ts';
import { readFunction } from './functions.ts';
import { builtin, commonJs, importFrom, moduleNow, requireFrom } from './modules.ts';
import * as objects from './objects.ts';
import { openRecipe } from './recipes.ts';

/** Reads what follows a tag; with `late`, the contents of a container that was made before. */
export type Reader = (decoder: Decoder, late?: object) => unknown;

/** The readers, by tag. */
export const rareReaders: Readonly<Record<number, Reader | undefined>> = {
  [form.PROPERTIES]: objects.readPropertiesObject,
  [form.ERROR]: readError,
  [form.INSTANCE]: objects.readInstance,
  [form.URL_OBJECT]: objects.readUrl,
  [form.URL_PARAMS]: objects.readUrlParams,
  [form.EMPTY_WEAK]: objects.readEmptyWeak,
  [form.PARCEL]: objects.readParcel,
  [form.TRANSFERRED]: objects.readTransferred,
  [form.REGISTERED_SYMBOL]: (decoder) => Symbol.for(decoder.in.string()),
  [form.SYMBOL]: objects.readSymbol,
  [form.WELL_KNOWN]: (decoder) => numbered(decoder, walk(globalThis, readPath(decoder))),
  [form.BUILTIN]: (decoder) => {
    const module = builtin(decoder.in.string());
    return numbered(decoder, walk(module, readPath(decoder)));
  },
  [form.IMPORT]: readImport,
  [form.COMMONJS]: (decoder) => {
    const exports = commonJs(decoder.in.string());
    return numbered(decoder, walk(exports, readPath(decoder)));
  },
  [form.REQUIRE]: (decoder) => numbered(decoder, requireFrom(decoder.in.string())),
  [form.DYNAMIC_IMPORT]: (decoder) => {
    const parent = decoder.in.string();
    return numbered(decoder, (specifier: unknown) => importFrom(parent, String(specifier)));
  },
  [form.RECIPE]: (decoder) => {
    const handle = decoder.in.uint32();
    return numbered(
      decoder,
      openRecipe(handle, (block) => decoder.another(block).decode()),
    );
  },
  [form.FUNCTION]: readFunction,
  [form.BOUND]: readBound,
  [form.METHOD]: readMethod,
  [form.COUNTER]: (decoder) => numbered(decoder, newCounter()),
};

function numbered(decoder: Decoder, value: unknown): unknown {
  decoder.number(value);
  return value;
}

function readPath(decoder: Decoder): string[] {
  return Array.from({ length: decoder.in.count() }, () => decoder.in.key());
}

function walk(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) value = (value as Record<string, unknown>)[key];
  return value;
}

function readImport(decoder: Decoder): unknown {
  const name = decoder.parts.modules[decoder.in.count()];
  const exportName = decoder.in.string();
  if (name === undefined) throw new TypeError('Cannot read the message as it has no such module');
  const module = moduleNow(name) as Record<string, unknown>;
  if (exportName === '*') return numbered(decoder, module);
  if (!(exportName in module)) {
    throw new ReferenceError(
      `Cannot find '${exportName}' as ${name.specifier} does not export it in this thread\n` +
        'A module must have the same exports in every thread',
    );
  }
  return numbered(decoder, module[exportName]);
}

function readBound(decoder: Decoder): unknown {
  const number = decoder.number(undefined);
  const target = decoder.read() as () => unknown;
  const boundThis = decoder.read();
  const bound: unknown = Function.prototype.bind.call(target, boundThis, ...readList(decoder));
  decoder.settle(number, bound);
  return bound;
}

/**
 * A method bound to its own object: found there by name, so that `super` and private members work.
 */
function readMethod(decoder: Decoder): unknown {
  const number = decoder.number(undefined);
  const object = decoder.read() as Record<string, () => unknown>;
  const method = object[decoder.in.string()] as () => unknown;
  const bound: unknown = Function.prototype.bind.call(method, object, ...readList(decoder));
  decoder.settle(number, bound);
  return bound;
}

function readList(decoder: Decoder): unknown[] {
  return Array.from({ length: decoder.in.count() }, () => decoder.read());
}

/** Takes whatever a coverage tool counts, and counts nothing. */
function newCounter(): object {
  const counter: object = new Proxy(() => 0, {
    get: (_, key) => (key === Symbol.toPrimitive ? () => 0 : counter),
    set: () => true,
    apply: () => counter,
  });
  return counter;
}

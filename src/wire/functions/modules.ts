// Modules as values: which objects are whole modules, and which module exports a function.
import { createRequire, isBuiltin } from 'node:module';
import { realpathSync } from 'node:fs';
import { types } from 'node:util';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readModule } from '../source/module-table.ts';
import type { ModuleTable } from '../source/module-table.ts';
import { sourceOfScript } from '../source/inspector.ts';
import { findWellKnown, wellKnown } from './well-known.ts';
import type { WellKnown } from './well-known.ts';

/** An export of a CommonJS module that is loaded; null for all of its exports. */
export interface CommonJsExport {
  readonly file: string;
  readonly name: string | null;
}

/**
 * What a module object is for a message: builtin, CommonJS, or one of which only single members can
 * be sent.
 */
export type ModuleObject =
  | { readonly kind: 'builtin'; readonly id: string }
  | { readonly kind: 'known'; readonly known: WellKnown }
  | { readonly kind: 'commonjs'; readonly file: string }
  | { readonly kind: 'members' };

const require = createRequire(import.meta.url);
const tables = new Map<string, ModuleTable>();

let mainUrl: string | undefined;
let filesByExports = new Map<object, string>();
let filesCounted = -1;

/** What the source of a script says of its imports and exports. */
export function tableOf(scriptId: string): ModuleTable {
  let table = tables.get(scriptId);
  if (table === undefined) {
    table = readModule(sourceOfScript(scriptId));
    tables.set(scriptId, table);
  }
  return table;
}

/** Whether the source of a script has been read already. */
export function hasTable(scriptId: string): boolean {
  return tables.has(scriptId);
}

/** Whether a URL is that of the file that the program was started with: no thread imports it. */
export function isMain(url: string): boolean {
  mainUrl ??= findMain();
  return url.split('?', 1)[0] === mainUrl;
}

/** A path as a URL; a URL stays one. */
export function toUrl(pathOrUrl: string): string {
  return /^(?:\/|[a-zA-Z]:[\\/])/.test(pathOrUrl) ? pathToFileURL(pathOrUrl).href : pathOrUrl;
}

/** A file's URL as a path; anything else stays what it is. */
export function toPath(url: string): string {
  if (!url.startsWith('file:')) return url;
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

/** Whether a thread can import such a file. */
export function isLoadable(url: string): boolean {
  if (!/\.(?:[cm]?tsx?|jsx)(?:\?.*)?$/.test(url)) return true;
  const { typescript } = process.features as { typescript?: string | false };
  if (typescript !== undefined && typescript !== false && !/\.[jt]sx(?:\?|$)/.test(url))
    return true;
  return process.execArgv.some((flag) =>
    /^(?:--import|--loader|--experimental-loader|-r|--require)/.test(flag),
  );
}

/**
 * Which module exports a function, among the CommonJS modules that are loaded; with `file`, only
 * that one.
 */
export function commonJsExport(value: object, file: string | null): CommonJsExport | null {
  if (file !== null) return exportOf(file, value);
  for (const loaded of Object.keys(require.cache)) {
    const found = isMain(toUrl(loaded)) ? null : exportOf(loaded, value);
    if (found !== null) return found;
  }
  return null;
}

/** What kind of module object something is; null if it is none. */
export function moduleObject(value: object): ModuleObject | null {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return null;
  if (types.isMap(value) || types.isSet(value)) return null;
  const members = value as Record<PropertyKey, unknown>;
  if (types.isModuleNamespaceObject(value)) {
    const own = builtinDefault(members);
    return own === null ? { kind: 'members' } : { kind: 'builtin', id: own };
  }
  const file = fileOf(value);
  if (file !== undefined) {
    return isMain(toUrl(file)) ? { kind: 'members' } : { kind: 'commonjs', file };
  }
  if (members[Symbol.toStringTag] === 'Module' || Object.hasOwn(value, '__esModule')) {
    return { kind: 'members' };
  }
  if (isWrapped(members)) return { kind: 'members' };
  const builtin = looksBuiltin(value) ? findWellKnown(value) : undefined;
  return builtin === undefined ? null : { kind: 'known', known: builtin };
}

/**
 * Specifier of a module object that vitest keeps in a variable of its own; null for a file of the
 * project.
 */
export function importableVariable(specifier: string): string | null {
  if (isBuiltin(specifier)) return specifier;
  const path = specifier.replace(/^\/@fs/, '').replace(/\?.*$/, '');
  return path.includes('/node_modules/') ? pathToFileURL(path).href : null;
}

function findMain(): string {
  const [, script] = process.argv;
  if (script === undefined) return '';
  for (const resolve of [realpathSync, require.resolve]) {
    try {
      return pathToFileURL(resolve(script)).href;
    } catch {
      // The program was started with --eval, or without the file's extension.
    }
  }
  return '';
}

function exportOf(file: string, value: object): CommonJsExport | null {
  const module = require.cache[file];
  if (module === undefined || !module.loaded) return null;
  const exports = module.exports as unknown;
  if (exports === value) return { file, name: null };
  if (typeof exports !== 'function' && (typeof exports !== 'object' || exports === null))
    return null;
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(exports))) {
    if (descriptor.enumerable !== true) continue;
    if (readMember(exports, name) === value) return { file, name };
  }
  return null;
}

function readMember(object: object, name: string): unknown {
  try {
    return (object as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** The file of which something is `module.exports`. */
function fileOf(value: object): string | undefined {
  const files = Object.keys(require.cache);
  if (files.length !== filesCounted) {
    filesCounted = files.length;
    filesByExports = new Map();
    for (const file of files) {
      const module = require.cache[file];
      const exports = module?.exports as unknown;
      if (module?.loaded !== true) continue;
      if (typeof exports === 'function' || (typeof exports === 'object' && exports !== null)) {
        filesByExports.set(exports, file);
      }
    }
  }
  return filesByExports.get(value);
}

function builtinDefault(members: Record<PropertyKey, unknown>): string | null {
  const own = members['default'];
  if (typeof own !== 'object' && typeof own !== 'function') return null;
  const found = own === null ? undefined : findWellKnown(own);
  return found?.path.length === 0 && found.module !== '' ? found.module : null;
}

// What compilers make of `import * as`: an object with the exports, and the module as `default`.
function isWrapped(members: Record<PropertyKey, unknown>): boolean {
  if (!Object.hasOwn(members, 'default')) return false;
  const own = members['default'];
  if (typeof own !== 'object' || own === null) return false;
  return (
    wellKnown(own) !== undefined || findWellKnown(own) !== undefined || fileOf(own) !== undefined
  );
}

function looksBuiltin(value: object): boolean {
  if (Object.hasOwn(value, 'constructor') || Object.keys(value).length <= 3) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(
    (descriptor) => typeof descriptor.value === 'function',
  );
}

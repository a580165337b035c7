// Objects that every thread has: the language's, Node's globals, and the exports of builtin
// modules. They travel as a path.
//
// Some globals load a large part of Node.js when they are looked at (`fetch`, `FormData`: 50 ms).
// Those are compared only when a value is nowhere else to be found.
import { isBuiltin } from 'node:module';
import * as form from '../format.ts';

/** How every thread finds the object. */
export interface WellKnown {
  readonly tag: typeof form.WELL_KNOWN | typeof form.BUILTIN;
  /** Name of the builtin module; '' for a global. */
  readonly module: string;
  readonly path: readonly string[];
}

// Names of the language and of Node whose values are there anyway. Other globals may be lazy.
const READ_AT_ONCE = new Set(
  (
    'Object Function Array Number parseFloat parseInt Boolean String Symbol Date Promise ' +
    'RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError ' +
    'URIError JSON Math Intl ArrayBuffer Atomics Uint8Array Int8Array Uint16Array ' +
    'Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array ' +
    'Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set Iterator ' +
    'WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry decodeURI ' +
    'decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN ' +
    'SharedArrayBuffer DisposableStack AsyncDisposableStack SuppressedError Temporal ' +
    'WebAssembly console process Buffer setTimeout clearTimeout setInterval clearInterval ' +
    'setImmediate clearImmediate queueMicrotask structuredClone URL URLSearchParams'
  ).split(' '),
);
// Enumerable like the user's own globals, but Node's.
const NODE_GLOBALS = new Set(
  (
    'console process Buffer global clearImmediate setImmediate clearInterval setInterval ' +
    'clearTimeout setTimeout queueMicrotask structuredClone atob btoa performance fetch ' +
    'navigator crypto'
  ).split(' '),
);
// Looking at them warns, or opens files.
const NEVER_READ = new Set(['localStorage', 'sessionStorage', 'global', 'globalThis']);
// The last is the main thread's only.
const NO_KEYS = new Set(['caller', 'arguments', 'callee', 'mainModule']);

const STREAMS = ['stdin', 'stdout', 'stderr'] as const;

let known: Map<object, WellKnown> | undefined;
const builtInNames = new Set(NODE_GLOBALS);
const lazyNames: string[] = [];
const scannedModules = new Set<string>();
/** What no scan has found, so that it is not looked for again. */
const unknownFunctions = new WeakSet();

/** The path of an object that is known without a search. */
export function wellKnown(value: object): WellKnown | undefined {
  return table().get(value);
}

/** A standard stream of the process, which looking at the others would open. */
export function standardStream(value: object): WellKnown | undefined {
  const name = STREAMS.find((stream) => isStream(value) && process[stream] === value);
  return name && { tag: form.WELL_KNOWN, module: '', path: ['process', name] };
}

/** Whether a global name is the language's or Node's, not the user's. */
export function isBuiltInName(name: string): boolean {
  table();
  return builtInNames.has(name);
}

/**
 * Searches lazy globals and the builtin modules that are loaded; `url` is where the value's source
 * is, if known.
 */
export function findWellKnown(value: object, url = ''): WellKnown | undefined {
  const at = table();
  const found = at.get(value);
  if (found !== undefined || unknownFunctions.has(value)) return found;
  if (url.startsWith('node:') && isBuiltin(url)) {
    scanModule(url.slice('node:'.length));
    const inModule = at.get(value);
    if (inModule !== undefined) return inModule;
  }
  return findLazyGlobal(value) ?? findInModules(value) ?? markUnknown(value);
}

function table(): Map<object, WellKnown> {
  if (known !== undefined) return known;
  known = new Map();
  add(globalThis, '', []);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!Object.prototype.propertyIsEnumerable.call(globalThis, name)) builtInNames.add(name);
    if (READ_AT_ONCE.has(name)) addGlobal(name);
    else if (builtInNames.has(name) && isWorthReading(name)) lazyNames.push(name);
  }
  return known;
}

// `node -e` has every builtin module as a global; looking at them loads them all, with their
// warnings and effects.
function isWorthReading(name: string): boolean {
  return !NEVER_READ.has(name) && (NODE_GLOBALS.has(name) || !isBuiltin(name));
}

function addGlobal(name: string): void {
  const value = readGlobal(name);
  if (!isObject(value) || !add(value, '', [name])) return;
  for (const [key, member] of membersOf(value)) {
    add(member, '', [name, key]);
    if (key !== 'prototype') continue;
    for (const [method, own] of membersOf(member)) {
      if (typeof own === 'function') add(own, '', [name, key, method]);
    }
  }
}

function findLazyGlobal(value: object): WellKnown | undefined {
  for (const name of lazyNames) {
    if (readGlobal(name) === value) {
      add(value, '', [name]);
      return table().get(value);
    }
  }
  return undefined;
}

// Only modules that are loaded already: loading one may have effects, and could not be where the
// value is from.
function findInModules(value: object): WellKnown | undefined {
  const { moduleLoadList = [] } = process as unknown as { moduleLoadList?: string[] };
  for (const entry of moduleLoadList) {
    const [, id] = /^NativeModule (?!internal\/)(.+)$/.exec(entry) ?? [];
    if (id === undefined || !isBuiltin(id)) continue;
    scanModule(id);
    const found = table().get(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function markUnknown(value: object): undefined {
  unknownFunctions.add(value);
}

function scanModule(id: string): void {
  if (scannedModules.has(id)) return;
  scannedModules.add(id);
  const module = process.getBuiltinModule(id);
  if (module === undefined) return;
  add(module, id, []);
  for (const [key, member] of membersOf(module)) add(member, id, [key]);
}

function add(value: object, module: string, path: readonly string[]): boolean {
  const at = known as Map<object, WellKnown>;
  if (at.has(value)) return false;
  at.set(value, { tag: module === '' ? form.WELL_KNOWN : form.BUILTIN, module, path });
  return true;
}

/** Members that are objects and no getters. */
function membersOf(value: object): [key: string, member: object][] {
  const members: [string, object][] = [];
  for (const key of Object.getOwnPropertyNames(value)) {
    if (NO_KEYS.has(key)) continue;
    const member: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    if (isObject(member)) members.push([key, member]);
  }
  return members;
}

function isStream(value: object): boolean {
  return 'on' in value && ('write' in value || 'read' in value);
}

function readGlobal(name: string): unknown {
  try {
    return (globalThis as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

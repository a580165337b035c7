// Modules that a message names, imported where they are needed.
//
// `import()` is the rule: it resolves a specifier as the importing module would, with the loaders
// that the program has (tsx and the like). Where there is no time for a promise, `require` loads an
// ES module at once, in Node.js from 22.12 on, and gives the same module object.
import { createRequire, isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { TransferError } from '../../errors/index.ts';
import type { ModuleName } from './message-parts.ts';

type Attributes = ModuleName['attributes'];
type Importer = (specifier: string, attributes: Attributes) => Promise<object>;

const loaded = new Map<string, object>();
const failures = new Map<string, unknown>();
const importers = new Map<string, Importer>();
const IMPORT = 'return import(specifier, attributes ? { with: attributes } : {})';

let importing = 0;
let hasWarned = false;

/** Whether this thread is evaluating modules that a message needs. */
export function isImporting(): boolean {
  return importing > 0;
}

/** Whether a module is there, or can be had at once without evaluating anything. */
export function isLoaded(name: ModuleName): boolean {
  return loaded.has(keyOf(name)) || isBuiltin(name.specifier);
}

/**
 * Imports a module for {@link moduleNow}, which tells a failure: perhaps nobody asks for that
 * module.
 */
export async function importModule(name: ModuleName): Promise<void> {
  const key = keyOf(name);
  importing++;
  try {
    failures.delete(key);
    loaded.set(key, await importFrom(name.parent, name.specifier, name.attributes));
  } catch (error) {
    failures.set(key, error);
  } finally {
    importing--;
  }
}

/** `import(specifier)` as the module `parent` would do it. */
export function importFrom(
  parent: string,
  specifier: string,
  attributes: Attributes = null,
): Promise<object> {
  if (parent === '' || /^(node:|file:|data:)/.test(specifier)) {
    return import(specifier, attributes === null ? {} : { with: attributes }) as Promise<object>;
  }
  let importer = importers.get(parent);
  if (importer === undefined) {
    importer = vm.compileFunction(IMPORT, ['specifier', 'attributes'], {
      filename: parent,
      importModuleDynamically: mainLoader(),
    }) as Importer;
    importers.set(parent, importer);
  }
  return importer(specifier, attributes);
}

/** The module object, loaded now if it is not there yet. */
export function moduleNow(name: ModuleName): object {
  const key = keyOf(name);
  let namespace = loaded.get(key);
  if (failures.has(key)) throw refusal(name, failures.get(key));
  if (namespace === undefined) {
    namespace = isBuiltin(name.specifier) ? builtinNamespace(name.specifier) : requireNow(name);
    loaded.set(key, namespace);
  }
  return namespace;
}

/** The exports of a CommonJS module, by its file. */
export function commonJs(file: string): unknown {
  return evaluating(() => createRequire(file)(file) as unknown);
}

/** The `require` of a CommonJS module. */
export function requireFrom(file: string): NodeJS.Require {
  return createRequire(file);
}

/** A builtin module. */
export function builtin(id: string): object {
  return process.getBuiltinModule(id) as unknown as object;
}

function keyOf({ parent, specifier }: ModuleName): string {
  return `${parent}\n${specifier}`;
}

/** What `import * as` gives of a builtin module. */
function builtinNamespace(specifier: string): object {
  const module = builtin(specifier);
  const namespace: object = Object.create(null) as object;
  Object.defineProperties(namespace, Object.getOwnPropertyDescriptors(module));
  return Object.defineProperty(namespace, 'default', { value: module, enumerable: true });
}

function requireNow(name: ModuleName): object {
  const { parent, specifier } = name;
  try {
    const path = /^(?:file:|\.|\/)/.test(specifier)
      ? fileURLToPath(new URL(specifier, parent === '' ? undefined : parent))
      : specifier;
    const require = createRequire(parent.startsWith('file:') ? parent : import.meta.url);
    const module = evaluating(() => require(path) as object);
    return isNamespace(module) ? module : asNamespace(module);
  } catch (error) {
    throw refusal(name, error);
  }
}

function evaluating<T>(load: () => T): T {
  importing++;
  try {
    return load();
  } finally {
    importing--;
  }
}

function isNamespace(module: object): boolean {
  return (module as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] === 'Module';
}

// A CommonJS module, or JSON, as `import * as` shows it.
function asNamespace(module: object): object {
  return { ...module, default: module };
}

function refusal({ parent, specifier }: ModuleName, cause: unknown): TransferError {
  const from = parent === '' ? '' : `, as ${parent} does`;
  const reason = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
  const isAsync = (cause as { code?: unknown } | null)?.code === 'ERR_REQUIRE_ASYNC_MODULE';
  const cure = isAsync
    ? 'It has a top-level await, so import it before the value is taken: import() in this thread'
    : 'A module that functions of it are sent from must load in every thread that receives them';
  return new TransferError(
    `Cannot import '${specifier}'${from}, in this thread as that fails: ${reason}\n${cure}`,
    { cause, code: 'ERR_HEDDLE_IMPORT' },
  );
}

/**
 * What lets compiled code import through the main loader. Node.js warns once that this is
 * experimental.
 */
export function mainLoader(): number {
  if (!hasWarned) {
    hasWarned = true;
    warnInVain();
  }
  return vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
}

// The user has not asked for it and can do nothing about it. The warning comes with the first
// import, so we make one while nobody hears it.
function warnInVain(): void {
  // oxlint-disable-next-line unbound-method -- it is put back as it was
  const { emitWarning } = process;
  process.emitWarning = (): void => {};
  try {
    const first = vm.compileFunction("return import('node:module')", [], {
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }) as () => Promise<unknown>;
    first().catch(() => {});
  } finally {
    process.emitWarning = emitWarning;
  }
}

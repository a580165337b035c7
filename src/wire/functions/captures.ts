// The variables that a function captures: where each has its value from, and how it travels.
import { types } from 'node:util';
import type { Encoder } from '../encode/encoder.ts';
import type { ModuleName } from '../encode/tables/message-table.ts';
import { isSourceOf } from '../source/inspector.ts';
import type { CapturedScope } from '../source/inspector.ts';
import type { FreeName } from '../source/free-names.ts';
import { hasTable, importableVariable, isLoadable, moduleObject, tableOf } from './modules.ts';
import { isPlainlyOwn } from './plain-imports.ts';
import type { Subject } from './subject.ts';
import { isBuiltInName, wellKnown } from './well-known.ts';

/** A captured variable. */
export type Capture = {
  readonly name: string;
  readonly use: FreeName;
} & (
  | {
      readonly kind: 'value';
      readonly value: unknown;
      /** The scope that holds it: the module's own, one within, or the global object. */
      readonly level: 'module' | 'nested' | 'global';
    }
  /** Only some members of a module object. */
  | { readonly kind: 'members'; readonly value: object; readonly members: readonly string[] }
  | { readonly kind: 'import'; readonly module: ModuleName; readonly exportName: string }
  /** `import()` as a test runner writes it. */
  | { readonly kind: 'importer' }
  /** The counter of a coverage tool. */
  | { readonly kind: 'counter' }
);

interface Found {
  readonly scope: CapturedScope;
  readonly value: unknown;
}

const RUNNER_MODULE = /^__vi(?:te_ssr)?_import_\d+__$/;
const RUNNER_META = /^(?:__vite_ssr_import_meta__|__vi_import_meta__|import_meta\d*)$/;
const RUNNER_IMPORT = /^(?:__vite_ssr_dynamic_import__|__vi_import__)$/;
const META_MEMBERS = ['url', 'filename', 'dirname'];

/** The variables that a function captures; names that every thread has are left to it. */
export function findCaptures(encoder: Encoder, subject: Subject): Capture[] {
  const captures: Capture[] = [];
  for (const [name, use] of subject.text.uses.names) {
    const found = look(encoder, subject, name, use);
    if (found !== null) captures.push(classify(encoder, subject, name, use, found));
  }
  return captures;
}

function look(encoder: Encoder, subject: Subject, name: string, use: FreeName): Found | null {
  for (const scope of subject.scopes) {
    if (scope.kind === 'Global') return lookGlobal(scope, name);
    if (!(name in scope.variables)) continue;
    try {
      return { scope, value: (scope.variables as Record<string, unknown>)[name] };
    } catch (cause) {
      return encoder.refuse({
        reason: 'CAPTURED_TDZ',
        value: subject.value,
        place: subject.at(use.position),
        state: `it uses '${name}', which has no value yet at this point of the program`,
        cure: `Send it after the declaration of '${name}' has run`,
        cause,
      });
    }
  }
  return null;
}

/** A global that the user's code has set; the platform's own are in every thread. */
function lookGlobal(scope: CapturedScope, name: string): Found | null {
  if (isBuiltInName(name)) return null;
  const descriptor = Object.getOwnPropertyDescriptor(scope.variables, name);
  if (descriptor === undefined || !('value' in descriptor)) return null;
  const value: unknown = descriptor.value;
  return isObject(value) && wellKnown(value) !== undefined ? null : { scope, value };
}

function classify(
  encoder: Encoder,
  subject: Subject,
  name: string,
  use: FreeName,
  { scope, value }: Found,
): Capture {
  if (isCounter(name, value)) return { name, use, kind: 'counter' };
  const imported = findImport(encoder, subject, scope, name, value);
  if (imported !== null) return { name, use, kind: 'import', ...imported };
  if (RUNNER_IMPORT.test(name)) return { name, use, kind: 'importer' };
  if (isObject(value)) {
    if (RUNNER_META.test(name) && 'url' in value) {
      const members = use.bare ? META_MEMBERS : [...use.members];
      return { name, use, kind: 'members', value, members };
    }
    if (isModuleObject(name, value)) {
      if (use.bare) refuseModule(encoder, subject, name, use);
      return { name, use, kind: 'members', value, members: [...use.members] };
    }
  }
  if (scope.kind === 'Global') return { name, use, kind: 'value', value, level: 'global' };
  const level = isSame(scope, subject.moduleScope) ? 'module' : 'nested';
  return { name, use, kind: 'value', value, level };
}

/** For the binding of an import: what to import instead. A primitive is simply copied. */
function findImport(
  encoder: Encoder,
  subject: Subject,
  scope: CapturedScope,
  name: string,
  value: unknown,
): { module: ModuleName; exportName: string } | null {
  if (RUNNER_MODULE.test(name)) {
    const specifier = tableOf(subject.scriptId).moduleVariables.get(name);
    const importable = specifier === undefined ? null : importableVariable(specifier);
    if (importable === null) return null;
    return { module: { parent: '', specifier: importable, attributes: null }, exportName: '*' };
  }
  if (scope.kind !== 'Module') return null;
  if (!hasTable(subject.scriptId) && !mayBeImported(encoder, subject, name, value)) return null;
  const binding = tableOf(subject.scriptId).imports.get(name);
  if (binding === undefined || !isLoadable(binding.specifier)) return null;
  const { specifier, attributes } = binding;
  return { module: { parent: subject.url, specifier, attributes }, exportName: binding.name };
}

// Saves reading the source of a module: what is primitive can be copied, what is of the same script
// is no import.
function mayBeImported(encoder: Encoder, subject: Subject, name: string, value: unknown): boolean {
  // A module may say of its thread what holds only there, as `isMain` does.
  if (!isObject(value) && value !== true) return false;
  if (typeof value === 'function' && !types.isProxy(value)) {
    if (wellKnown(value) !== undefined) return false;
    if (encoder.home.recipeOf(value) === undefined && isSourceOf(subject.scriptId, value)) {
      return false;
    }
  }
  return !isPlainlyOwn(subject, name);
}

function isModuleObject(name: string, value: object): boolean {
  // vitest's may be a Proxy (vi.mock).
  if (RUNNER_MODULE.test(name)) return true;
  if (types.isProxy(value) || typeof value === 'function') return false;
  if (name === 'module' && value.constructor?.name === 'Module') return true;
  // Last what is well known: the table of that takes some milliseconds to make.
  return moduleObject(value)?.kind === 'members' && wellKnown(value) === undefined;
}

function refuseModule(encoder: Encoder, subject: Subject, name: string, use: FreeName): never {
  return encoder.refuse({
    reason: 'MODULE_OBJECT',
    value: subject.value,
    place: subject.at(use.position),
    state: `it uses the whole module object '${name}'`,
    cure: `Use its members directly (${name}.member), so that only those are sent`,
  });
}

function isCounter(name: string, value: unknown): boolean {
  if (!/^cov_[0-9a-z]+$/.test(name) || typeof value !== 'function') return false;
  return '__coverage__' in globalThis;
}

function isSame(scope: CapturedScope, other: CapturedScope | undefined): boolean {
  return other !== undefined && scope === other;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

// Makes chunks scripts, each behind a small module that runs it and exports what it exported.
//
// Most of what a worker does before its first thread is compiling those that it loads. V8 tells
// what it has compiled of a script, and nothing of a module; so the maker of a worker hands that
// over (src/kernel/memory/code.ts), and a program's first thread takes three quarters of the time.
// The code runs faster, too: variables of a function around are constants for V8, those of a module
// are not.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import type { AnyNode, ExportNamedDeclaration, Identifier, ImportDeclaration, Node } from 'acorn';
import { MODULE_LOADER, programLoader } from './loader.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

interface Pair {
  readonly local: string;
  readonly exported: string;
}

// A builtin is a module already (build.ts); esbuild would make another one of it for each file, for
// 0.2 of the 35 ms of a child. Columns stay, for the source map.
const TAKEN = /__toESM\((require_node_\w+\(\)),1\)/g;
const FOREIGN = /[^\0-\x7f]/g;

/**
 * Makes chunks scripts, given by their paths: first the one that imports nothing, and that all of
 * them import. Gives their modules, by path.
 */
export function makeScripts([base, ...others]: readonly [string, ...string[]]): Modules {
  const modules = new Map<string, Module>();
  modules.set(
    base,
    makeScript(base, (module) => `${MODULE_LOADER}${runningBase(module)}`),
  );
  for (const chunk of others) {
    modules.set(
      chunk,
      makeScript(chunk, (module) => running(chunk, base, module)),
    );
  }
  return modules;
}

/**
 * Makes a program of a module that imports chunks only: a file beside it, of type cjs, that does
 * the same with the scripts of these.
 *
 * @param isChild whether a child process runs it, rather than a worker
 */
export function makeProgram(entry: string, modules: Modules, isChild: boolean): void {
  const [base = ''] = modules.keys();
  const { body, imports, pairs } = converted(entry);
  if (pairs.length > 0) throw new TypeError(`Cannot make ${entry} a program: it exports something`);
  const needed: string[] = [];
  const need = (from: string, specifier: string): string => {
    const chunk = path.join(path.dirname(from), specifier);
    const module = modules.get(chunk);
    if (module === undefined) throw new TypeError(`Cannot run ${chunk}: it is no script`);
    if (!needed.includes(chunk)) {
      for (const other of module.imports) need(chunk, other);
      needed.push(chunk);
    }
    return `$${needed.indexOf(chunk)}`;
  };
  const given = imports.map((specifier) => need(entry, specifier));
  const runs = needed.map((chunk, i) => {
    const { script, imports: others } = modules.get(chunk) as Module;
    const names = others.map((specifier) => need(chunk, specifier));
    const meta = `metaOf(${JSON.stringify(relative(base, chunk))})`;
    return `const $${i} = run(${JSON.stringify(script)}, ${meta}, [${names.join(', ')}]);\n`;
  });
  // The text first, so that the source map stays true.
  const program =
    `const $main = function (meta, $imports) { 'use strict'; ${body}};\n` +
    programLoader(relative(entry, base), isChild) +
    runs.join('') +
    `$main(metaOf(${JSON.stringify(relative(base, entry))}), [${given.join(', ')}]);\n`;
  // Throws at an `await` outside of functions.
  parse(program, { ecmaVersion: 'latest', sourceType: 'script' });
  writeFileSync(entry.replace(/\.js$/, '.cjs'), program);
}

/** By the path of the chunk; the base comes first. */
export type Modules = ReadonlyMap<string, Module>;

/** What the module of a script is made of. */
export interface Module {
  readonly script: string;
  /** What it imports, by position. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

function makeScript(chunk: string, write: (module: Module) => string): Module {
  const { body, imports, pairs } = converted(chunk);
  if (pairs.length === 0) throw new TypeError(`Cannot make ${chunk} a script: it exports nothing`);
  const name = path.basename(chunk);
  const script = `${path.basename(chunk, '.js')}-${hashOf(body)}.script.js`;
  // On one line with what was the first, so that the source map stays true.
  const head = `(function (meta, $imports, __filename) { 'use strict'; `;
  const whole = head + body.replace(`${name}.map`, `${script}.map`);
  writeFileSync(path.join(path.dirname(chunk), script), whole);
  renameSync(`${chunk}.map`, path.join(path.dirname(chunk), `${script}.map`));
  const module = { script, imports, exports: pairs.map(({ exported }) => exported) };
  writeFileSync(chunk, write(module));
  return module;
}

/** A module as the body of a function. */
interface Converted {
  readonly body: string;
  readonly imports: readonly string[];
  readonly pairs: readonly Pair[];
}

function converted(chunk: string): Converted {
  const text = readFileSync(chunk, 'utf8');
  const edits: Edit[] = [];
  const program = parse(text, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    onComment: (_isBlock, _text, start, end) => edits.push(plain(text, start, end)),
  });
  const own = program.body.find(({ type }) => type === 'ExportNamedDeclaration');
  const pairs = own === undefined ? [] : pairsOf(own as ExportNamedDeclaration);
  const imports: string[] = [];
  if (own !== undefined) edits.push({ ...placeOf(own), by: returning(pairs) });
  const locals = new Set(pairs.map(({ local }) => local));
  visit(program, (node) => edits.push(...editsOf(text, node, locals, imports)));
  const body = edited(text, edits).replaceAll(
    TAKEN,
    (_all, builtin: string) => `        ${builtin}   `,
  );
  if (body.search(FOREIGN) >= 0) {
    throw new TypeError(`Cannot read ${chunk} as it is not plain ASCII`);
  }
  return { body, imports, pairs };
}

// V8 takes compiled code for that of any script of the same length. A child may find a newer heddle
// on the disk than its parent has loaded, and must not take the code of the older one.
function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

// The loader reads bytes as they are: esbuild writes all but comments so.
function plain(text: string, start: number, end: number): Edit {
  return { start, end, by: text.slice(start, end).replaceAll(FOREIGN, '?') };
}

function pairsOf({ specifiers }: ExportNamedDeclaration): Pair[] {
  return specifiers.map(({ local, exported }) => ({
    local: (local as Identifier).name,
    exported: (exported as Identifier).name,
  }));
}

function returning(pairs: readonly Pair[]): string {
  const members = pairs.map(({ local, exported }) =>
    local === exported ? local : `${exported}: ${local}`,
  );
  return `return { ${members.join(', ')} };\n});`;
}

// What a script has not got: its module hands it in.
function editsOf(
  text: string,
  node: AnyNode,
  exported: ReadonlySet<string>,
  imports: string[],
): Edit[] {
  switch (node.type) {
    case 'ImportDeclaration':
      imports.push(String(node.source.value));
      return [{ ...placeOf(node), by: taking(text, node, imports.length - 1) }];
    case 'MetaProperty':
      return node.meta.name === 'import' ? [{ ...placeOf(node), by: 'meta' }] : [];
    case 'ImportExpression':
      return [{ start: node.start, end: node.start, by: 'meta.' }];
    case 'AssignmentExpression':
      requireConstant(node.left, exported);
      return [];
    case 'UpdateExpression':
      requireConstant(node.argument, exported);
      return [];
    default:
      return [];
  }
}

// On as many lines as before.
function taking(text: string, { start, end, specifiers }: ImportDeclaration, at: number): string {
  if (specifiers.length === 0) return '';
  const [list = ''] = /\{[^}]*\}/.exec(text.slice(start, end)) ?? [];
  return `const ${list.replaceAll(' as ', ': ')} = $imports[${at}];`;
}

// What is exported is handed on once.
function requireConstant(target: AnyNode, exported: ReadonlySet<string>): void {
  if (target.type !== 'Identifier' || !exported.has(target.name)) return;
  throw new TypeError(`Cannot export ${target.name} from a script as it is assigned later`);
}

function placeOf({ start, end }: Node): { start: number; end: number } {
  return { start, end };
}

function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { start, end, by } of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + by + result.slice(end);
  }
  return result;
}

function visit(node: AnyNode, act: (node: AnyNode) => void): void {
  act(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof (child as AnyNode | null)?.type === 'string') visit(child as AnyNode, act);
    }
  }
}

function runningBase({ script, exports }: Module): string {
  return exporting(exports, script, []);
}

function running(chunk: string, base: string, { script, imports, exports }: Module): string {
  const heads = imports.map((from, i) => `import * as $${i} from ${JSON.stringify(from)};\n`);
  const run = `import { $run } from ${JSON.stringify(relative(chunk, base))};\n`;
  const names = imports.map((_, i) => `$${i}`);
  return run + heads.join('') + exporting(exports, script, names);
}

/** How one file imports another. */
function relative(from: string, to: string): string {
  const place = path.relative(path.dirname(from), to);
  return place.startsWith('.') ? place : `./${place}`;
}

function exporting(exports: readonly string[], script: string, imports: readonly string[]): string {
  return `export const {
  ${exports.join(',\n  ')},
} = $run(
  ${JSON.stringify(script)},
  {
    url: import.meta.url,
    resolve: (specifier) => import.meta.resolve(specifier),
    import: (specifier, options) => import(specifier, options),
  },
  [${imports.join(', ')}],
  typeof __filename === 'string' ? __filename : undefined,
);
`;
}

// Makes chunks scripts, each behind a small module that runs it and exports what it exported.
//
// Most of what a worker does before its first thread is compiling those that it loads. V8 tells
// what it has compiled of a script, and nothing of a module; so the maker of a worker hands that
// over (src/kernel/memory/code.ts), and a program's first thread takes three quarters of the time.
// The code runs faster, too: variables of a function around are constants for V8, those of a module
// are not.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import type { AnyNode, ExportNamedDeclaration, Identifier, ImportDeclaration, Node } from 'acorn';
import { moduleLoader, programLoader } from './loader.ts';
import type { ScriptTable } from './loader.ts';

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
 * Makes modules scripts, given by their paths in groups. Those of a group are loaded together by
 * whoever loads modules, and become one module for that; a program runs each by itself. The first
 * of the first group is the base, which imports nothing and which all others import.
 *
 * @param names other modules that may be run as scripts, by the names of package.json's `imports`
 */
export function makeScripts(
  groups: readonly (readonly string[])[],
  names: Readonly<Record<string, string>>,
): Scripts {
  const modules = new Map<string, Module>();
  for (const group of groups) {
    const [first = ''] = group;
    const holder =
      group.length === 1
        ? first
        : path.join(path.dirname(first), `group-${idOf(first).slice(1)}.js`);
    for (const file of group) modules.set(file, makeScript(file, holder));
  }
  const table = tableOf(modules, names);
  for (const group of groups) writeGroup(group, modules, table);
  return { modules, table };
}

/** Has a module that is no script import from groups what it imports from scripts. */
export function importFromGroups(file: string, { modules }: Scripts): void {
  const text = readFileSync(file, 'utf8');
  const edits: Edit[] = [];
  for (const node of parse(text, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    if (node.type !== 'ImportDeclaration') continue;
    const module = modules.get(path.join(path.dirname(file), String(node.source.value)));
    if (module === undefined) continue;
    const from = JSON.stringify(relative(file, module.holder));
    edits.push({
      ...placeOf(node),
      by: `import{${module.id}}from${from};${taking(text, node, module.id)}`,
    });
  }
  writeFileSync(file, edited(text, edits));
}

/**
 * Makes a program of a module that imports scripts only: a file beside it, of type cjs, that does
 * the same with these.
 *
 * @param isChild whether a child process runs it, rather than a worker
 */
export function makeProgram(entry: string, { modules, table }: Scripts, isChild: boolean): void {
  const [base = ''] = modules.keys();
  const { holder } = modules.get(base) as Module;
  const { body, imports, pairs } = converted(entry);
  if (pairs.length > 0) throw new TypeError(`Cannot make ${entry} a program: it exports something`);
  const given = imports.map((one) => relative(base, one));
  const missing = given.find((name) => !(name in table));
  if (missing !== undefined) throw new TypeError(`Cannot run ${missing}: it is no script`);
  const meta = `metaOf(${JSON.stringify(relative(base, entry))})`;
  // The text first, so that the source map stays true.
  const program =
    `const $main = function (meta, $imports) { 'use strict'; ${body}};\n` +
    programLoader(table, relative(entry, base), relative(base, holder), isChild) +
    `$main(${meta}, ${JSON.stringify(given)}.map(take));\n`;
  // Throws at an `await` outside of functions.
  parse(program, { ecmaVersion: 'latest', sourceType: 'script' });
  writeFileSync(entry.replace(/\.js$/, '.cjs'), program);
}

function tableOf(modules: Modules, names: Readonly<Record<string, string>>): ScriptTable {
  const [base = ''] = modules.keys();
  const table: Record<string, readonly (string | null)[]> = {};
  for (const [file, { script, imports }] of modules) {
    table[relative(base, file)] = [script, ...imports.map((one) => relative(base, one))];
  }
  for (const [name, file] of Object.entries(names)) {
    const imports = modules.has(file) ? [file] : importsOf(file);
    if (!imports.every((one) => modules.has(one))) continue;
    table[name] = [null, ...imports.map((one) => relative(base, one))];
  }
  return table;
}

function importsOf(file: string): string[] {
  const { body } = parse(readFileSync(file, 'utf8'), {
    ecmaVersion: 'latest',
    sourceType: 'module',
  });
  return body
    .filter((node) => node.type === 'ImportDeclaration')
    .map(({ source }) => path.join(path.dirname(file), String(source.value)));
}

/** What has become scripts. */
export interface Scripts {
  readonly modules: Modules;
  readonly table: ScriptTable;
}

/** By the path of the module; the base comes first. */
type Modules = ReadonlyMap<string, Module>;

/** What the module of a script is made of. */
interface Module {
  /** What its exports are called, as one. */
  readonly id: string;
  /** The module that runs it. */
  readonly holder: string;
  readonly script: string;
  /** What it imports, by position. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

function makeScript(file: string, holder: string): Module {
  const { body, imports, pairs } = converted(file);
  const name = path.basename(file);
  const script = `${path.basename(file, '.js')}-${hashOf(body)}.script.js`;
  // On one line with what was the first, so that the source map stays true.
  const head = `(function (meta, $imports, __filename) { 'use strict'; `;
  const end = pairs.length === 0 ? '\nreturn {};\n});\n' : '';
  const whole = head + body.replace(`${name}.map`, `${script}.map`) + end;
  writeFileSync(path.join(path.dirname(file), script), whole);
  renameSync(`${file}.map`, path.join(path.dirname(file), `${script}.map`));
  const exports = pairs.map(({ exported }) => exported);
  return { id: idOf(file), holder, script, imports, exports };
}

function idOf(file: string): string {
  const name = path.basename(file, '.js').replace(/^chunk-/, '');
  return `$${name.replaceAll(/\W/g, '_')}`;
}

function writeGroup(group: readonly string[], modules: Modules, table: ScriptTable): void {
  const [base = ''] = modules.keys();
  const { holder: baseHolder } = modules.get(base) as Module;
  const members = group.map((file) => ({ file, module: modules.get(file) as Module }));
  const { holder } = (members[0] as (typeof members)[number]).module;
  const loader =
    holder === baseHolder
      ? moduleLoader(table, path.basename(base))
      : `import { $take } from ${JSON.stringify(relative(holder, baseHolder))};\n`;
  const runs = members.map(
    ({ file, module: { id } }) =>
      `export const ${id} = $take(${JSON.stringify(relative(base, file))});\n`,
  );
  writeFileSync(holder, [loader, ...runs].join(''));
  for (const { file, module } of members) {
    const { exports, id } = module;
    const names = exports.length === 0 ? '' : `export const { ${exports.join(', ')} } = ${id};\n`;
    if (file === holder) appendFileSync(file, names);
    else
      writeFileSync(
        file,
        `import { ${id} } from ${JSON.stringify(relative(file, holder))};\n${names}`,
      );
  }
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
  return {
    body,
    imports: imports.map((specifier) => path.join(path.dirname(chunk), specifier)),
    pairs,
  };
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
      return [{ ...placeOf(node), by: taking(text, node, `$imports[${imports.length - 1}]`) }];
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
function taking(text: string, { start, end, specifiers }: ImportDeclaration, from: string): string {
  if (specifiers.length === 0) return '';
  const [list = ''] = /\{[^}]*\}/.exec(text.slice(start, end)) ?? [];
  return `const ${list.replaceAll(' as ', ': ')} = ${from};`;
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

/** How one file imports another. */
function relative(from: string, to: string): string {
  const place = path.relative(path.dirname(from), to);
  return place.startsWith('.') ? place : `./${place}`;
}

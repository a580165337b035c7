// Makes the chunk that every thread loads a script, and of what the others import from it a small
// module that runs the script.
//
// Most of what a worker does before its first thread is compiling that chunk. V8 tells what it has
// compiled of a script, and nothing of a module; so the maker of a worker hands that over
// (src/kernel/memory/code.ts), and a program's first thread takes three quarters of the time.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import type { AnyNode, ExportNamedDeclaration, Identifier, Node } from 'acorn';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

const SCRIPT = 'base.js';

/** Does so with a chunk, given by its path. It must import nothing. */
export function makeScript(chunk: string): void {
  const text = readFileSync(chunk, 'utf8');
  if (/[^\0-\x7f]/.test(text)) throw new TypeError(`Cannot read ${chunk} as it is not plain ASCII`);
  const program = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  const own = program.body.find(({ type }) => type === 'ExportNamedDeclaration');
  if (own === undefined) throw new TypeError(`Cannot make ${chunk} a script: it exports nothing`);
  const pairs = pairsOf(own as ExportNamedDeclaration);
  const edits: Edit[] = [{ ...placeOf(own), by: returning(pairs) }];
  const locals = new Set(pairs.map(({ local }) => local));
  visit(program, (node) => edits.push(...editsOf(chunk, node, locals)));
  const script = path.join(path.dirname(chunk), SCRIPT);
  // On one line with what was the first, so that the source map stays true.
  const head = `(function (meta, __filename) { 'use strict'; `;
  const map = [`${path.basename(chunk)}.map`, `${SCRIPT}.map`] as const;
  writeFileSync(script, head + edited(text, edits).replace(...map));
  renameSync(`${chunk}.map`, `${script}.map`);
  writeFileSync(chunk, loaderOf(pairs.map(({ exported }) => exported)));
}

interface Pair {
  readonly local: string;
  readonly exported: string;
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

// What a script has not got: its loader hands it in.
function editsOf(chunk: string, node: AnyNode, exported: ReadonlySet<string>): Edit[] {
  switch (node.type) {
    case 'ImportDeclaration':
      throw new TypeError(`Cannot make ${chunk} a script as it imports`);
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

function loaderOf(names: readonly string[]): string {
  return `// Runs ${SCRIPT}, a script so that a worker need not compile what its maker has compiled.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script, runInThisContext } = process.getBuiltinModule('node:vm');
const { workerData } = process.getBuiltinModule('node:worker_threads');
const url = new URL('${SCRIPT}', import.meta.url);
const text = readFileSync(url, 'latin1');
const meta = {
  url: import.meta.url,
  resolve: (specifier) => import.meta.resolve(specifier),
  import: (specifier, options) => import(specifier, options),
  script: null,
  exports: null,
};
function run() {
  // In a context of its own, such as a test runner's, it has an Array and an Error of its own.
  if (runInThisContext('Array') !== Array) {
    return (0, eval)(\`\${text}\\n//# sourceURL=\${url.href}\`);
  }
  const code = workerData?.[\`heddle \${import.meta.url}\`]?.code;
  const length = code === undefined ? 0 : Atomics.load(new Int32Array(code, 0, 1), 0);
  const cachedData = length === 0 ? undefined : new Uint8Array(code, 8, length);
  meta.script = new Script(text, { filename: url.href, cachedData });
  return meta.script.runInThisContext();
}
meta.exports = run()(meta, typeof __filename === 'string' ? __filename : undefined);
export const {
  ${names.join(',\n  ')},
} = meta.exports;
`;
}

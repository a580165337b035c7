// What is told of a function without a parser is what the parser tells.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { AnyNode, Function as FunctionLike } from 'acorn';
import { readFunctionText } from '../../src/wire/source/function-text.ts';
import type { FunctionText } from '../../src/wire/source/function-text.ts';
import { readPlainText } from '../../src/wire/source/plain-text.ts';
import { childrenOf, parseAs } from '../../src/wire/source/syntax.ts';

function read(text: string, variables: readonly string[]): FunctionText | null {
  const around = Object.fromEntries(variables.map((name) => [name, 0]));
  return readPlainText(text, true, [{ kind: 'Module', variables: around }]);
}

const TOLD: readonly [text: string, ...variables: string[]][] = [
  ['() => table.length', 'table'],
  ['(n) => n * factor', 'factor'],
  ['() => { for (let i = 0; i < many; i++) lock.with(() => list.append(i)); }', 'lock', 'many'],
  ['async () => { // table\n  await work("table", list[i + 0]); }', 'list', 'work'],
  ['function run(n) { return n > 1 ? run(n - 1) + base() : base; }', 'base'],
  ['() => { try { act(...rest); } catch (error) { report(error.rest); } }', 'act', 'report'],
];
for (const [text, ...variables] of TOLD) {
  test(`readPlainText() tells what ${text} captures`, () => {
    const plain = read(text, variables);
    assert.deepEqual([...(plain?.uses.names.keys() ?? [])].toSorted(), variables);
  });
}

const LEFT_TO_THE_PARSER: readonly [text: string, ...variables: string[]][] = [
  ['(a) => a', 'a'],
  ['() => { const a = 1; return a; }', 'a'],
  ['() => { let b = 1, a = 2; return a; }', 'a'],
  ['() => { const { a } = b; return a; }', 'a', 'b'],
  ['() => [1].map((a) => a)', 'a'],
  ['() => ({ m(a) { return a; } })', 'a'],
  ['() => ({ a })', 'a'],
  ['() => ({ b, a, c })', 'a'],
  ['() => ({ a: 1 })', 'a'],
  ['() => { a: for (;;) break a; }', 'a'],
  ['() => { a = 1; }', 'a'],
  ['() => { [a] = [1]; }', 'a'],
  ['() => { for (a of []); }', 'a'],
  ['() => { a++; }', 'a'],
  ['() => 1 / a', 'a'],
  ['() => /a/.test("a")', 'a'],
  ['() => `${a}`', 'a'],
  ['() => a`b`', 'a'],
  ['() => a?.b', 'a'],
  ['() => new a()', 'a'],
  ['() => (a)()', 'a'],
  ['() => this.a', 'b'],
];
for (const [text, ...variables] of LEFT_TO_THE_PARSER) {
  test(`readPlainText() leaves ${text} to the parser`, () => {
    assert.equal(read(text, variables), null);
  });
}

const PACKAGES = ['acorn', 'esbuild', 'expect-type'];
const KEYWORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete ' +
    'do else enum eval export extends false finally for function if import in ' +
    'instanceof let new null return static super switch this throw true try typeof ' +
    'var void while with yield'
  ).split(' '),
);

for (const name of PACKAGES) {
  test(`readPlainText() tells of the functions of ${name} what the parser tells`, () => {
    const source = readFileSync(createRequire(import.meta.url).resolve(name), 'utf8');
    const { functions, names } = functionsOf(source);
    for (const node of functions) {
      const text = source.slice(node.start, node.end);
      // All names of the file are variables around it; then some; then few.
      for (const share of [1, 6]) {
        const variables = names.filter((_, i) => i % share === 0);
        const plain = read(text, variables);
        if (plain !== null) assert.deepEqual(plain, expected(text, variables), text);
      }
    }
  });
}

function expected(text: string, variables: readonly string[]): FunctionText {
  const parsed = readFunctionText(text, true);
  const known = new Set(variables);
  const isOwnGlobal = (name: string): boolean =>
    Object.prototype.propertyIsEnumerable.call(globalThis, name);
  const captured = [...parsed.uses.names].filter(([name]) => known.has(name) || isOwnGlobal(name));
  return { ...parsed, uses: { ...parsed.uses, names: new Map(captured) } };
}

function functionsOf(source: string): { functions: FunctionLike[]; names: string[] } {
  const functions: FunctionLike[] = [];
  const names = new Set<string>();
  const visit = (node: AnyNode): void => {
    if (node.type === 'Identifier' && !KEYWORDS.has(node.name)) names.add(node.name);
    if (isFunction(node) && node.end - node.start < 3000) functions.push(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parse(source));
  return { functions, names: [...names] };
}

function parse(source: string): AnyNode {
  try {
    return parseAs('module', source);
  } catch {
    return parseAs('script', source);
  }
}

function isFunction(node: AnyNode): node is FunctionLike & AnyNode {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

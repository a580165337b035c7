// The names that a function takes from around it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFunctionText } from '../../src/wire/source/function-text.ts';
import type { FreeUses } from '../../src/wire/source/free-names.ts';

function usesOf(text: string, strict = true): FreeUses {
  return readFunctionText(text, strict).uses;
}

function names(text: string, strict = true): string[] {
  return [...usesOf(text, strict).names.keys()].toSorted();
}

const CASES: readonly [text: string, ...names: string[]][] = [
  ['(a) => a + b', 'b'],
  ['({ a, b: [c = d], ...e }) => a + c + e', 'd'],
  ['(a = b, b) => a'],
  ['function self() { return self() + other() }', 'other'],
  ['() => { let a; { const b = 1; var c; } return a + b + c }', 'b'],
  ['() => { for (const i of list) use(i); return i }', 'i', 'list', 'use'],
  ['() => { try { a() } catch ({ message }) { return message } }', 'a'],
  ['() => { switch (a) { case b: let c; default: return c } }', 'a', 'b'],
  ['() => { label: for (;;) { break label } }'],
  ['() => o.a.b["c"][d]', 'd', 'o'],
  ['() => ({ a, b: c, [d]: 1, e() { return f }, get g() { return h } })', 'a', 'c', 'd', 'f', 'h'],
  [
    'class A extends B { x = y; static z = A; #p = q; [r]() { return this.#p } }',
    'B',
    'q',
    'r',
    'y',
  ],
  ['class { static { var a = b; c(a) } }', 'b', 'c'],
  ['() => { const f = function g() { return g }; class C { m() { return C } } return f(C) }'],
  ['() => a`${b}`', 'a', 'b'],
  ['async () => { for await (const a of b()) yield_(a) }', 'b', 'yield_'],
  ['() => typeof a === "undefined"', 'a'],
  ['() => [undefined, NaN, Infinity]'],
];

for (const [text, ...expected] of CASES) {
  test(`findFreeUses() finds [${expected.join()}] in ${text}`, () => {
    assert.deepEqual(names(text), expected);
  });
}

test('findFreeUses() sees a function of a block in the whole of a sloppy function', () => {
  const text = 'function f() { { function g() {} } return g }';
  assert.deepEqual(names(text, true), ['g']);
  assert.deepEqual(names(text, false), []);
});

test('findFreeUses() tells members from other uses', () => {
  const { names: found } = usesOf('() => a.b + a["c"] + d.e(f, d)');
  assert.deepEqual([...(found.get('a')?.members ?? [])], ['b', 'c']);
  assert.deepEqual([found.get('a')?.bare, found.get('d')?.bare], [false, true]);
});

test('findFreeUses() tells writes, their operators and how each place is written', () => {
  const text = '() => { a = 1; b++; [c] = []; ({ d, e: f.g } = {}); for (h of []); i ??= 2; j(); }';
  const { names: found } = usesOf(text);
  const operators = (name: string): string[] =>
    found.get(name)?.writes.map((write) => write.operator) ?? [];
  assert.deepEqual(['a', 'b', 'c', 'd', 'f', 'h', 'i'].map(operators), [
    ['='],
    ['++'],
    ['='],
    ['='],
    [],
    ['for'],
    ['??='],
  ]);
  const writings = ['a', 'd', 'j'].map((name) => [...(found.get(name)?.places.values() ?? [])]);
  assert.deepEqual(writings, [['plain'], ['shorthand'], ['callee']]);
  for (const [name, { places }] of found) {
    for (const position of places.keys()) assert.ok(text.startsWith(name, position), name);
  }
});

test('findFreeUses() finds the keywords of the code around, and no others', () => {
  const outer = usesOf('() => [this, arguments, new.target, import.meta, import("x"), eval("1")]');
  assert.deepEqual(
    [outer.outerThis, outer.outerArguments, outer.outerNewTarget, outer.directEval].map(
      (position) => typeof position,
    ),
    ['number', 'number', 'number', 'number'],
  );
  assert.deepEqual([outer.importMeta.length, outer.hasDynamicImport], [1, true]);
  const own = usesOf(`function f() {
    return [this, arguments, new.target, class { #p; m() { return super.m(this.#p) } }];
  }`);
  assert.deepEqual(
    [own.outerThis, own.outerArguments, own.outerNewTarget, own.outerSuper],
    [undefined, undefined, undefined, undefined],
  );
  assert.equal(own.hasPrivate, true);
  assert.equal(usesOf('m() { return super.m() }').outerSuper, 13);
  assert.equal(usesOf('m() { return this.#p }').outerPrivate, '#p');
});

test('readFunctionText() reads methods, and knows where V8 says that a function is', () => {
  const anchors = [
    ['(a) => a', '(a)'],
    ['async x => x', 'async'],
    ['function f(a) {}', '(a)'],
    ['async *[k + (1)](a) {}', '(a)'],
    ['get x() { return 1 }', '()'],
    ['class A { constructor(a) {} }', '(a)'],
    ['class A { m() {} }', 'class'],
    ['#p(a) {}', '(a)'],
  ] as const;
  for (const [text, at] of anchors) {
    assert.equal(readFunctionText(text, true).anchor, text.indexOf(at), text);
  }
  const { methodKey } = readFunctionText("async ['a' + b](c) {}", true);
  assert.deepEqual(methodKey, { start: 6, end: 15 });
});

test('readFunctionText() reads sloppy code where strict code is an error', () => {
  assert.equal(
    readFunctionText('function f() { with (o) { return p } }', undefined).isStrict,
    false,
  );
  assert.equal(readFunctionText('function f() {}', undefined).isStrict, true);
  assert.throws(() => readFunctionText('no function', undefined), SyntaxError);
});

// What the source of a module says of its imports, exports and assignments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readModule } from '../../src/wire/source/module-table.ts';

test('readModule() finds every form of import', () => {
  const { imports } = readModule(`
    import a, { b, c as d, 'e f' as g } from './one.js';
    import * as h from 'two';
    import data from './data.json' with { type: 'json' };
  `);
  const found = [...imports].map(([local, { specifier, name }]) => [local, specifier, name]);
  assert.deepEqual(found, [
    ['a', './one.js', 'default'],
    ['b', './one.js', 'b'],
    ['d', './one.js', 'c'],
    ['g', './one.js', 'e f'],
    ['h', 'two', '*'],
    ['data', './data.json', 'default'],
  ]);
  assert.deepEqual(imports.get('data')?.attributes, { type: 'json' });
});

test('readModule() finds the name under which a place is exported', () => {
  const source = [
    'export function f(a) {}',
    'export const g = (x) => x, h = async function (y) {};',
    'class A { constructor(z) {} }',
    'export { A as B };',
    'export default class { m() {} }',
    'function hidden(q) {}',
    "export const kept = __name((w) => w, 'kept');",
  ];
  const table = readModule(source.join('\n'));
  const at = (line: number, text: string, isClass = false): string | null =>
    table.exportAt(line, source[line]?.indexOf(text) as number, isClass);
  assert.equal(at(0, '(a)'), 'f');
  assert.equal(at(1, '(x)'), 'g');
  assert.equal(at(1, '(y)'), 'h');
  assert.equal(at(2, '(z)', true), 'B');
  assert.equal(at(4, 'class', true), 'default');
  assert.equal(at(5, '(q)'), null);
  assert.equal(at(6, '(w)'), 'kept');
});

test('readModule() knows the names that are assigned, in whatever scope', () => {
  const table = readModule(
    'let a = 1; function f() { b = 2; c++; [d] = []; for (e of []); } let g;',
  );
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e', 'g'].map((name) => table.assigns(name)),
    [false, true, true, true, true, false],
  );
});

test('readModule() reads scripts, top-level await and return, and hash-bangs', () => {
  assert.equal(readModule('#!/usr/bin/env node\nawait 0; export const a = 1;').imports.size, 0);
  assert.equal(readModule('with (o) {} return 1;').imports.size, 0);
});

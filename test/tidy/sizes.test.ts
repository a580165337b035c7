import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import { report } from './offence.ts';
import { fullFolders, longFiles, longFunctions, longLines } from './sizes.ts';

const body = (lines: number): string => 'act();\n'.repeat(lines);

test('longFiles finds a file of 401 lines and passes one of 400', () => {
  assert.equal(longFiles(makeSource('src/a.ts', body(400))).length, 0);
  const found = longFiles(makeSource('src/a.ts', body(401)));
  assert.equal(report(found), 'src/a.ts:401: 401 lines, at most 400');
});

test('longFunctions finds declarations, methods and arrows of more than 70 lines', () => {
  const sixtyEight = body(68);
  const seventy = body(70);
  const source = (inside: string): string => `function one() {
${inside}}
class Two { three() {
${inside}} }
const four = () => {
${inside}};
`;
  assert.equal(longFunctions(makeSource('src/a.ts', source(sixtyEight))).length, 0);
  const found = longFunctions(makeSource('src/a.ts', source(seventy)));
  assert.deepEqual(
    found.map(({ line }) => line),
    [1, 73, 145],
  );
});

test('longFunctions lets what holds tests be long, not the tests in it', () => {
  const chapter = `function suite() { describe('x', () => { it('y', act);\n${body(100)}}); }`;
  assert.equal(longFunctions(makeSource('test/a.test.ts', chapter)).length, 0);
  const long = `describe('x', () => { it('y', () => {\n${body(100)}}); });`;
  assert.equal(longFunctions(makeSource('test/a.test.ts', long)).length, 1);
});

test('longLines counts characters, not bytes, and lets addresses be long', () => {
  const lines = ['é'.repeat(97), 'e'.repeat(98), `https://example.org/${'e'.repeat(98)}`];
  const text = lines.map((line) => `// ${line}\n`).join('');
  const found = longLines(makeSource('src/a.ts', text));
  assert.equal(report(found), 'src/a.ts:2: 101 columns, at most 100');
});

test('fullFolders finds a folder of 13 files', () => {
  const files = (count: number): ReturnType<typeof makeSource>[] =>
    Array.from({ length: count }, (_, index) => makeSource(`src/room/f${index}.ts`, ''));
  assert.equal(fullFolders(files(12)).length, 0);
  const found = fullFolders([...files(13), makeSource('src/other/a.ts', '')]);
  assert.equal(report(found), 'src/room:1: 13 files in the folder, at most 12');
});

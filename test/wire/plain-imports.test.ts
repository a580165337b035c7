// Whether a module imports a name, told from its file.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isPlainlyOwn } from '../../src/wire/functions/plain-imports.ts';
import { Subject } from '../../src/wire/functions/subject.ts';
import { inspectFunction } from '../../src/wire/source/inspector.ts';
import type { SourceFunction } from '../../src/wire/source/inspector.ts';
import { readFunctionText } from '../../src/wire/source/function-text.ts';

const MODULE = `import { given as table, $other } from './a.mjs';
import one, * as two from "./b.mjs";
import { hidden } from './b.mjs';
import './c.mjs';
const own = await import('./c.mjs'), import_ = import.meta;
export const target = () => [table, one, two, own, $other, hidden, import_];
`;

async function subjectOf(
  module: string,
  change: (source: string) => string = (source) => source,
): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-imports-'));
  const file = join(folder, 'main.mjs');
  try {
    writeFileSync(join(folder, 'a.mjs'), 'export const given = 1, $other = 2;');
    writeFileSync(join(folder, 'b.mjs'), 'export default 1; export const hidden = 2;');
    writeFileSync(join(folder, 'c.mjs'), '');
    writeFileSync(file, module);
    const { target } = (await import(pathToFileURL(file).href)) as { target: () => unknown };
    writeFileSync(file, change(module));
    const info = inspectFunction(target) as SourceFunction;
    const subject = new Subject(target, readFunctionText(target.toString(), true), info, false);
    // Read now, while the file is there.
    isPlainlyOwn(subject, 'own');
    return subject;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('isPlainlyOwn() tells what a module declares from what it imports', async () => {
  const subject = await subjectOf(MODULE);
  const names = ['table', '$other', 'one', 'two', 'hidden', 'own', 'import_', 'given', 'other'];
  const own = names.filter((name) => isPlainlyOwn(subject, name));
  assert.deepEqual(own, ['own', 'import_', 'other']);
});

test('isPlainlyOwn() does not trust a file that has changed', async () => {
  const subject = await subjectOf(MODULE, (source) => `\n${source}`);
  assert.equal(isPlainlyOwn(subject, 'other'), false);
});

test('isPlainlyOwn() leaves imports with comments and escapes to the parser', async () => {
  for (const hard of ['/* from "here" */ { hidden }', '{ \\u0068idden }']) {
    const subject = await subjectOf(MODULE.replace('{ hidden }', hard));
    assert.equal(isPlainlyOwn(subject, 'hidden'), false);
  }
});

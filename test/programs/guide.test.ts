// What the guides say that a program prints, it prints: each `print(…); // text` of their blocks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { examplesOfText } from '../../tools/doc-examples.ts';
import { REPOSITORY } from '../../tools/sources.ts';
import { runProgram } from '../support/run.ts';

const LIMIT_MS = 30_000;
const HAS_USING = Number.parseInt(process.versions.node, 10) >= 24;

for (const path of [
  'docs/threads.md',
  'docs/queues.md',
  'docs/processes.md',
  'docs/pools.md',
  'docs/progress.md',
  'docs/futures.md',
  'docs/from-python.md',
]) {
  const text = readFileSync(join(REPOSITORY, path), 'utf8');
  for (const { line, code, runs } of examplesOfText(path, text)) {
    const skip = !runs || (!HAS_USING && /\busing _/.test(code));
    test(`guide: ${path}:${line} prints what it says`, { skip }, async () => {
      const ran = await runProgram(code, { limitMs: LIMIT_MS });
      // A bar writes there how far it has come.
      const others = ran.stderr.split('\n').filter((row) => !/\d+%\|.*\| \d+\/\d+ \[/.test(row));
      assert.deepEqual(others, ['']);
      assert.equal(ran.code, 0);
      assert.deepEqual(ran.stdout.split('\n').slice(0, -1), announced(code));
    });
  }
}

function announced(code: string): string[] {
  return code.split('\n').flatMap((line) => {
    const text = /\bprint\(.*; \/\/ (.*)$/.exec(line)?.[1];
    return text === undefined ? [] : [text];
  });
}

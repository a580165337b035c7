import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  examplesOfSource,
  examplesOfText,
  tryExamples,
  type Example,
} from '../../tools/doc-examples.ts';
import { makeSource } from '../../tools/sources.ts';

const fence = '```';

test('examplesOfText takes blocks of TypeScript, with their lines and flags', () => {
  const text = `# Title

${fence}ts
one();
two();
${fence}
${fence}sh
three
${fence}
${fence}ts no-run
four();
${fence}
`;
  assert.deepEqual(examplesOfText('README.md', text), [
    { path: 'README.md', line: 4, code: 'one();\ntwo();\n', runs: true },
    { path: 'README.md', line: 11, code: 'four();\n', runs: false },
  ]);
});

test('examplesOfSource takes blocks under @example only', () => {
  const text = `// A file.

/**
 * Does.
 *
 * ${fence}ts
 * notAnExample();
 * ${fence}
 *
 * @example Title
 * ${fence}ts
 * if (it) {
 *   indented();
 * }
 * ${fence}
 * @throws {RangeError} if not
 */
export function act() {}
`;
  assert.deepEqual(examplesOfSource(makeSource('src/a.ts', text)), [
    { path: 'src/a.ts', line: 12, code: 'if (it) {\n  indented();\n}\n', runs: true },
  ]);
});

test('tryExamples tells which example does not compile, fails, or passes', async () => {
  const example = (line: number, code: string, runs = true): Example => ({
    path: 'README.md',
    line,
    code,
    runs,
  });
  const failures = await tryExamples([
    example(10, "import { strict } from 'node:assert';\nstrict.equal(1, 1);\n"),
    example(20, 'const n: number = 1;\nconst text: string = n;\n'),
    example(30, "throw new Error('It fails');\n"),
    example(40, "throw new Error('It is not run');\n", false),
  ]);
  assert.deepEqual(
    failures.map(({ line, what }) => [line, what.split('\n')[0]]),
    [
      [21, "error TS2322: Type 'number' is not assignable to type 'string'."],
      [30, 'ended with 1'],
    ],
  );
});

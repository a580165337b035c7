import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import { wrapComments } from '../../tools/wrap-comments.ts';

const wrapped = (...lines: string[]): string[] =>
  wrapComments(makeSource('src/a.ts', lines.join('\n'))).split('\n');

const wide = `${'word '.repeat(24)}end.`;
const narrow = 'A line that is narrow enough.';

test('wrapComments wraps a paragraph with a wide line, and it alone', () => {
  const found = wrapped(`// ${narrow}`, `// ${narrow}`, '//', `// ${wide}`, '// And on.', 'act();');
  assert.deepEqual(found, [
    `// ${narrow}`,
    `// ${narrow}`,
    '//',
    `// ${'word '.repeat(19)}`.trim(),
    `// ${'word '.repeat(5)}end. And on.`,
    'act();',
  ]);
  for (const line of found) assert.ok(line.length <= 100);
});

test('wrapComments unfolds a doc comment of one line', () => {
  const found = wrapped('class A {', `  /** ${wide} */`, '  b = 1;', '}');
  assert.equal(found[1], '  /**');
  assert.match(found[2] ?? '', /^ {3}\* word/);
  assert.match(found[3] ?? '', /^ {3}\* word.*end\.$/);
  assert.equal(found[4], '   */');
});

test('wrapComments hangs the lines of an item under it', () => {
  const found = wrapped('/**', ` * @param a ${wide}`, ` * @param b ${narrow}`, ' */', 'act();');
  assert.match(found[2] ?? '', /^ \* {3}word/);
  assert.equal(found[3], ` * @param b ${narrow}`);
});

test('wrapComments leaves tables, code, strings and code with a comment behind alone', () => {
  const text = [
    `//   STATE    ${wide}`,
    `// STATE      ${wide}`,
    '/**',
    ' * ```ts',
    ` * ${wide}`,
    ' * ```',
    ' */',
    `const a = \``,
    `// ${wide}`,
    '`;',
    `act(); // ${wide}`,
  ];
  assert.deepEqual(wrapped(...text), text);
});

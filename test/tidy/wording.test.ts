import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import * as wording from './wording.ts';

test('missingHeaders wants a comment with something to say before anything else', () => {
  const has = (text: string): boolean =>
    wording.missingHeaders(makeSource('src/a.ts', text)).length === 0;
  assert.equal(has('// A lock on one word.\nact();'), true);
  assert.equal(has('/** A lock on one word. */\nact();'), true);
  assert.equal(has('#!/usr/bin/env node\n// The command line of heddle.\n'), true);
  assert.equal(has("import './b.ts';\n// A lock on one word.\n"), false);
  assert.equal(has('// Lock\nact();'), false);
  assert.equal(has('act();'), false);
});

test('poorMessages finds each fault of a message', () => {
  const fault = (text: string): string | undefined =>
    wording.poorMessages(makeSource('src/a.ts', text))[0]?.what;
  assert.match(fault("throw new Error('cannot start')") ?? '', /capital letter/);
  assert.match(fault('throw new RangeError(`Cannot take ${n}.`)') ?? '', /full stop/);
  assert.match(fault("throw new Full('Cannot put ' + item + '.\\nWait.')") ?? '', /full stop/);
  assert.match(fault("reject(new TypeError('It doesn’t fit'))") ?? '', /contraction/);
  assert.match(fault("new AggregateError([], 'You can\\'t')") ?? '', /contraction/);
});

test('poorMessages passes sentences, and what cannot be read', () => {
  const good = `new Error("Cannot start thread 'a' as it runs\\nStart another one.");
new RangeError(\`Cannot wait for \${seconds} s as Python's limit is \${limit}\`);
new TypeError(\`\${method} takes a function…\`);
new HeddleError(message);
new Thread('lower case.');
`;
  assert.deepEqual(wording.poorMessages(makeSource('src/a.ts', good)), []);
});

test('leftMarks finds a mark in code and comment, not inside a word', () => {
  const mark = ['TO', 'DO'].join('');
  const text = `// ${mark}: later\nconst hacksaw = 1;\nconst ${mark} = 2;\n`;
  const found = wording.leftMarks(makeSource('src/a.ts', text));
  assert.deepEqual(
    found.map(({ line }) => line),
    [1, 3],
  );
});

test('machinePaths finds a folder of a machine, not a part of a path', () => {
  const home = ['', 'home', 'ann', 'heddle'].join('/');
  const text = `see ${home}\nsrc${home}\nhttps://example.org/homely\n`;
  const found = wording.machinePaths('README.md', text);
  assert.deepEqual(
    found.map(({ line }) => line),
    [1],
  );
});

test('danglingReferences finds a comment that sends the reader nowhere', () => {
  const gone = ['docs', 'gone.md'].join('/');
  const text = `// See README.md, test/tidy/wording.ts and ${gone}\nopen('${gone}');\n`;
  const found = wording.danglingReferences(makeSource('src/a.ts', text));
  assert.deepEqual(
    found.map(({ what }) => what),
    [`refers to ${gone}, which does not exist`],
  );
});

test('brokenLinks finds a link to a file that is not there, and no address', () => {
  const text = `[good](../README.md#start) [gone](gone.md)
[web](https://example.org) [also gone](../tidy.md "with a title")
`;
  const found = wording.brokenLinks('docs/a.md', text);
  assert.deepEqual(
    found.map(({ line, what }) => `${line}: ${what}`),
    ['1: links to gone.md, which does not exist', '2: links to ../tidy.md, which does not exist'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import { foreignSyntax, silentExceptions, sleepingTests, strayAtomics } from './language.ts';
import type { Rule } from './offence.ts';

function linesOf(rule: Rule, path: string, text: string): number[] {
  return rule(makeSource(path, text)).map(({ line }) => line);
}

test('strayAtomics finds Atomics in code and leaves the seam and comments alone', () => {
  const text = '// Atomics\nAtomics.load(cells, 0);\nglobalThis.Atomics.store(cells, 0, 1);\n';
  assert.deepEqual(linesOf(strayAtomics, 'src/queue/queue.ts', text), [2, 3]);
  assert.deepEqual(linesOf(strayAtomics, 'src/kernel/atomics.ts', text), []);
});

test('foreignSyntax finds what is not erased, and default exports', () => {
  const text = `enum A { b }
namespace C { export const d = 1; }
class E { constructor(readonly f: number) {} }
export default 1;
const g = 1; export { g as default };
declare global { var h: number; }
`;
  assert.deepEqual(linesOf(foreignSyntax, 'src/a.ts', text), [1, 2, 3, 4, 5]);
});

test('silentExceptions wants a reason beside a rule that is switched off', () => {
  const off = ['oxlint', 'disable-next-line', 'no-console'].join('-').replace('-no', ' no');
  const text = `// ${off}\nact();\n// ${off} -- print is our trade\nact();\n`;
  assert.deepEqual(linesOf(silentExceptions, 'src/a.ts', text), [1]);
});

test('sleepingTests finds timers in a test, not in its programs', () => {
  const text = `import { setTimeout as wait } from 'node:timers/promises';
setTimeout(act, 100);
await sleep(0.1);
await run('setTimeout(act, 100)');
`;
  assert.deepEqual(linesOf(sleepingTests, 'test/queue/queue.test.ts', text), [2, 3, 1]);
  assert.deepEqual(linesOf(sleepingTests, 'test/stress/queue.stress.ts', text), []);
  assert.deepEqual(linesOf(sleepingTests, 'test/system/sleep.test.ts', text), []);
});

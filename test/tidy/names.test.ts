import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import { roomNames, strayTestFiles, strayTitles } from './names.ts';

const names = roomNames([
  makeSource('src/index.ts', "export * as queue from './queue/index.ts'; export { a as sleep };"),
  makeSource('src/queue/queue.ts', 'export class Queue {} export const [x, limit] = f();'),
  makeSource('src/queue/simple-queue.ts', 'export function open() {} const hidden = 1;'),
]);

test('roomNames knows exports and files, by room', () => {
  assert.deepEqual([...(names.get('') ?? [])].toSorted(), ['Index', 'index', 'queue', 'sleep']);
  const queue = names.get('queue');
  for (const name of ['Queue', 'open', 'simple-queue', 'simpleQueue', 'SimpleQueue']) {
    assert.ok(queue?.has(name), name);
  }
  assert.equal(queue?.has('hidden'), false);
});

test('strayTitles wants an exported name first', () => {
  const text = `
    test('Queue.put() blocks while it is full', () => {});
    test('it works', () => {});
    describe('new Queue()', () => { it('throws', () => {}); });
    describe('speed', () => { it('Queue is fast', () => {}); });
    test.skip(\`hidden \${n}\`, () => {});
    test(\`\${name}.put() blocks\`, () => {});
  `;
  const lines = (path: string): number[] =>
    strayTitles(makeSource(path, text), names).map(({ line }) => line);
  assert.deepEqual(lines('test/queue/queue.test.ts'), [3, 5, 6]);
  // A suite over several rooms may begin with a name of any.
  assert.deepEqual(lines('test/contracts/puts.test.ts'), [3, 5, 6]);
  assert.deepEqual(lines('test/python/queue.test.ts'), []);
});

test('strayTestFiles wants a source file, or an export, of that name', () => {
  const isStray = (path: string): boolean => strayTestFiles(makeSource(path, ''), names).length > 0;
  assert.equal(isStray('test/queue/simple-queue.test.ts'), false);
  assert.equal(isStray('test/queue/queue.fairness.test.ts'), false);
  assert.equal(isStray('test/queue/open.test.ts'), false);
  assert.equal(isStray('test/sleep.test.ts'), false);
  assert.equal(isStray('test/queue/other.test.ts'), true);
  assert.equal(isStray('test/model/other.test.ts'), false);
});

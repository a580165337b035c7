import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import { undocumented } from './surface.ts';

const EXAMPLE = '/** Does.\n * @example\n */\n';

// What is undocumented in the room whose index is `files['index.ts']`.
function findIn(files: Readonly<Record<string, string>>): string[] {
  const find = (path: string): ReturnType<typeof makeSource> =>
    makeSource(path, files[path.replace('src/room/', '')] ?? '');
  return undocumented(find('src/room/index.ts'), find).map(({ path, what }) => `${path}: ${what}`);
}

test('undocumented follows every form of export to the declaration', () => {
  const index = `export { a } from './a.ts';
    export { b as c } from './a.ts';
    export * from './b.ts';
    export * as other from './other.ts';
    import { e } from './c.ts'; export { e };
    export const f = 1;`;
  const found = findIn({
    'index.ts': index,
    'a.ts': 'export function a() {} function b() {} export { b }; export function unseen() {}',
    'b.ts': "export type { d } from './c.ts';",
    'c.ts': 'export interface d {} export class e {}',
  });
  assert.deepEqual(found, [
    'src/room/a.ts: a has no doc comment',
    'src/room/a.ts: b has no doc comment',
    'src/room/c.ts: d has no doc comment',
    'src/room/c.ts: e has no doc comment',
    'src/room/index.ts: f has no doc comment',
  ]);
});

test('undocumented wants an example for classes and functions, not for types and errors', () => {
  const found = findIn({
    'index.ts': `/** Does. */ export function a() {}
      ${EXAMPLE} export function b() {}
      /** Is. */ export class C {}
      /** Says. */ export class D extends HeddleError {}
      /** Says. */ export type E = string;
      // Not a doc comment.
      export type F = string;`,
  });
  assert.deepEqual(found, [
    'src/room/index.ts: a has no @example',
    'src/room/index.ts: C has no @example',
    'src/room/index.ts: F has no doc comment',
  ]);
});

test('undocumented wants a comment on each public member of a class', () => {
  const found = findIn({
    'index.ts': `${EXAMPLE} export class A {
      #hidden = 1;
      constructor() {}
      /** Says. */ told(): void;
      told(n: number): void;
      untold() {}
      field = 1;
      get size() { return 1; }
      set size(n) {}
      [Symbol.dispose]() {}
      override toString() { return ''; }
    }
    ${EXAMPLE} export class B { constructor(n: number) {} }`,
  });
  assert.deepEqual(found, [
    'src/room/index.ts: A.untold has no doc comment',
    'src/room/index.ts: A.field has no doc comment',
    'src/room/index.ts: A.size has no doc comment',
    'src/room/index.ts: B.constructor has no doc comment',
  ]);
});

test('undocumented finds words above a switched-off rule, and a field in its class', () => {
  const found = findIn({
    'index.ts': `/** Says. \`told\` says more. */
      // ${['oxlint', 'disable-next-line'].join('-')} some/rule -- some reason
      export class A extends HeddleError { told = 1; untold = 2; }`,
  });
  assert.deepEqual(found, ['src/room/index.ts: A.untold has no doc comment']);
});

test('undocumented stops at an export that it cannot follow', () => {
  assert.throws(() => findIn({ 'index.ts': "export { a } from './a.ts';" }), /what 'a' means/);
});

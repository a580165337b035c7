import assert from 'node:assert/strict';
import { test } from 'node:test';
import { surfaceOf } from '../../tools/api-surface.ts';
import { makeSource, type Source } from '../../tools/sources.ts';

function surface(files: Readonly<Record<string, string>>): string[] {
  const find = (path: string): Source =>
    makeSource(path, files[path.slice('src/room/'.length)] ?? '');
  const [, ...lines] = surfaceOf(find('src/room/index.d.ts'), 'heddle/room', find).split('\n');
  return lines.filter((line) => line !== '');
}

test('surfaceOf lists what is exported, in order of name, and what that mentions', () => {
  const lines = surface({
    'index.d.ts':
      "export { b, A } from './a.d.ts';\nexport * as other from '../other/index.d.ts';\n",
    'a.d.ts': `import type { Seen } from './seen.d.ts';
export interface A {
    unseen(x: Hidden): void;
}
export declare function b(): Seen;
export declare function b(n: number): A;
type Hidden = string;
export declare const unseen: 1;
`,
    'seen.d.ts': 'export type Seen = Deep;\ntype Deep = 1;\n',
  });
  assert.deepEqual(lines, [
    'export interface A {',
    '    unseen(x: Hidden): void;',
    '}',
    'export declare function b(): Seen;',
    'export declare function b(n: number): A;',
    "export * as other from 'heddle/other';",
    '// Not exported, but mentioned above.',
    'export type Seen = Deep;',
    'type Deep = 1;',
    'type Hidden = string;',
  ]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSource } from '../../tools/sources.ts';
import { wrongArrows } from './arrows.ts';

function whatIsWrong(path: string, text: string): string[] {
  return wrongArrows(makeSource(path, text)).map(({ line, what }) => `${line}: ${what}`);
}

test('wrongArrows passes imports of lower rooms, of the own room and of packages', () => {
  const text = `
    import { HeddleError } from '../errors/index.ts';
    import type { Cells } from '../kernel/index.ts';
    import { Lock } from './lock.ts';
    import { parse } from 'acorn';
    export { isMainThread } from 'node:worker_threads';
  `;
  assert.deepEqual(whatIsWrong('src/threading/thread.ts', text), []);
  assert.deepEqual(whatIsWrong('src/index.ts', "export * from './futures/index.ts';"), []);
  const nested = "import { Ring } from '../ring.ts'; import { X } from '../../errors/index.ts';";
  assert.deepEqual(whatIsWrong('src/multiprocessing/backends/thread.ts', nested), []);
});

test('wrongArrows finds an import of a higher room and of a sibling', () => {
  assert.deepEqual(whatIsWrong('src/wire/encode.ts', "import '../threading/index.ts';"), [
    "1: imports '../threading/index.ts': threading is not below wire",
  ]);
  assert.deepEqual(whatIsWrong('src/queue/queue.ts', "import '../shared/index.ts';"), [
    "1: imports '../shared/index.ts': shared is not below queue",
  ]);
  assert.deepEqual(whatIsWrong('src/errors/base.ts', "import '../kernel/index.ts';"), [
    "1: imports '../kernel/index.ts': kernel is not below errors",
  ]);
});

test('wrongArrows finds a way past an index, in every form of import', () => {
  const text = `
    import { load } from '../kernel/atomics.ts';
    export { store } from '../kernel/atomics.ts';
    export * from '../kernel/atomics.ts';
    const late = import('../kernel/atomics.ts');
    type Late = import('../kernel/atomics.ts').Cells;
  `;
  const what = "imports '../kernel/atomics.ts': only through src/kernel/index.ts";
  assert.deepEqual(
    whatIsWrong('src/threading/lock.ts', text),
    [2, 3, 4, 5, 6].map((line) => `${line}: ${what}`),
  );
});

test('wrongArrows finds the front door, the outside, our own name and an unknown room', () => {
  assert.deepEqual(whatIsWrong('src/threading/lock.ts', "import '../index.ts';"), [
    "1: imports '../index.ts': the front door is not below threading",
  ]);
  assert.deepEqual(whatIsWrong('src/threading/lock.ts', "import '../../tools/sources.ts';"), [
    "1: imports '../../tools/sources.ts': it is outside src",
  ]);
  assert.deepEqual(whatIsWrong('src/threading/lock.ts', "import 'heddle/queue';"), [
    "1: imports 'heddle/queue': our own name is for users; import the file",
  ]);
  assert.deepEqual(whatIsWrong('src/attic/lock.ts', ''), [
    "1: room 'attic' is not in the table of test/tidy/arrows.ts",
  ]);
});

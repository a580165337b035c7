import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lock } from 'heddle/threading';
import {
  allocate,
  attach,
  cells,
  defineKind,
  handleOf,
  kindName,
  release,
  retain,
  usage,
} from '../../src/kernel/index.ts';
import { runProgram } from '../support/run.ts';

test('defineKind() gives one number for a name, and another for another', () => {
  const here = import.meta.url;
  const one = defineKind('test: one', here, {});
  assert.equal(defineKind('test: one', here, {}), one);
  assert.notEqual(defineKind('test: other', here, {}), one);
});

test('release() destroys a block with its last reference, and frees it afterwards', () => {
  const destroyed: number[] = [];
  const kind = defineKind('test: destroyed', import.meta.url, {
    destroy: (handle) => destroyed.push(cells[handle] as number),
  });
  const before = usage();
  const handle = allocate(8, kind);
  cells[handle] = 42;
  retain(handle);
  release(handle);
  assert.deepEqual(destroyed, []);
  release(handle);
  assert.deepEqual([destroyed, usage()], [[42], before]);
});

test('release() of a block that refers to others releases them, too', () => {
  const kind = defineKind('test: chain', import.meta.url, {
    destroy: (handle) => {
      if (cells[handle] !== 0) release(cells[handle] as number);
    },
  });
  const before = usage();
  let head = 0;
  for (let length = 0; length < 1000; length++) {
    const handle = allocate(4, kind);
    cells[handle] = head;
    head = handle;
  }
  release(head);
  assert.deepEqual(usage(), before);
});

test('kindName() tells what a block is', () => {
  assert.equal(kindName(handleOf(new Lock()) as number), 'Lock');
});

test('attach() refuses a block that no object stands for', () => {
  const plain = allocate(8);
  assert.throws(() => attach(plain), TypeError);
  release(plain);
});

test('attach() loads the module of a kind that this thread has not met', async () => {
  const kernel = JSON.stringify(new URL('../../src/kernel/index.ts', import.meta.url).href);
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
    import { allocate, attach, retain } from ${kernel};
    import { SHAPE } from './kind.mjs';
    const handle = allocate(8, SHAPE);
    // The thread knows the number only.
    const target = (number) => attach(number).constructor.name;
    console.log(new Thread({ target, args: [handle] }).start().result());`,
    {
      kind: 'mjs',
      files: {
        'kind.mjs': `
          import { defineKind } from ${kernel};
          class Shape {}
          const attach = () => new Shape();
          export const SHAPE = defineKind('Shape', import.meta.url, { attach });`,
      },
    },
  );
  assert.equal(ran.stdout, 'Shape\n', ran.stderr);
});

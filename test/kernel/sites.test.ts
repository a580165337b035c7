// Whole programs: a module that the main thread and three threads import, in every kind there is.
// Of an object that is one for all, only one of the four gets hold; of objects of their own, all.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run.ts';
import type { RunOptions } from '../support/run.ts';

const THREADS = 3;

// How many of all the threads get hold of each object that the module exports.
const TAKERS = `
  const take = (object) => {
    try {
      return object.acquire({ blocking: false });
    } catch {
      return false; // one that had it before has ended
    }
  };
  const hold = (objects) => Object.fromEntries(
    Object.entries(objects).map(([name, object]) => [name, take(object)]),
  );
  const report = (mine, threads) => {
    const all = [mine, ...threads.map((thread) => thread.result())];
    const counts = Object.keys(mine).map((name) => [
      name, all.filter((one) => one[name]).length,
    ]);
    console.log(JSON.stringify(Object.fromEntries(counts)));
  };
`;

const MODULE_BODY = `
  class Named extends Lock { constructor() { super({ name: 'named' }); } }
  class Plain extends RLock {}
  class Holder { static lock = new Lock(); }
  const objects = {
    top: new Lock(),
    again: new Lock(),
    reentrant: new RLock({ name: 'one' }),
    subclass: new Named(),
    plainSubclass: new Plain(),
    ofClass: Holder.lock,
    made: make(),
    madeAgain: make(),
    atOnce: (() => new Lock())(),
  };
  [objects.first, objects.second, objects.third] = Array.from({ length: 3 }, () => new Lock());
  const later = () => ({ later: new Lock(), madeLater: make() });
`;

const ESM_MODULE = `
  import { Lock, RLock } from 'heddle/threading';
  import { make } from './factory.EXT';
  ${MODULE_BODY}
  export { objects, later };
`;
const CJS_MODULE = `
  const { Lock, RLock } = require('heddle/threading');
  const { make } = require('./factory.cjs');
  ${MODULE_BODY}
  exports.objects = objects;
  exports.later = later;
`;
const ESM_FACTORY = `
  import { Lock } from 'heddle/threading';
  export const make = () => new Lock();
`;
const CJS_FACTORY = `
  const { Lock } = require('heddle/threading');
  exports.make = () => new Lock();
`;

const USE = `
  ${TAKERS}
  const target = () => ({ ...hold(module.objects), ...hold(module.later()) });
  const threads = Array.from({ length: ${THREADS} }, () => new Thread({ target }).start());
  report(target(), threads);
`;

async function counts(program: string, options: RunOptions): Promise<Record<string, number>> {
  const ran = await runProgram(program, options);
  assert.equal(ran.code, 0, ran.stderr);
  return JSON.parse(ran.stdout) as Record<string, number>;
}

const KINDS: readonly [kind: string, program: string, options: RunOptions][] = [
  ...(['ts', 'mjs'] as const).map((kind): [string, string, RunOptions] => [
    `${kind} modules`,
    `import { Thread } from 'heddle/threading'; import * as module from './module.${kind}'; ${USE}`,
    {
      kind,
      files: {
        [`module.${kind}`]: ESM_MODULE.replace('EXT', kind),
        [`factory.${kind}`]: ESM_FACTORY,
      },
    },
  ]),
  [
    'CommonJS modules',
    `const { Thread } = require('heddle/threading'); const module = require('./module.cjs'); ${USE}`
      // Node's own module is of that name here.
      .replaceAll('module.', 'imported.')
      .replaceAll('const module', 'const imported')
      .replace('./imported.cjs', './module.cjs'),
    { kind: 'cjs', files: { 'module.cjs': CJS_MODULE, 'factory.cjs': CJS_FACTORY } },
  ],
  [
    'CommonJS modules that a module imports',
    `import { Thread } from 'heddle/threading'; import module from './module.cjs'; ${USE}`,
    { kind: 'mjs', files: { 'module.cjs': CJS_MODULE, 'factory.cjs': CJS_FACTORY } },
  ],
  [
    'modules that are imported late',
    `import { Thread } from 'heddle/threading';
    const module = await import('./module.mjs'); ${USE}`,
    {
      kind: 'mjs',
      files: { 'module.mjs': ESM_MODULE.replace('EXT', 'mjs'), 'factory.mjs': ESM_FACTORY },
    },
  ],
  [
    'modules under tsx',
    `import { Thread } from 'heddle/threading'; import * as module from './module.ts'; ${USE}`,
    {
      flags: ['--import', 'tsx'],
      files: { 'module.ts': ESM_MODULE.replace('EXT', 'ts'), 'factory.ts': ESM_FACTORY },
    },
  ],
];

describe('sites:', { concurrency: 3 }, () => {
  for (const [name, program, options] of KINDS) {
    test(`what ${name} make at their top level is one object in all threads`, async () => {
      const { later, madeLater, ...objects } = await counts(program, options);
      assert.deepEqual(new Set(Object.values(objects)), new Set([1]), JSON.stringify(objects));
      assert.equal(Object.keys(objects).length, 12);
      // What a function makes later is new, in every thread.
      assert.deepEqual([later, madeLater], [THREADS + 1, THREADS + 1]);
    });
  }

  test('two modules that call one factory have an object each, in any order', async () => {
    const found = await counts(
      `import { Thread } from 'heddle/threading';
    ${TAKERS}
    const { a } = await import('./a.mjs');
    const { b } = await import('./b.mjs');
    const target = async () => {
      const { b } = await import('./b.mjs');
      const { a } = await import('./a.mjs');
      return hold({ a, b });
    };
    const threads = [1, 2, 3].map(() => new Thread({ target }).start());
    report(hold({ a, b }), threads);`,
      {
        kind: 'mjs',
        files: {
          'a.mjs': "import { make } from './factory.mjs'; export const a = make();",
          'b.mjs': "import { make } from './factory.mjs'; export const b = make();",
          'factory.mjs': ESM_FACTORY,
        },
      },
    );
    assert.deepEqual(found, { a: 1, b: 1 });
  });

  test('a module that a thread imports first is the same for who imports it later', async () => {
    const ran = await runProgram(
      `import { Thread } from 'heddle/threading';
    const target = async () => { (await import('./module.mjs')).event.set(); };
    const thread = new Thread({ target }).start();
    thread.result();
    // While the thread's object lives, which its worker keeps with the module.
    console.log((await import('./module.mjs')).event.isSet());`,
      {
        kind: 'mjs',
        files: {
          'module.mjs':
            "import { Event } from 'heddle/threading'; export const event = new Event();",
        },
      },
    );
    assert.equal(ran.stdout, 'true\n', ran.stderr);
  });
});

// Functions where programs are not files, where V8 may not be asked, and where modules are
// CommonJS.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';
import type { ProgramKind, RunOptions } from '../support/run.ts';

const RUN = `
  const run = (target, ...args) => new Thread({ target, args }).start().result(40);
`;

async function prints(
  expected: string | RegExp,
  kind: ProgramKind,
  source: string,
  options: RunOptions = {},
): Promise<void> {
  const ran = await runProgram(source + '\n', { kind, ...options });
  if (typeof expected === 'string') assert.equal(ran.stdout.trim(), expected, ran.stderr);
  else assert.match(ran.stdout, expected, ran.stderr);
}

test('program: functions of a program given by --eval and on standard input travel', async () => {
  const required = `const { Thread } = require('heddle/threading'); ${RUN}`;
  const imported = `import { Thread } from 'heddle/threading'; ${RUN}`;
  const captures = 'const k = 4; console.log(run((x) => x * k, 2));';
  await prints('8', 'eval', required + captures);
  await prints('8', 'stdin', imported + captures, { flags: ['--input-type=module'] });
});

test('program: functions without captures travel where V8 may not be asked', async () => {
  const source = `
    const { Thread } = require('heddle/threading'); ${RUN}
    const { scale } = require('./scale.cjs');
    const k = 4;
    console.log(run((x) => x * 2, 2), run(Math.max, 1, 7), run(scale, 2));
    try {
      run((x) => x * k, 2);
    } catch (error) {
      console.log(error.code, error.message);
    }
    process.exit();
  `;
  await prints(/^4 7 6\nERR_HEDDLE_NO_INSPECTOR .*'k'.*\n.*--allow-inspector/, 'cjs', source, {
    files: { 'scale.cjs': 'exports.scale = (x) => x * 3;' },
    flags: ['--permission', '--allow-worker', '--allow-fs-read=*'],
  });
});

test('program: what is compiled of heddle is there when its first worker comes up', async () => {
  const source = `
    import { Thread } from 'heddle/threading';
    ${RUN}
    const look = () => {
      const { workerData } = process.getBuiltinModule('node:worker_threads');
      const { code } = Object.values(workerData).find((one) => one?.memory !== undefined);
      if (code === undefined) return 'from the sources';
      const [base] = Object.values(code);
      return new Int32Array(base, 0, 1)[0] > 10_000;
    };
    console.log(run(look));
  `;
  const isDist = process.env['HEDDLE_TEST_DIST'] === '1';
  await prints(isDist ? 'true' : 'from the sources', 'mjs', source);
});

for (const kind of ['mjs', 'cjs'] as const) {
  const from = (names: string, id: string): string =>
    kind === 'mjs' ? `import { ${names} } from '${id}';` : `const { ${names} } = require('${id}');`;
  test(`program: what heddle exports itself travels, from ${kind}`, async () => {
    const source = `
      ${from('DeadlockError, cpuCount, sleep', 'heddle')}
      ${from('Lock, Thread', 'heddle/threading')}
      ${RUN}
      const tools = { sleep, cpuCount };
      const name = (given) => given === DeadlockError && given.name;
      const hold = (given) => new given().with(() => tools.cpuCount());
      const held = run(hold, Lock) > 0;
      console.log(run(sleep, '1ms'), run(cpuCount) > 0, run(name, DeadlockError), held);
    `;
    await prints('undefined true DeadlockError true', kind, source);
  });
}

test('program: what CommonJS modules export, and they themselves, go by reference', async () => {
  const source = `
    const assert = require('node:assert');
    const path = require('path');
    const { Thread } = require('heddle/threading'); ${RUN}
    const lib = require('./lib.cjs');
    const { helper } = lib;
    const single = require('./single.cjs');
    const echo = (value) => value;
    assert.equal(run(() => lib.helper(2) + helper(1)), 9);
    assert.equal(run(single, 1) + run(() => single.extra), 5);
    assert.equal(run(lib.wrap.hidden, 1), 4);
    assert(run(() => new lib.Base()) instanceof lib.Base);
    assert.equal(run(echo, lib), lib);
    assert.equal(run(echo, helper), helper);
    assert.equal(run(() => require('./lib.cjs').helper(1)), 3);
    assert.equal(run(() => path.join('a', 'b')), 'a/b');
    assert.equal(run(() => __filename), __filename);
    assert.equal(run(function () { return this === globalThis; }), true);
    assert.equal(run(function () { 'use strict'; return this; }), undefined);
    assert.throws(() => run(() => [module]), { code: 'ERR_HEDDLE_MODULE_OBJECT' });
    console.log('passed');
  `;
  const lib = `
    class Base {}
    function helper(n) { return n * 3; }
    const hidden = (n) => helper(n) + 1;
    module.exports = { Base, helper, wrap: { hidden } };
  `;
  const single = 'module.exports = function single(n) { return n + 1; }; module.exports.extra = 3;';
  await prints('passed', 'cjs', source, { files: { 'lib.cjs': lib, 'single.cjs': single } });
});

// A first thread from the main thread's worker, more from the keeper's, and one that a thread
// starts.
const SHARING = `
  import { Event, Lock, Thread, currentThread } from 'heddle/threading';
  import { SharedList } from 'heddle/shared';
  import { helper } from './helper';
  const lock = new Lock();
  const list = new SharedList<number>();
  const event = new Event();
  enum Kind { Inner = 10 }
  const work = (n: number): unknown[] => {
    event.wait();
    lock.with(() => list.append(helper(n)));
    const inner = new Thread({ target: () => helper(n) + Kind.Inner }).start();
    return [currentThread().name, inner.result(40)];
  };
  const start = (n: number) => new Thread({ target: work, args: [n], name: 'T' + n }).start();
  const threads = [1, 2, 3].map(start);
  event.set();
  console.log(JSON.stringify(threads.map((thread) => thread.result(40))));
  console.log([...list].toSorted().join());
`;
const HELPER = 'enum Kind { A = 100 }\nexport const helper = (n: number): number => n * Kind.A;\n';

for (const [modules, type] of [
  ['CommonJS', 'commonjs'],
  ['ES', 'module'],
] as const) {
  test(`program: threads of ${modules} modules under tsx share what they are given`, async () => {
    const files = { 'helper.ts': HELPER, 'package.json': JSON.stringify({ type }) };
    const expected = '[["T1",110],["T2",210],["T3",310]]\n100,200,300';
    await prints(expected, 'ts', SHARING, { files, flags: ['--import', 'tsx'] });
  });
}

test('program: a pool of processes under tsx runs what it is given', async () => {
  const source = `
  import { Pool, ThreadPool } from 'heddle/multiprocessing';
  import { helper } from './helper';
  for (const Kind of [ThreadPool, Pool]) {
    const pool = new Kind(1);
    console.log(pool.map((n: number) => helper(n), [1, 2]).join(), pool.apply(helper, [3]));
    pool.terminate();
    pool.join();
  }
`;
  const files = { 'helper.ts': HELPER, 'package.json': JSON.stringify({ type: 'module' }) };
  await prints('100,200 300\n100,200 300', 'ts', source, { files, flags: ['--import', 'tsx'] });
});

test('program: coverage counts what runs in threads at its place in the file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-coverage-'));
  const source = `import { Thread } from 'heddle/threading';
const target = (n) => {
  if (n > 1) return 'taken in the thread';
  return 'never taken';
};
console.log(new Thread({ target, args: [2] }).start().result(40));
`;
  try {
    await prints('taken in the thread', 'mjs', source, { env: { NODE_V8_COVERAGE: folder } });
    // The innermost range around an offset says how often it ran; the thread reports the file a
    // second time.
    const counts = (text: string): number[] =>
      reportsOf(folder, 'main.mjs').map((ranges) => countAt(ranges, source.indexOf(text)));
    assert.ok(Math.max(...counts("'taken in")) === 1, counts("'taken in").join());
    assert.ok(Math.max(...counts("'never taken'")) === 0, counts("'never taken'").join());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Report {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly Range[] }[];
  }[];
}

function reportsOf(folder: string, file: string): Range[][] {
  return readdirSync(folder).flatMap((name) => {
    const report = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Report;
    return report.result
      .filter(({ url }) => url.endsWith(file))
      .map(({ functions }) => functions.flatMap(({ ranges }) => ranges));
  });
}

function countAt(ranges: readonly Range[], offset: number): number {
  const around = ranges.filter((one) => one.startOffset <= offset && offset < one.endOffset);
  const size = (one: Range): number => one.endOffset - one.startOffset;
  return around.toSorted((a, b) => size(a) - size(b))[0]?.count ?? 0;
}

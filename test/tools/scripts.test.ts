import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Script } from 'node:vm';
import { importFromGroups, makeProgram, makeScripts } from '../../tools/scripts.ts';

const folder = mkdtempSync(join(tmpdir(), 'heddle-'));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');

/** A module of a text, by its path. */
function written(name: string, text: string): string {
  const file = join(folder, `${name}.js`);
  writeFileSync(file, `${text}\n//# sourceMappingURL=${name}.js.map\n`);
  writeFileSync(`${file}.map`, '{}');
  return file;
}

interface Own {
  readonly url: string;
  readonly scripts: ReadonlyMap<string, { readonly script: Script; readonly exports: object }>;
  readonly load: (name: string) => object | undefined;
}

interface Base {
  readonly own: Own;
  readonly following: () => number;
  readonly folderOf: (path: string) => Promise<string>;
  readonly self: unknown;
  readonly list: unknown[];
}

interface Late {
  readonly late: readonly unknown[];
  readonly own: Own;
}

const groups = [
  [
    written(
      'base',
      `var own = import.meta;
var count = 1;
var text = 'import.meta is not import("x")'; // \u00e4
function next() { return count++; }
var folderOf = (path) => import('node:path').then(({ dirname }) => dirname(path));
var self = (function () { return this; })();
var list = [text];
export { folderOf, list, next as following, own, self };`,
    ),
  ],
  [
    written(
      'other',
      `import {
  following as next,
  list
} from "./base.js";
var own = import.meta;
var both = [next(), ...list];
var place = () => new Error('here').stack.split('\\n')[1];
export { both, own, place };`,
    ),
  ],
  // Of which the first needs the second.
  [
    written(
      'late',
      `import { early, own } from "./early.js";
import { following } from "./base.js";
var late = [...early, following()];
export { late, own };`,
    ),
    written('early', 'var own = import.meta; var early = ["early"]; export { early, own };'),
    written('silent', 'globalThis.silent = true;'),
  ],
];
const lists = written('lists', 'import { late } from "./late.js"; export { late };');
const scripts = makeScripts(groups, { '#lists': lists, '#late': groups[2]?.[0] ?? '' });
importFromGroups(lists, scripts);
const urls = groups.map(([first = '']) => pathToFileURL(first).href) as [string, string, string];

test('makeScripts makes modules that export the same', async () => {
  const loaded = (await import(urls[0])) as Base;
  assert.deepEqual(Object.keys(loaded).toSorted(), [
    '$base',
    '$resolve',
    '$take',
    'folderOf',
    'following',
    'list',
    'own',
    'self',
  ]);
  assert.deepEqual([loaded.following(), loaded.following()], [1, 2]);
  assert.equal(await loaded.folderOf('/a/b'), '/a');
  assert.equal(loaded.self, undefined);
  assert.deepEqual(loaded.list, ['import.meta is not import("x")']);
  assert.equal(loaded.own.url, urls[0]);
  const next = (await import(urls[1])) as { both: unknown; own: Base['own']; place: () => string };
  assert.deepEqual(next.both, [3, ...loaded.list]);
  assert.equal(next.own.url, urls[1]);
  const names = [...next.own.scripts.keys()];
  assert.match(names.join(), /^base-[0-9a-f]{8}\.script\.js,other-[0-9a-f]{8}\.script\.js$/);
  assert.equal(next.own.scripts, loaded.own.scripts);
  // The line is that of the text, so that the source map stays true.
  assert.match(next.place(), /other-\w+\.script\.js:7:/);
  const script = readFileSync(join(folder, names[0] as string), 'utf8');
  assert.match(script, /^\(function .* var own = meta;\n/);
  assert.ok(script.endsWith(`\n//# sourceMappingURL=${names[0]}.map\n`));
});

test('makeScripts makes one module of a group, which runs each script once', async () => {
  const holder = (await import(pathToFileURL(join(folder, 'group-late.js')).href)) as {
    $late: Late;
    $early: { early: unknown };
  };
  const { own, late } = (await import(urls[2])) as Late;
  assert.equal(late, holder.$late.late);
  assert.equal(own.url, pathToFileURL(join(folder, 'early.js')).href);
  assert.deepEqual(holder.$early, { early: ['early'], own });
  assert.equal((globalThis as { silent?: boolean }).silent, true);
  // What only hands on imports from the group.
  assert.equal(((await import(pathToFileURL(lists).href)) as Late).late, late);
  assert.match(readFileSync(lists, 'utf8'), /^import\{\$late\}from"\.\/group-late\.js";/);
});

test('makeScripts makes what is loaded by its address, or a name', async () => {
  const { own, late } = (await import(urls[2])) as Late;
  assert.equal((own.load(urls[2]) as Late).late, late);
  assert.equal((own.load('#late') as Late).late, late);
  assert.deepEqual(own.load('#lists'), { late, own });
  for (const name of ['#none', `${urls[2]}x`, 'toString', 'node:fs']) {
    assert.equal(own.load(name), undefined, name);
  }
});

const looking = `import { own } from ${JSON.stringify(urls[1])};
  const rejected = [...own.scripts.values()].map(({ script }) => script.cachedDataRejected);`;

async function compiled(): Promise<[name: string, code: Buffer][]> {
  const { own } = (await import(urls[1])) as Base;
  return [...own.scripts].map(([name, { script }]) => [name, script.createCachedData()]);
}

test('makeScripts makes what a worker need not compile', async () => {
  const file = join(folder, 'worker.js');
  const port = `import { parentPort } from 'node:worker_threads';`;
  writeFileSync(file, `${port}\n${looking}\nparentPort.postMessage(rejected);`);
  const found: unknown[] = [];
  for (const isThere of [false, true]) {
    const code: Record<string, SharedArrayBuffer> = {};
    for (const [name, bytes] of await compiled()) {
      const shared = (code[name] = new SharedArrayBuffer(8 + bytes.length));
      new Uint8Array(shared).set(bytes, 8);
      Atomics.store(new Int32Array(shared, 0, 1), 0, isThere ? bytes.length : 0);
    }
    const worker = new Worker(file, { workerData: { [`heddle ${urls[0]}`]: { code } } });
    found.push((await once(worker, 'message'))[0]);
    await worker.terminate();
  }
  // Without code there was nothing to reject.
  assert.deepEqual(found, [
    [undefined, undefined],
    [false, false],
  ]);
});

function preface(
  codes: readonly [name: string, code: Buffer][],
  file: string | null = null,
): Buffer {
  const inode = file === null ? 0 : (statSync(file, { throwIfNoEntry: false })?.ino ?? 0);
  const list = codes.map(([name, code]) => [name, code.length]);
  const told = Buffer.from(JSON.stringify({ base: urls[0], list, file, inode }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(told.length);
  return Buffer.concat([length, told, ...(file === null ? codes.map(([, code]) => code) : [])]);
}

test('makeScripts makes what a child need not compile', async () => {
  const file = join(folder, 'child.js');
  writeFileSync(file, `${looking}\nconsole.log(JSON.stringify(rejected));`);
  const codes = await compiled();
  const whole = preface(codes);
  const found: string[] = [];
  for (const bytes of [whole, Buffer.alloc(4), whole.subarray(0, 2), whole.subarray(0, 900)]) {
    const path = join(folder, 'code');
    writeFileSync(path, bytes);
    const channel = openSync(path, 'r');
    const ran = spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      env: { ...process.env, HEDDLE_FAMILY: '-1:0:0' },
      stdio: ['ignore', 'pipe', 'pipe', channel],
    });
    closeSync(channel);
    found.push(ran.stdout.trim() + ran.stderr);
  }
  // Nothing, or what a parent that was killed has left: it compiles them itself.
  assert.deepEqual(found, ['[false,false]', '[null,null]', '[null,null]', '[null,null]']);
});

/** A program that tells what it finds by a function of Node's. */
function program(tell: string, isChild: boolean): string {
  const entry = join(folder, 'entry.js');
  writeFileSync(
    entry,
    `import {
  both as mine,
  own as other
} from "./other.js";
import { following } from "./base.js";
var own = import.meta;
async function look() {
  const later = await import('./other.js');
  return {
    rejected: [...other.scripts.values()].map(({ script }) => script.cachedDataRejected),
    urls: [other.url, own.url],
    isSame: later.both === mine,
    counted: following(),
    resolved: own.resolve('node:fs'),
    late: other.load('#late').late,
    isLateSame: (await import('./late.js')).late === other.load(${JSON.stringify(urls[2])}).late,
    mainModule: typeof process.mainModule,
    place: new Error('here').stack.split('\\n')[1],
  };
}
look().then((found) => ${tell}(found));
//# sourceMappingURL=entry.js.map
`,
  );
  makeProgram(entry, scripts, isChild);
  return join(folder, 'entry.cjs');
}

function assertProgram(found: Record<string, unknown>, rejected: unknown[]): void {
  const { place, ...rest } = found;
  assert.deepEqual(rest, {
    rejected,
    urls: [urls[1], pathToFileURL(join(folder, 'entry.js')).href],
    // The module that comes later has what the program has run.
    isSame: true,
    counted: 2,
    resolved: 'node:fs',
    late: ['early', 3],
    isLateSame: true,
    mainModule: 'undefined',
  });
  // The line is that of the module, so that the source map stays true.
  assert.match(String(place), /entry\.cjs:18:/);
}

test('makeProgram makes what a worker runs first, without a module', async () => {
  const path = program(
    `process.getBuiltinModule('node:worker_threads').parentPort.postMessage`,
    false,
  );
  const code: Record<string, SharedArrayBuffer> = {};
  for (const [name, bytes] of await compiled()) {
    const shared = (code[name] = new SharedArrayBuffer(8 + bytes.length));
    new Uint8Array(shared).set(bytes, 8);
    Atomics.store(new Int32Array(shared, 0, 1), 0, bytes.length);
  }
  const worker = new Worker(path, { workerData: { [`heddle ${urls[0]}`]: { code } } });
  const [found] = (await once(worker, 'message')) as [Record<string, unknown>];
  await worker.terminate();
  assertProgram(found, [false, false]);
});

test('makeProgram makes what a child runs first, with what is compiled and without', async () => {
  const path = program('((found) => console.log(JSON.stringify(found)))', true);
  const codes = await compiled();
  writeFileSync(join(folder, 'codes'), Buffer.concat(codes.map(([, code]) => code)));
  for (const [bytes, rejected] of [
    [preface(codes), [false, false]],
    [preface(codes, join(folder, 'codes')), [false, false]],
    [preface(codes, join(folder, 'none')), [null, null]],
    [Buffer.alloc(0), [null, null]],
  ] as const) {
    writeFileSync(join(folder, 'code'), bytes);
    const channel = openSync(join(folder, 'code'), 'r');
    const { stdout, stderr } = spawnSync(process.execPath, [path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', channel],
    });
    closeSync(channel);
    assert.equal(stderr, '');
    const found = JSON.parse(stdout) as Record<string, unknown>;
    assertProgram(found, [...rejected]);
  }
});

test('makeProgram refuses what a program cannot be', () => {
  const refused = (text: string, error: assert.AssertPredicate): void => {
    const entry = join(folder, 'odd.js');
    writeFileSync(entry, text);
    assert.throws(() => makeProgram(entry, scripts, false), error);
  };
  refused('import { own } from "./base.js";\nexport { own };', /exports something/);
  refused('import { own } from "./odder.js";', /odder\.js: it is no script/);
  refused('import { own } from "./base.js";\nawait own;', SyntaxError);
});

test('makeScripts makes what runs in the context of its module', () => {
  const file = join(folder, 'context.js');
  writeFileSync(
    file,
    `import fs from 'node:fs';
    import vm from 'node:vm';
    const context = vm.createContext({ process, URL, Atomics });
    const url = ${JSON.stringify(urls[0])};
    const module = new vm.SourceTextModule(fs.readFileSync(new URL(url), 'utf8'), {
      context, identifier: url, initializeImportMeta: (meta) => { meta.url = url; },
    });
    await module.link(() => { throw new Error('It imports'); });
    await module.evaluate();
    const { list, own, following } = module.namespace;
    const [{ script }] = own.scripts.values();
    console.log(list instanceof vm.runInContext('Array', context), script, following());`,
  );
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const ran = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8' });
  assert.equal(ran.stdout + ran.stderr, 'true null 1\n');
});

test('makeScripts refuses what a script cannot be', () => {
  const refused = (text: string, message: RegExp): void => {
    assert.throws(() => makeScripts([[written('odd', text)]], {}), { name: 'TypeError', message });
  };
  refused(
    'var a = 1;\nfunction set() { a = 2; }\nexport { a, set };',
    /export a .* assigned later/,
  );
  refused('var a = 1;\nfunction set() { a++; }\nexport { a, set };', /export a .* assigned later/);
  refused(`var a = '\u00e4';\nexport { a };`, /not plain ASCII/);
});

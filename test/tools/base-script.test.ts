import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Script } from 'node:vm';
import { makeScript } from '../../tools/base-script.ts';

const folder = mkdtempSync(join(tmpdir(), 'heddle-'));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');

/** A module of this text, made a script. */
function scripted(name: string, text: string): string {
  const chunk = join(folder, `${name}.js`);
  writeFileSync(chunk, `${text}\n//# sourceMappingURL=${name}.js.map\n`);
  writeFileSync(`${chunk}.map`, '{}');
  makeScript(chunk);
  return chunk;
}

interface Loaded {
  readonly own: { readonly url: string; readonly script: Script; readonly exports: object };
  readonly following: () => number;
  readonly folderOf: (path: string) => Promise<string>;
  readonly self: unknown;
  readonly list: unknown[];
}

const chunk = scripted(
  'chunk',
  `var own = import.meta;
var count = 1;
var text = 'import.meta is not import("x")';
function next() { return count++; }
var folderOf = (path) => import('node:path').then(({ dirname }) => dirname(path));
var self = (function () { return this; })();
var list = [text];
export { folderOf, list, next as following, own, self };`,
);
const url = pathToFileURL(chunk).href;

test('makeScript makes a module that exports the same', async () => {
  const loaded = (await import(url)) as Loaded;
  assert.deepEqual(Object.keys(loaded), ['folderOf', 'following', 'list', 'own', 'self']);
  assert.deepEqual([loaded.following(), loaded.following()], [1, 2]);
  assert.equal(await loaded.folderOf('/a/b'), '/a');
  assert.equal(loaded.self, undefined);
  assert.deepEqual(loaded.list, ['import.meta is not import("x")']);
  assert.equal(loaded.own.url, url);
  assert.equal(Reflect.get(loaded.own.exports, 'list'), loaded.list);
  const script = readFileSync(join(folder, 'base.js'), 'utf8');
  assert.match(script, /^\(function .* var own = meta;\n/);
  assert.match(script, /\n\/\/# sourceMappingURL=base\.js\.map\n$/);
});

test('makeScript makes one that a worker need not compile', async () => {
  const { own } = (await import(url)) as Loaded;
  const compiled = own.script.createCachedData();
  const code = new SharedArrayBuffer(8 + compiled.length);
  new Uint8Array(code).set(compiled, 8);
  const program = `import { own } from ${JSON.stringify(url)};
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage(own.script.cachedDataRejected);`;
  const file = join(folder, 'worker.js');
  writeFileSync(file, program);
  const rejected: unknown[] = [];
  for (const length of [0, compiled.length]) {
    Atomics.store(new Int32Array(code, 0, 1), 0, length);
    const worker = new Worker(file, { workerData: { [`heddle ${url}`]: { code } } });
    rejected.push((await once(worker, 'message'))[0]);
    await worker.terminate();
  }
  // Without code there was nothing to reject.
  assert.deepEqual(rejected, [undefined, false]);
});

test('makeScript makes one that runs in the context of its module', () => {
  const file = join(folder, 'context.js');
  writeFileSync(
    file,
    `import fs from 'node:fs';
    import vm from 'node:vm';
    const context = vm.createContext({ process, URL, Atomics });
    const url = ${JSON.stringify(url)};
    const module = new vm.SourceTextModule(fs.readFileSync(new URL(url), 'utf8'), {
      context, identifier: url, initializeImportMeta: (meta) => { meta.url = url; },
    });
    await module.link(() => { throw new Error('It imports'); });
    await module.evaluate();
    const { list, own, following } = module.namespace;
    console.log(list instanceof vm.runInContext('Array', context), own.script, following());`,
  );
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const ran = spawnSync(process.execPath, [...flags, file], { encoding: 'utf8' });
  assert.equal(ran.stdout + ran.stderr, 'true null 1\n');
});

test('makeScript refuses what a script cannot be', () => {
  const refused = (text: string, message: RegExp): void => {
    assert.throws(() => scripted('other', text), { name: 'TypeError', message });
  };
  refused(`import fs from 'node:fs';\nexport { fs };`, /other\.js a script as it imports/);
  refused('var a = 1;', /exports nothing/);
  refused(
    'var a = 1;\nfunction set() { a = 2; }\nexport { a, set };',
    /export a .* assigned later/,
  );
  refused('var a = 1;\nfunction set() { a++; }\nexport { a, set };', /export a .* assigned later/);
  refused(`var a = 'ä';\nexport { a };`, /not plain ASCII/);
});

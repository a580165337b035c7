import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadNative, nativeFile } from '../../src/kernel/index.ts';
import { runProgram } from '../support/run.ts';

// Elsewhere there are none.
const skip = process.platform === 'linux' ? false : 'memory that processes share is of Linux';

const program = `import { createRequire } from 'node:module';
import { Process, SimpleQueue } from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';

const loaded = new SimpleQueue<readonly string[]>();
// Node keeps all that has been required: the file, and the module that looked for it.
const look = () => {
  const { cache } = createRequire(import.meta.url);
  const files = Object.keys(cache).filter((path) => path.includes('@koromix'));
  loaded.put(files.map((path) => path.replace(/.*[/\\\\]/, '')));
};
look();
new Thread({ target: look }).start().join();
new Process({ target: look }).start().join();
for (let i = 0; i < 3; i++) console.log(loaded.get()?.join() ?? '');
`;

test('nativeFile() saves threads and children the search', { skip }, async () => {
  const ran = await runProgram(program);
  assert.deepEqual([ran.stdout, ran.stderr], ['index.js,koffi.node\n\n\n', '']);
});

test('loadNative() searches where the file is not there any more', { skip }, async () => {
  const env = { HEDDLE_FAMILY: '-1:0:0::/nowhere/at all:koffi.node' };
  const ran = await runProgram(program, { env });
  assert.deepEqual([ran.stdout, ran.stderr], ['index.js,koffi.node\n\n\n', '']);
});

test('nativeFile() is known once the calls are loaded', { skip }, () => {
  loadNative();
  assert.match(nativeFile(), /koffi\.node$/);
});

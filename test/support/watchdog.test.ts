// The watchdog is watched here by a runner of its own: a nested `node --test` over files that
// block.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { untilEnded } from './processes.ts';
import { runProgram, type Ran } from './run.ts';

const LIMIT_MS = 1500;
const BLOCK = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
const HEAD = "import { test, describe, it } from 'node:test';\n";

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-watchdog-'));
});
after(() => rmSync(folder, { recursive: true }));

test('watchdog fails a test that blocks for ever, names it, and runs the next file', async () => {
  write('a.test.mjs', `describe('outer', () => { it('blocks', () => { ${BLOCK} }); });`);
  write('b.test.mjs', "test('the next file', () => {});");
  const ran = await runNested(['--test', '--test-reporter=tap', `${folder}/*.test.mjs`]);
  assert.match(ran.stdout, /the main thread stayed blocked for 1500 ms in "outer > blocks"/);
  assert.match(ran.stdout, /^not ok \d+ - .*a\.test\.mjs$/m);
  assert.match(ran.stdout, /^ok \d+ - the next file$/m);
  assert.equal(ran.code, 1);
});

test('watchdog guards a file that is run alone', async () => {
  write('alone.test.mjs', `test('blocks', () => { ${BLOCK} });`);
  const ran = await runNested([`${folder}/alone.test.mjs`]);
  assert.match(ran.stderr, /stayed blocked for 1500 ms in "blocks"; process killed/);
  assert.equal(ran.signal, 'SIGKILL');
});

test('watchdog guards the end of the process, after the last test', async () => {
  write('end.test.mjs', `test('passes', () => {}); process.on('exit', () => { ${BLOCK} });`);
  const ran = await runNested([`${folder}/end.test.mjs`]);
  assert.equal(ran.signal, 'SIGKILL');
});

test('watchdog ends a file that stays after its last test', async () => {
  write('stays.test.mjs', "test('passes', () => {}); setInterval(() => {}, 1000);");
  const ran = await runNested([`${folder}/stays.test.mjs`]);
  assert.match(ran.stderr, /still there 1500 ms after its last test, "passes"; process killed/);
  assert.equal(ran.signal, 'SIGKILL');
});

test('watchdog kills the programs that the blocked test had started', async () => {
  const run = new URL('run.ts', import.meta.url).href;
  write(
    'children.test.mjs',
    `import { startProgram } from '${run}';
    test('blocks', async () => {
      const child = startProgram('setInterval(() => {}, 1000); console.log("up")');
      await child.line('up');
      console.error('child ' + child.pid);
      ${BLOCK}
    });`,
  );
  const ran = await runNested([`${folder}/children.test.mjs`]);
  const pid = Number(/child (\d+)/.exec(ran.stderr)?.[1]);
  assert.equal(await untilEnded(pid), true);
});

test('watchdog leaves a passing file, its output and its exit code alone', async () => {
  write('good.test.mjs', "test('says', () => console.log('hello'));");
  const ran = await runNested(['--test', '--test-reporter=tap', `${folder}/good.test.mjs`]);
  assert.equal(ran.code, 0);
  assert.match(ran.stdout, /# hello/);
  assert.match(ran.stdout, /# pass 1\b/);
  assert.equal(ran.stderr, '');
});

test('watchdog stays out of workers and of forked children', async () => {
  write('child.mjs', "console.log('child', process.getActiveResourcesInfo().join());");
  write(
    'forks.test.mjs',
    `import { fork } from 'node:child_process';
    import { Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    test('forks', async () => {
      const child = new URL('child.mjs', import.meta.url);
      await once(fork(child, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }), 'exit');
      await once(new Worker(child), 'exit');
    });`,
  );
  const ran = await runNested([`${folder}/forks.test.mjs`]);
  const told = ran.stdout.split('\n').filter((line) => line.startsWith('child'));
  assert.equal(told.length, 2);
  for (const line of told) assert.doesNotMatch(line, /Process|Timeout/);
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), HEAD + text);
}

// A program that starts Node with the arguments of a test run and hands on how it ended.
function runNested(args: readonly string[]): Promise<Ran> {
  const watchdog = new URL('watchdog.ts', import.meta.url).href;
  return runProgram(
    `import { spawnSync } from 'node:child_process';
    const { status, signal } = spawnSync(process.execPath, process.argv.slice(2), {
      stdio: 'inherit',
    });
    if (signal !== null) process.kill(process.pid, signal);
    process.exitCode = status;`,
    {
      kind: 'mjs',
      args: [`--import=${watchdog}`, ...args],
      env: { HEDDLE_TEST_LIMIT_MS: String(LIMIT_MS) },
    },
  );
}

// How the tour runs a program: what it writes down, what it types, and when it stops it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT, run, type RunOptions } from '../../tour/runner.ts';
import type { Program } from '../../tour/section.ts';
import type { Entry, Ran } from '../../tour/transcript.ts';

const folder = mkdtempSync(join(tmpdir(), 'heddle-tour-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;

function runCode(code: string, more: Partial<Program & RunOptions> = {}): Promise<Ran> {
  const file = join(folder, `program-${(files += 1)}.mjs`);
  writeFileSync(file, code);
  const program: Program = { file, seconds: 0, expectations: [], ...more };
  return run(program, { scale: 1, ...more });
}

const texts = ({ entries }: Ran): string[] => entries.map(({ kind, text }) => `${kind} ${text}`);

const question = {
  prompt: 'name? ',
  answer: 'Ada',
  thinkSeconds: 0,
  isReady: (entries: readonly Entry[]) => entries.some(({ text }) => text === 'ready'),
  otherwise: 'Nobody else.',
};

// Prints what it is told, and ends only for Ada.
const GREETER = `
  process.stdout.write('name? ready');
  process.stdout.write('\\n');
  let told = '';
  process.stdin.on('data', (chunk) => (told += chunk));
  process.stdin.on('end', () => {
    console.log('hello', told.trim());
    if (told !== 'Ada\\n') setInterval(() => {}, 1000);
  });
`;

test('run() writes down the lines of both streams, and how the program ended', async () => {
  const code = `console.log('one\\ntwo'); console.error('bad'); process.exitCode = 3;`;
  const ran = await runCode(code);
  assert.deepEqual(texts(ran).toSorted(), ['err bad', 'out one', 'out two']);
  assert.equal(ran.code, 3);
  assert.equal(ran.stopped, null);
  const { entries, endMs } = ran;
  assert.ok(entries.every(({ atMs }) => atMs > 0 && atMs <= endMs + 1000));
});

test('run() keeps a last line without an end, and the characters that chunks cut', async () => {
  const code = `
    const bytes = Buffer.from('warp und Schuß');
    process.stdout.write(bytes.subarray(0, -1), () => process.stdout.write(bytes.subarray(-1)));
  `;
  assert.deepEqual(texts(await runCode(code)), ['out warp und Schuß']);
});

test('run() tells the program how fast time passes, and where the repository is', async () => {
  const code = `console.log(process.env.HEDDLE_EXAMPLE_SCALE, process.cwd());`;
  assert.deepEqual(texts(await runCode(code, { scale: 0.5 })), [`out 0.5 ${ROOT}`]);
});

test('run() stops a program that does not end', async () => {
  const code = `console.log('begun'); setInterval(() => {}, 1000);`;
  const ran = await runCode(code, { limitMs: 2500 });
  assert.deepEqual(texts(ran), ['out begun']);
  assert.equal(ran.signal, 'SIGKILL');
  assert.match(String(ran.stopped), /not ended after 2\.5 s/);
});

test('run() stops a program whose thread never gives way', async () => {
  const ran = await runCode('for (;;);', { limitMs: 500 });
  assert.match(String(ran.stopped), /not ended/);
});

test('run() types the answer once all is there that comes before it', async () => {
  const ran = await runCode(GREETER, { question });
  assert.deepEqual(texts(ran), ['prompt name? ', 'out ready', 'typed Ada', 'out hello Ada']);
  assert.equal(ran.code, 0);
});

test('run() types nothing while something is missing', async () => {
  const patient = { ...question, isReady: () => false };
  const ran = await runCode(GREETER, { question: patient, limitMs: 1500 });
  assert.ok(!texts(ran).some((text) => text.startsWith('typed')));
  assert.match(String(ran.stopped), /not ended/);
});

test('run() hands on what the user types, and stops what that leaves waiting', async () => {
  const ran = await runCode(GREETER, { question, ask: async () => 'Bob' });
  assert.deepEqual(texts(ran).slice(2), ['typed Bob', 'out hello Bob']);
  assert.equal(ran.stopped, 'it was stopped, as it would have waited for ever');
});

test('run() goes on when the user ends the input', async () => {
  const ran = await runCode(GREETER, { question, ask: async () => null });
  assert.deepEqual(texts(ran).slice(2), ['out hello ']);
  assert.equal(ran.stopped, 'it was stopped, as it would have waited for ever');
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { untilEnded } from './processes.ts';
import { runProgram, startProgram, type ProgramKind } from './run.ts';

const SAY: Record<ProgramKind, string> = {
  ts: 'const text: string = import.meta.filename; console.log(text)',
  mts: 'const text: string = import.meta.filename; console.log(text)',
  cts: 'const text: string = __filename; console.log(text)',
  mjs: 'console.log(import.meta.filename)',
  cjs: 'console.log(__filename)',
  eval: 'console.log("main.eval")',
  stdin: 'console.log("main.stdin")',
};

for (const [kind, source] of Object.entries(SAY)) {
  test(`runProgram() runs a program of kind ${kind}`, async () => {
    const ran = await runProgram(source, { kind: kind as ProgramKind });
    assert.equal(ran.stderr, '');
    assert.match(ran.stdout, new RegExp(`main\\.${kind}\\n$`));
    assert.deepEqual([ran.code, ran.signal, ran.timedOut], [0, null, false]);
  });
}

test('runProgram() resolves heddle by its name', async () => {
  const ran = await runProgram("console.log(import.meta.resolve('heddle/threading'))");
  const expected = process.env['HEDDLE_TEST_DIST'] === '1' ? /dist/ : /src/;
  assert.match(ran.stdout, expected);
});

test('runProgram() gives the exit code, both streams and the moment of each line', async () => {
  const ran = await runProgram(
    "console.log('out'); setTimeout(() => { console.error('err'); process.exitCode = 3; }, 200)",
  );
  assert.equal(ran.code, 3);
  const [first, second] = ran.lines;
  assert.deepEqual([first?.stream, first?.text], ['stdout', 'out']);
  assert.deepEqual([second?.stream, second?.text], ['stderr', 'err']);
  const moments = [first?.atMs ?? 0, second?.atMs ?? 0, ran.ms] as const;
  assert.ok(moments[0] > 0 && moments[1] >= moments[0] && ran.ms >= moments[1], moments.join());
  // The second was not written before, whenever the first was read.
  assert.ok(moments[1] >= 200, moments.join());
});

test('runProgram() passes input, arguments, environment, further files and flags', async () => {
  const ran = await runProgram(
    `import { readFileSync } from 'node:fs';
    import { word } from './lib/word.ts';
    console.log(readFileSync(0, 'utf8'), process.argv[2], process.env.GIVEN, word, preloaded);`,
    {
      input: 'typed',
      args: ['argument'],
      env: { GIVEN: 'environment' },
      files: { 'lib/word.ts': "export const word: string = 'file'", 'pre.cjs': 'preloaded = 1' },
      flags: ['--require', './pre.cjs'],
    },
  );
  assert.equal(ran.stdout, 'typed argument environment file 1\n', ran.stderr);
});

test('runProgram() runs under tsx, whose enums Node alone would refuse', async () => {
  const ran = await runProgram('enum Colour { red } console.log(Colour.red)', {
    flags: ['--import', 'tsx'],
  });
  assert.equal(ran.stdout, '0\n', ran.stderr);
});

test('runProgram() kills the whole process group at the time limit', async () => {
  const ran = await runProgram(
    `import { spawn } from 'node:child_process';
    const idle = ['-e', 'setInterval(() => {}, 1000)'];
    const child = spawn(process.execPath, idle, { stdio: 'inherit' });
    console.log(child.pid);
    setInterval(() => {}, 1000);`,
    { limitMs: 1000 },
  );
  assert.equal(ran.timedOut, true);
  assert.equal(ran.signal, 'SIGKILL');
  assert.equal(await untilEnded(Number(ran.stdout)), true);
});

test('runProgram() removes the folder of the program', async () => {
  const ran = await runProgram('console.log(import.meta.dirname)');
  assert.equal(existsSync(ran.stdout.trim()), false);
});

test('startProgram() lets a test talk with the program', async () => {
  const program = startProgram(
    "process.stdin.on('data', (text) => console.log('heard ' + text)); console.log('ready')",
  );
  await program.line('ready');
  program.write('one');
  const line = await program.line(/heard (\w+)/);
  assert.equal(line.text, 'heard one');
  program.endInput();
  assert.equal((await program.end).code, 0);
  await assert.rejects(program.line('never said'), /ended without printing never said/);
});

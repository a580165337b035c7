// Lines of threads on the standard streams: at once, whole, in order, also while main is blocked.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram, startProgram } from '../support/run.ts';
import type { ProgramKind } from '../support/run.ts';

const HEAD = `
  import { Event, Thread } from 'heddle/threading';
  import { input, print, sleep } from 'heddle';
`;

describe('streams:', { concurrency: 4 }, () => {
  test('lines of threads appear at once while the main thread is blocked', async () => {
    const ran = await runProgram(`${HEAD}
      const target = () => {
        for (let n = 0; n < 3; n++) { print('print', n); console.log('log', n); sleep(0.6); }
        console.error('error');
      };
      new Thread({ target }).start().join();
      print('joined');`);
    const lines = ['print 0', 'log 0', 'print 1', 'log 1', 'print 2', 'log 2', 'joined'];
    assert.equal(ran.stdout, `${lines.join('\n')}\n`, ran.stderr);
    assert.equal(ran.stderr, 'error\n');
    const at = (text: string): number => ran.lines.find((line) => line.text === text)?.atMs ?? 0;
    assert.ok(at('log 1') - at('log 0') > 100 && at('joined') - at('log 2') > 100);
  });

  test('lines of threads reach a file, in their order', async () => {
    const ran = await runProgram(`${HEAD}
      import { spawnSync } from 'node:child_process';
      import { openSync, readFileSync } from 'node:fs';
      if (process.argv[2] === 'child') {
        const target = () => { for (let n = 0; n < 100; n++) console.log(n); };
        new Thread({ target }).start().join();
      } else {
        const file = openSync('out.txt', 'w');
        const flags = [...process.execArgv, process.argv[1], 'child'];
        spawnSync(process.execPath, flags, { stdio: ['ignore', file, 'inherit'] });
        process.stdout.write(readFileSync('out.txt'));
      }`);
    assert.deepEqual(ran.stdout, Array.from({ length: 100 }, (_, n) => `${n}\n`).join(''));
  });

  test('lines of eight threads never mix, however long they are', async () => {
    const ran = await runProgram(
      `${HEAD}
      const target = (letter: string): void => {
        for (let n = 0; n < 300; n++) {
          const line = letter.repeat(n % 100 === 0 ? 100_000 : 1 + (n * 7919) % 2000);
          if (n % 2 === 0) print(line); else console.log(line);
        }
      };
      for (const letter of 'abcdefgh') new Thread({ target, args: [letter] }).start();`,
      { limitMs: 60_000 },
    );
    const lines = ran.stdout.split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, 8 * 300, ran.stderr);
    assert.ok(lines.every((line) => /^([a-h])\1*$/.test(line)));
  });

  test('input() reads lines with either end, then null, from any thread', async () => {
    const ran = await runProgram(
      `${HEAD}
      print(JSON.stringify([input(), input('? ')]));
      const target = () => [input(), input(), input(), input()];
      print(JSON.stringify(new Thread({ target }).start().result()));
      print(input());`,
      { input: 'one\r\ntwo\n\nété\nlast' },
    );
    assert.equal(ran.stdout, '? ["one","two"]\n["","été","last",null]\nnull\n', ran.stderr);
  });

  test('input() of several threads gives each a whole line', async () => {
    const words = Array.from({ length: 60 }, (_, n) => `word number ${n}`);
    const ran = await runProgram(
      `${HEAD}
      const target = () => {
        const lines: string[] = [];
        for (let line = input(); line !== null; line = input()) lines.push(line);
        return lines;
      };
      const threads = [1, 2, 3].map(() => new Thread({ target }).start());
      print(JSON.stringify(threads.flatMap((thread) => thread.result())));`,
      { input: `${words.join('\n')}\n` },
    );
    assert.deepEqual(new Set(JSON.parse(ran.stdout) as string[]), new Set(words));
  });

  test('input() of a daemon thread does not hold up the end', async () => {
    const program = startProgram(`${HEAD}
      const asking = new Event();
      const target = () => { asking.set(); input('name? '); };
      new Thread({ target, daemon: true }).start();
      asking.wait();
      sleep(0.1);
      print('main ends');`);
    const ran = await program.end;
    assert.deepEqual([ran.code, ran.timedOut], [0, false], ran.stderr);
  });

  test('input() of a thread waits for what is typed, and does not block the others', async () => {
    const program = startProgram(`${HEAD}
      const asker = new Thread({ target: () => input('name? ') }).start();
      const worker = new Thread({ target: () => 'worked' }).start();
      print(worker.result());
      print('hello', asker.result());`);
    await program.line('worked');
    program.write('Ada\n');
    assert.equal((await program.line('hello')).text.endsWith('hello Ada'), true);
    program.endInput();
    assert.equal((await program.end).code, 0);
  });

  const kinds: readonly (readonly [ProgramKind, readonly string[]])[] = [
    ['ts', []],
    ['mjs', []],
    ['eval', ['--input-type=module']],
    ['stdin', ['--input-type=module']],
    ['ts', ['--import', 'tsx']],
  ];
  for (const [kind, flags] of kinds) {
    test(`a program of kind ${kind} ${flags.join(' ')} runs threads`, async () => {
      const program = `
        import { Thread } from 'heddle/threading';
        const double = (n) => 2 * n;
        const target = (n) => double(n) + 1;
        console.log(new Thread({ target, args: [3] }).start().result());`;
      const typed = kind === 'ts' ? program.replaceAll('(n)', '(n: number)') : program;
      const source = typed.replace('double(n: number)', 'double(n)');
      const ran = await runProgram(source, { kind, flags });
      assert.deepEqual([ran.stdout, ran.code], ['7\n', 0], ran.stderr);
    });
  }

  test('a program of CommonJS runs threads', async () => {
    const ran = await runProgram(
      `const { Thread } = require('heddle/threading');
      const factor = 6;
      console.log(new Thread({ target: (n) => n * factor, args: [7] }).start().result());`,
      { kind: 'cjs' },
    );
    assert.deepEqual([ran.stdout, ran.code], ['42\n', 0], ran.stderr);
  });
});

// The guided tour as a whole, as `npm start` runs it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram, type Ran } from '../support/run.ts';

const TOUR = new URL('../../tour/index.ts', import.meta.url);
const LIMIT_MS = 100_000;

const taken = new Map<string, Promise<Ran>>();

/** A tour; the same one is taken only once. */
function tour(...args: readonly string[]): Promise<Ran> {
  const key = args.join(' ');
  const ran = taken.get(key) ?? runProgram(TOUR, { args, limitMs: LIMIT_MS });
  taken.set(key, ran);
  return ran;
}

// All of them together take longer on a busy machine than one test may.
for (const numbers of [['1', '2'], ['3'], ['4', '5', '6'], ['7'], ['8'], ['9'], ['10']]) {
  test(`tour: everything that the text says in §${numbers.join(', §')} is seen`, async () => {
    const { code, stdout, stderr, timedOut } = await tour(...numbers);
    assert.equal(code, 0, `${timedOut ? 'It did not end\n' : ''}${stdout}${stderr}`);
    assert.equal(stderr, '');
    assert.doesNotMatch(stdout, /NOT SEEN/);
    assert.match(stdout, /\nAll was seen\.\n$/);
    assert.deepEqual(
      stdout.match(/§\d+/g),
      numbers.map((number) => `§${number}`),
    );
  });
}

test('tour: a program is shown with its source, its output, and what was typed', async () => {
  const { stdout } = await tour('4', '5', '6');
  assert.match(stdout, /A second of the text takes 0\.2 s/);
  assert.match(stdout, /\d │ const t1 = new Thread\(\{ target: f1, args: \[123, 111\] \}\);\n/);
  assert.match(stdout, /\d\.\d\d s │ 666\n/);
  assert.match(stdout, /│ true {2}\(typed\)\n/);
  assert.ok(!stdout.includes('\u001B['), 'colours without a terminal');
});

test('tour: the table at the end has a line for each program', async () => {
  const { code, stdout } = await tour('4', '5', '6');
  assert.equal(code, 0, stdout);
  assert.match(stdout, /\n +5 {2}examples\/s05-rlock-counter\.ts +3 of 3/);
});

test('tour: an argument that does not exist is an error', async () => {
  for (const wrong of ['11', '--fast']) {
    const { code, stdout, stderr } = await tour(wrong);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      new RegExp(`^Cannot take the argument '${wrong}': .*1, 2, 3, 4, 5, 6, 7, 8, 9, 10`),
    );
  }
});

test('tour: --help tells what there is', async () => {
  const { code, stdout } = await tour('--help');
  assert.equal(code, 0);
  assert.match(stdout, /npm start -- --full/);
  assert.match(stdout, /\n +6 {2}Event/);
});

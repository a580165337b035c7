// The guided tour as a whole, as `npm start` runs it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram, type Ran } from '../support/run.ts';

const TOUR = new URL('../../tour/index.ts', import.meta.url);
const LIMIT_MS = 100_000;

function tour(...args: readonly string[]): Promise<Ran> {
  return runProgram(TOUR, { args, limitMs: LIMIT_MS });
}

test('tour: everything that the text says is seen', async () => {
  const { code, stdout, stderr, timedOut } = await tour();
  assert.equal(code, 0, `${timedOut ? 'It did not end\n' : ''}${stdout}${stderr}`);
  assert.equal(stderr, '');
  assert.doesNotMatch(stdout, /NOT SEEN/);
  assert.match(stdout, /\nAll was seen\.\n$/);
  for (const heading of ['§4 ', '§5 ', '§6 ', '§8 ']) assert.ok(stdout.includes(heading), heading);
  assert.match(stdout, /A second of the text takes 0\.2 s/);
  // A source, an output with its time, an answer that the tour typed.
  assert.match(stdout, /\d │ const t1 = new Thread\(\{ target: f1, args: \[123, 111\] \}\);\n/);
  assert.match(stdout, /\d\.\d\d s │ 666\n/);
  assert.match(stdout, /│ true {2}\(typed\)\n/);
  assert.ok(!stdout.includes('\u001B['), 'colours without a terminal');
});

test('tour: a number runs that section alone', async () => {
  const { code, stdout } = await tour('5');
  assert.equal(code, 0, stdout);
  assert.deepEqual(stdout.match(/§\d+/g), ['§5']);
  assert.match(stdout, /\n +5 {2}examples\/s05-rlock-counter\.ts +3 of 3/);
});

test('tour: an argument that does not exist is an error', async () => {
  for (const wrong of ['7', '--fast']) {
    const { code, stdout, stderr } = await tour(wrong);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, new RegExp(`^Cannot take the argument '${wrong}': .*4, 5, 6, 8`));
  }
});

test('tour: --help tells what there is', async () => {
  const { code, stdout } = await tour('--help');
  assert.equal(code, 0);
  assert.match(stdout, /npm start -- --full/);
  assert.match(stdout, /\n +6 {2}Event/);
});

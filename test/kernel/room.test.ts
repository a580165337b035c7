import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Process, SimpleQueue } from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';
import { startingFlags } from '../../src/kernel/index.ts';
import { childFlags } from '../../src/multiprocessing/child/flags.ts';

const isOld = startingFlags([]).length === 0;
const skip = isOld ? 'this Node takes no compiled code under another flag' : false;
test('startingFlags() gives room for new objects, unless the user says how much', { skip }, () => {
  const [flag = ''] = startingFlags([]);
  assert.match(flag, /^--min_semi_space_size=\d+$/);
  assert.deepEqual(startingFlags(['--no-warnings']), ['--no-warnings', flag]);
  for (const own of ['--max-semi-space-size=16', '--min-semi-space-size=4', flag]) {
    assert.deepEqual(startingFlags([own]), [own]);
  }
});

test('startingFlags() changes nothing of what V8 takes for its own', () => {
  const tag = (flags: readonly string[]): string =>
    execFileSync(process.execPath, [...flags, '-p', 'v8.cachedDataVersionTag()'], {
      encoding: 'utf8',
    });
  assert.equal(tag(startingFlags([])), tag([]));
});

test('hideOurFlags() leaves children, their threads and theirs what the user has given', () => {
  const seen = new SimpleQueue<readonly string[]>();
  const look = (): void => seen.put(process.execArgv);
  const target = (): void => {
    look();
    new Thread({ target: look }).start().join();
    new Process({ target: look }).start().join();
  };
  const flags = [...childFlags(), '--min-semi-space-size=4'];
  for (const execArgv of [childFlags(), flags]) {
    new Process({ target, execArgv }).start().join();
    for (let i = 0; i < 3; i++) assert.deepEqual(seen.get(), execArgv);
  }
});

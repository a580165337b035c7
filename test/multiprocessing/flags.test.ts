import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Process, SimpleQueue } from 'heddle/multiprocessing';
import { Thread } from 'heddle/threading';
import { childFlags, startingFlags } from '../../src/multiprocessing/child/flags.ts';

test('childFlags() keeps what a child needs to load the same code', () => {
  const kept = ['--conditions=source', '--import', './hooks.ts', '--no-warnings', '-r', 'x'];
  assert.deepEqual(childFlags(kept), kept);
});

test('childFlags() leaves out what only the first process does, with its values', () => {
  const flags = ['-e', '-1 + 2', '--input-type', 'module', '--inspect-brk=0', '--test', '--watch'];
  const more = ['--test-name-pattern', 'some test', '--test-timeout=5', '--import', 'x'];
  assert.deepEqual(childFlags([...flags, ...more]), ['--import', 'x']);
});

test('startingFlags() gives room for new objects, unless the user has said how much', () => {
  const [flag = ''] = startingFlags([]);
  assert.match(flag, /^--min-semi-space-size=\d+$/);
  assert.deepEqual(startingFlags(['--no-warnings']), ['--no-warnings', flag]);
  for (const own of ['--max-semi-space-size=16', '--min_semi_space_size=1', flag]) {
    assert.deepEqual(startingFlags([own]), [own]);
  }
});

test('hideOurFlags() leaves a child, and its children, only what the user has given', () => {
  const seen = new SimpleQueue<readonly string[]>();
  const look = (): void => {
    seen.put(process.execArgv);
    seen.put(childFlags());
  };
  const target = (): void => {
    look();
    new Thread({ target: () => seen.put(childFlags()) }).start().join();
    new Process({ target: look }).start().join();
  };
  const child = new Process({ target, execArgv: [...childFlags(), '--stack-trace-limit=7'] });
  child.start().join();
  const flags = [...childFlags(), '--stack-trace-limit=7'];
  for (let i = 0; i < 5; i++) assert.deepEqual(seen.get(), flags);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childFlags } from '../../src/multiprocessing/child/flags.ts';

test('childFlags() keeps what a child needs to load the same code', () => {
  const kept = ['--conditions=source', '--import', './hooks.ts', '--no-warnings', '-r', 'x'];
  assert.deepEqual(childFlags(kept), kept);
});

test('childFlags() leaves out what only the first process does, with its values', () => {
  const flags = ['-e', '-1 + 2', '--input-type', 'module', '--inspect-brk=0', '--test', '--watch'];
  const more = ['--test-name-pattern', 'some test', '--test-timeout=5', '--import', 'x'];
  assert.deepEqual(childFlags([...flags, ...more]), ['--import', 'x']);
});

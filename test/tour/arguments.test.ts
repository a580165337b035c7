// The tour's command line.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../tour/arguments.ts';

const KNOWN = [4, 5, 6, 8];

test('readArguments() takes nothing as everything', () => {
  assert.deepEqual(readArguments([], KNOWN), { numbers: [], isFull: false, isHelp: false });
});

test('readArguments() reads sections and options in any order', () => {
  const wish = readArguments(['8', '--full', '5'], KNOWN);
  assert.deepEqual(wish, { numbers: [8, 5], isFull: true, isHelp: false });
  assert.ok(readArguments(['--help'], KNOWN).isHelp);
});

test('readArguments() refuses what it does not know, and says what it does', () => {
  for (const wrong of ['7', '8b', '05', '--ful', '']) {
    assert.throws(() => readArguments(['5', wrong], KNOWN), {
      name: 'RangeError',
      message:
        `Cannot take the argument '${wrong}': it is neither a section of the tour ` +
        '(4, 5, 6, 8) nor --full nor --help',
    });
  }
});

import { nowMs } from '../../src/kernel/deadline.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { mayBlock, toDeadline, toMs } from '../../src/kernel/index.ts';
import type { Duration } from '../../src/kernel/index.ts';

const ms = (duration: unknown): number => toMs(duration as Duration, 'timeout');

test('toMs() takes a bare number as seconds, and a string by its unit', () => {
  const wanted: readonly [duration: Duration, ms: number][] = [
    [0, 0],
    [-0, 0],
    [2, 2000],
    [0.25, 250],
    [Number.MIN_VALUE, Number.MIN_VALUE * 1000],
    [Infinity, Infinity],
    [2 ** 31, 2 ** 31 * 1000],
    ['0s', 0],
    ['0ms', 0],
    ['250ms', 250],
    ['0.5ms', 0.5],
    ['5s', 5000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['007s', 7000],
    [`${2 ** 31}s`, 2 ** 31 * 1000],
  ];
  for (const [duration, expected] of wanted) assert.ok(ms(duration) === expected, `${duration}`);
});

test('toMs() refuses with a TypeError what is not a duration, and says what was given', () => {
  const malformed: readonly unknown[] = [
    NaN,
    null,
    undefined,
    true,
    5n,
    {},
    [],
    new Date(0),
    Symbol.iterator,
    '',
    '5',
    's',
    '5 s',
    ' 5s',
    '5s ',
    '5s\n',
    '.5s',
    '5.s',
    '1e3s',
    '+5s',
    '5S',
    '5sec',
    '5m30s',
    '0x5s',
    '٣s',
    'Infinitys',
    'NaNs',
    '--5s',
  ];
  for (const duration of malformed) {
    assert.throws(() => ms(duration), { name: 'TypeError', message: /timeout/ }, String(duration));
  }
});

test('toMs() refuses a negative duration with a RangeError', () => {
  for (const duration of [-1, -Number.MIN_VALUE, -Infinity, '-5s', '-0.001ms', '-1h']) {
    assert.throws(() => ms(duration), { name: 'RangeError', message: /negative/ }, `${duration}`);
  }
});

test('toMs() refuses what is above 2^31 seconds with a RangeError', () => {
  const strings = [`${2 ** 31 + 1}s`, `${2 ** 31 * 1000 + 1}ms`, '1000000h', `${'9'.repeat(400)}s`];
  for (const duration of [2 ** 31 + 1, 1e306, Number.MAX_VALUE, ...strings]) {
    assert.throws(() => ms(duration), { name: 'RangeError', message: /2\^31/ }, String(duration));
  }
});

test('toMs() names the parameter and shows a string in quotes', () => {
  assert.throws(() => toMs('soon' as Duration, 'grace'), /Cannot use "soon" as grace/);
});

test('toMs() agrees with itself whatever the unit', () => {
  const seconds = fc.integer({ min: 0, max: 2 ** 31 });
  fc.assert(
    fc.property(seconds, (count) => {
      assert.equal(ms(count), ms(`${count}s`));
      assert.equal(ms(count), ms(`${count * 1000}ms`));
    }),
  );
});

test('toMs() gives a number or throws a TypeError or RangeError, for any input', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      try {
        assert.ok(ms(anything) >= 0);
      } catch (error) {
        assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
      }
    }),
  );
});

test('toDeadline() is Infinity without a time-out, 0 for none, else a moment to come', () => {
  assert.equal(toDeadline(undefined), Infinity);
  assert.equal(toDeadline(Infinity), Infinity);
  assert.equal(toDeadline(0), 0);
  assert.equal(toDeadline('0s'), 0);
  const before = nowMs();
  const deadline = toDeadline('1s');
  assert.ok(deadline >= before + 1000 && deadline <= nowMs() + 1000);
});

test('toDeadline() refuses null, which is neither a duration nor its absence', () => {
  assert.throws(() => toDeadline(null as never), TypeError);
});

test('toDeadline() takes a negative time-out as one that is up, where it is lenient', () => {
  assert.equal(toDeadline(-1, true), 0);
  assert.equal(toDeadline('-5s', true), 0);
  assert.throws(() => toDeadline(-1), RangeError);
  assert.throws(() => toDeadline('-soon' as never, true), TypeError);
});

test('mayBlock() takes true, false and nothing, and says so of the rest', () => {
  assert.equal(mayBlock(), true);
  assert.equal(mayBlock(true), true);
  assert.equal(mayBlock(false), false);
  for (const wrong of ['no', 0, 1, null, {}, '250ms']) {
    assert.throws(() => mayBlock(wrong), { name: 'TypeError', message: /neither true nor false/ });
  }
});

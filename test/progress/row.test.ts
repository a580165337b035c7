// The text of a row: widths, times, speeds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf, widthOf } from '../../src/progress/row.ts';

const HALF = {
  label: 'resize',
  unit: 'it',
  count: 450,
  total: 1000,
  elapsedSeconds: 12.4,
  rate: 36.25,
};

test('rowOf() shows the share, the counts, the times and the speed', () => {
  const row = rowOf(HALF, 60, false);
  assert.equal(row, 'resize:  45%|█████▊       | 450/1000 [00:12<00:15, 36.3it/s]');
});

test('rowOf() is never wider than the terminal', () => {
  for (let columns = 1; columns < 200; columns++) {
    for (const label of ['', 'resize', '画像の縮小', '🎉']) {
      for (const count of [0, 1, 450, 999, 1000, 1001]) {
        const row = rowOf({ ...HALF, label, count }, columns, false);
        assert.ok(widthOf(row) <= columns, `${widthOf(row)} columns of ${columns}: ${row}`);
        if (columns > 60 && count <= 1000) assert.equal(widthOf(row), columns);
      }
    }
  }
});

test('rowOf() has no bar where nobody knows the total, or it was wrong', () => {
  const endless = 'resize: 450it [00:12, 36.3it/s]';
  assert.equal(rowOf({ ...HALF, total: null }, 60, false), endless);
  assert.equal(rowOf({ ...HALF, total: 449 }, 60, false), endless);
});

test('rowOf() has seconds an item where one takes longer than a second, and hours', () => {
  const row = rowOf({ ...HALF, rate: 0.25, elapsedSeconds: 4000 }, 80, false);
  assert.match(row, /450\/1000 \[1:06:40<36:40, 4\.00s\/it\]$/);
});

test('rowOf() says ? while nothing is known, and is full when there is nothing to do', () => {
  assert.match(
    rowOf({ ...HALF, count: 0, rate: null }, 80, false),
    /0\/1000 \[00:12<\?, \?it\/s\]$/,
  );
  assert.match(rowOf({ ...HALF, count: 0, total: 0 }, 80, false), /100%\|█+\| 0\/0 /);
});

test('rowOf() colours the bar and nothing else', () => {
  const [plain, coloured] = [rowOf(HALF, 60, false), rowOf(HALF, 60, true)];
  assert.equal(coloured.replace('\u{1b}[36m', '').replace('\u{1b}[39m', ''), plain);
  assert.match(coloured, /%\|.{5}█/u);
});

test('widthOf() counts columns, not characters', () => {
  assert.deepEqual(['ab', '画像', '🎉', 'e\u{301}', ''].map(widthOf), [2, 4, 2, 1, 0]);
});

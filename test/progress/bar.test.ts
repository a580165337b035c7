// Bars on a terminal: several, how often, what stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProgressBar } from 'heddle/progress';
import type { ProgressOptions } from 'heddle/progress';
import { Terminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const on = (terminal: Terminal, options: ProgressOptions = {}): ProgressBar =>
  new ProgressBar({ stream: terminal, style: 'bar', ...options });

test('ProgressBar shows itself at once, and what has come of it as a line in the end', () => {
  const terminal = new Terminal(60);
  const bar = on(terminal, { total: 4, label: 'copy', unit: ' files' });
  assert.match(terminal.rows().join('\n'), /^copy: {3}0%\| +\| 0\/4 \[00:00<\?, \? files\/s\]$/);
  bar.update();
  bar.update(2);
  bar.close();
  const [row = '', ...others] = terminal.rows();
  assert.deepEqual(others, []);
  assert.match(row, /^copy: {2}75%\|█+. *\| 3\/4 \[00:00<00:00, [\d.]+ files\/s\]$/u);
  assert.ok(terminal.isAtStart(), 'ends with a line end');
  assert.deepEqual([bar.count, bar.total], [3, 4]);
});

test('ProgressBar.close() ends it once; later updates only count', () => {
  const terminal = new Terminal();
  const bar = on(terminal, { total: 4 });
  bar.close();
  const { length } = terminal.writes;
  bar.close();
  bar[Symbol.dispose]();
  bar.update(2);
  assert.deepEqual([terminal.writes.length, bar.count], [length, 2]);
});

test('ProgressBar writes the terminal at most ten times a second', () => {
  const terminal = new Terminal();
  // From before the first: a pause of this thread makes it longer, and never shorter.
  const beganMs = performance.now();
  const bar = on(terminal, { total: 1_000_000 });
  while (terminal.writes.length < 5) bar.update();
  assert.ok(performance.now() - beganMs > 4 * 99);
  bar.close();
});

test('ProgressBar shows by a timer what came too soon after the last drawing', async () => {
  const terminal = new Terminal();
  const bar = on(terminal, { total: 2 });
  bar.update();
  assert.match(terminal.rows().join(''), / 0\/2 /);
  await until(() => / 1\/2 /.test(terminal.rows().join('')), 'the drawing of the first of two');
  bar.close();
});

test('ProgressBar leaves no timer and no listener', () => {
  const count = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = [count(), process.listenerCount('exit')];
  const bars = [1, 2].map(() => on(new Terminal(), { total: 2 }));
  for (const bar of bars) bar.update();
  for (const bar of bars) bar.close();
  assert.deepEqual([count(), process.listenerCount('exit')], before);
});

test('ProgressBar stands below those that are there, and goes without a trace', () => {
  const terminal = new Terminal(70);
  const outer = on(terminal, { total: 2, label: 'outer' });
  for (let i = 0; i < 2; i++) {
    const inner = on(terminal, { total: 1, label: 'inner' });
    inner.update();
    inner.close();
    outer.update();
  }
  outer.close();
  const rows = terminal.rows();
  assert.equal(rows.length, 1, rows.join('\n'));
  assert.match(rows[0] ?? '', /^outer: 100%.* 2\/2 /);
  assert.ok(terminal.isAtStart());
});

test('ProgressBar with leave stays as a line above those that go on', () => {
  const terminal = new Terminal(70);
  const outer = on(terminal, { label: 'outer' });
  const inner = on(terminal, { total: 1, label: 'inner', leave: true });
  inner.update();
  inner.close();
  const [above = '', below = ''] = terminal.rows();
  assert.match(above, /^inner: 100%/);
  assert.match(below, /^outer: 0it/);
  outer.close();
  assert.equal(terminal.rows().length, 2);
});

test('ProgressBar with leave false takes itself away', () => {
  const terminal = new Terminal();
  on(terminal, { total: 1, leave: false }).close();
  assert.deepEqual(terminal.rows(), []);
});

test('ProgressBar of style lines writes one at each tenth of the way', () => {
  const terminal = new Terminal();
  const bar = on(terminal, { total: 200, style: 'lines' });
  for (let i = 0; i < 200; i++) bar.update();
  bar.close();
  const shares = terminal.rows().map((row) => /\d+%/.exec(row)?.[0]);
  assert.deepEqual(
    shares,
    [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((share) => `${share}%`),
  );
  assert.equal(
    terminal.writes
      .map(({ text }) => text)
      .join('')
      .includes('\u{1b}'),
    false,
  );
});

test('ProgressBar of style lines says in the end how far it came', () => {
  const terminal = new Terminal();
  const bar = on(terminal, { total: 100, style: 'lines' });
  for (let i = 0; i < 15; i++) bar.update();
  bar.close();
  assert.deepEqual(
    terminal.rows().map((row) => /\d+\/100/.exec(row)?.[0]),
    ['10/100', '15/100'],
  );
});

test('ProgressBar shows lines where the stream is no terminal, and under CI', () => {
  const was = process.env['CI'];
  try {
    const written = (isTTY: boolean, ci: string): number => {
      process.env['CI'] = ci;
      const terminal = new Terminal();
      const stream = { isTTY, write: (text: string) => terminal.write(text) };
      const bar = new ProgressBar({ total: 10, stream });
      for (let i = 0; i < 10; i++) bar.update();
      bar.close();
      return terminal.writes.length;
    };
    assert.equal(written(false, ''), 10);
    assert.equal(written(true, 'true'), 10);
    assert.equal(written(true, ''), 2); // as it begins and ends
  } finally {
    if (was === undefined) delete process.env['CI'];
    else process.env['CI'] = was;
  }
});

test('ProgressBar refuses what it cannot show', () => {
  const refused: [unknown, RegExp][] = [
    [{ total: -1 }, /^RangeError: Cannot draw a bar as its total is -1: it is 0 or more$/],
    [{ total: NaN }, /^RangeError: .* total is NaN/],
    [{ total: '3' }, /^TypeError: .* total is 3: it is a number or null$/],
    [{ label: 7 }, /^TypeError: .* label is 7/],
    [{ unit: {} }, /^TypeError: .* unit is/],
    [{ style: 'pie' }, /^TypeError: .* style is pie: it is 'bar', 'lines' or 'off'$/],
    [{ stream: {} }, /^TypeError: .* stream is/],
    [{ leave: 'y' }, /^TypeError: .* leave is y: it is true or false$/],
    [5, /^TypeError: Cannot draw a bar with 5 as an object of options is wanted\nWrite /],
    [null, /^TypeError: Cannot draw a bar with null as/],
    ['copy', /^TypeError: Cannot draw a bar with 'copy' as/],
  ];
  for (const [options, message] of refused) {
    assert.throws(() => new ProgressBar(options as ProgressOptions), message);
  }
});

test('ProgressBar.update() refuses what is no number', () => {
  const bar = new ProgressBar({ total: 2, style: 'off' });
  const wrong: unknown[] = ['1', null, NaN, 1n];
  const refuse = (n: unknown): void => {
    assert.throws(() => bar.update(n as number), /^TypeError: Cannot move a bar by .* a number/);
  };
  wrong.forEach(refuse);
  bar.update(1);
  bar.update(-0.5);
  bar.close();
  wrong.forEach(refuse);
  assert.equal(bar.count, 0.5);
});

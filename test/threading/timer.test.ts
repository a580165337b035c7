import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Thread, Timer, currentThread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

test('Timer runs its target after the interval, not before, with its arguments', async () => {
  const before = performance.now();
  const timer = new Timer('30ms', (a: number, b: number) => a + b, [1, 2]);
  assert.equal(timer.isAlive(), false);
  assert.equal(await timer.start().resultAsync(), 3);
  assert.ok(performance.now() - before >= 30);
  assert.equal(timer.isAlive(), false);
});

test('Timer is a Thread: a name, not a daemon, started once, itself in its thread', async () => {
  const timer = new Timer(0, () => [currentThread() instanceof Timer, currentThread().name]);
  assert.ok(timer instanceof Thread);
  assert.equal(timer.daemon, false);
  assert.match(timer.name, /^Thread-\d+$/);
  timer.name = 'alarm';
  assert.deepEqual(await timer.start().resultAsync(), [true, 'alarm']);
  assert.throws(() => timer.start(), { name: 'RuntimeError' });
});

test('Timer.cancel() keeps the target from running, and ends the thread at once', async () => {
  const ran = new Int32Array(new SharedArrayBuffer(4));
  const target = (): void => void (ran[0] = 1);
  for (const interval of ['1h', Infinity, 2 ** 31] as const) {
    const timer = new Timer(interval, target).start();
    await until(() => timer.waitingFor !== null, 'the wait of the timer');
    assert.equal(timer.waitingFor, 'time to pass');
    timer.cancel();
    timer.cancel();
    assert.equal(await timer.resultAsync({ timeout: 15 }), undefined);
  }
  assert.equal(ran[0], 0);
});

test('Timer.cancel() before start(), and by another thread', async () => {
  const early = new Timer(0, () => 'ran');
  early.cancel();
  assert.equal(await early.start().resultAsync(), undefined);
  const timer = new Timer('1h', () => 'ran').start();
  await new Thread({ target: () => timer.cancel() }).start().resultAsync();
  assert.equal(await timer.resultAsync({ timeout: 15 }), undefined);
});

test('Timer.cancel() after its target began has no effect', async () => {
  const timer = new Timer(0, () => 'ran').start();
  assert.equal(await timer.resultAsync(), 'ran');
  timer.cancel();
  assert.equal(await timer.resultAsync(), 'ran');
});

test('Timer can be terminated while it waits', async () => {
  const timer = new Timer('1h', () => {}).start();
  timer.terminate();
  assert.equal(await timer.joinAsync({ timeout: 15 }), true);
});

test('Timer refuses an interval that means nothing, and what is no function', () => {
  for (const interval of [-1, '-5s', 2 ** 31 + 1] as never[]) {
    assert.throws(() => new Timer(interval, () => {}), { name: 'RangeError', message: /interval/ });
  }
  for (const interval of [NaN, 'soon', null, undefined] as never[]) {
    assert.throws(() => new Timer(interval, () => {}), { name: 'TypeError', message: /interval/ });
  }
  assert.throws(() => new Timer(0, 'f' as never), TypeError);
  assert.throws(() => new Timer(0, () => {}, 5 as never), TypeError);
});

test('Timer holds the program, unless it is a daemon', async () => {
  const ran = await runProgram(`
    import { Timer } from 'heddle/threading';
    new Timer('50ms', () => console.log('done')).start();
    const daemon = new Timer('1h', () => console.log('never'));
    daemon.daemon = true;
    daemon.start();
    console.log('end of main');
  `);
  assert.deepEqual(ran.stdout.split('\n').toSorted(), ['', 'done', 'end of main']);
});

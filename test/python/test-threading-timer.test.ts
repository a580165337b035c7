// test_threading.py, TimerTests.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timer } from 'heddle/threading';

test('Timer: TimerTests.test_init_immutable_default_args', async () => {
  // What a target does with its arguments stays in its thread, and with its timer.
  const given: string[] = ['one'];
  const target = (...args: string[][]): number => {
    for (const list of args) list.push('blah');
    return args.push(['more']);
  };
  const first = new Timer(0.01, target, [given]).start();
  assert.equal(await first.resultAsync({ timeout: 15 }), 2);
  assert.deepEqual(given, ['one']);
  const second = new Timer(0.01, target).start();
  assert.equal(await second.resultAsync({ timeout: 15 }), 1);
});

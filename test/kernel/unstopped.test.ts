import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arena, isAnyUnstopped, mayStop } from '../../src/kernel/index.ts';
import { SLOT } from '../../src/kernel/memory/layout.ts';
import { unstopped } from '../../src/kernel/table/unstopped.ts';
import { runProgram } from '../support/run.ts';

test('unstopped() tells that its thread must not be stopped, as long as it acts', () => {
  assert.equal(isAnyUnstopped(), false);
  assert.equal(
    unstopped(() => isAnyUnstopped()),
    true,
  );
  // Within another one, it is that which counts.
  assert.equal(
    unstopped(() => unstopped(() => true) && isAnyUnstopped()),
    true,
  );
  assert.throws(() =>
    unstopped(() => {
      throw new Error('act');
    }),
  );
  assert.equal(isAnyUnstopped(), false);
});

test('mayStop() is false while its thread must not be stopped', () => {
  const number = arena.slot;
  assert.equal(
    unstopped(() => mayStop(number)),
    false,
  );
  assert.equal(mayStop(number), true);
  arena.cells[arena.slotOf(number) + SLOT.DOOMED] = 0;
});

test('unterminated() lets a daemon load what it needs as the program ends', async () => {
  const ran = await runProgram(
    `import { print } from 'heddle';
    import { Queue } from 'heddle/queue';
    import { Event, Thread } from 'heddle/threading';
    const [go, queue] = [new Event(), new Queue<unknown>()];
    const target = () => {
      go.wait();
      queue.put(new RangeError('what is rare'));
    };
    const thread = new Thread({ target, daemon: true }).start();
    process.on('exit', () => {
      go.set();
      thread.join('15s');
      print(thread.isAlive(), queue.qsize());
    });`,
    { limitMs: 60_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['false 1\n', '', 0]);
});

const MODULE = new URL('../../src/kernel/table/unstopped.ts', import.meta.url).href;

for (const [how, act] of [
  ['the end of the program', 'process.exit();'],
  ['terminate()', 'thread.terminate();\n    thread.join();'],
] as const) {
  test(`unstopped() lets a thread come through before ${how}`, async () => {
    const ran = await runProgram(
      `import { print } from 'heddle';
    import { Event, Thread } from 'heddle/threading';
    import { unstopped } from '${MODULE}';
    const within = new Event();
    const target = () => unstopped(() => {
      within.set();
      for (const endMs = performance.now() + 300; performance.now() < endMs;);
      print('through');
    });
    const thread = new Thread({ target, daemon: true }).start();
    within.wait();
    ${act}`,
      { limitMs: 60_000 },
    );
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['through\n', '', 0]);
  });
}

// Thread.state and waitingFor, where they are told from something else than a primitive's queue.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuCount, sleep } from 'heddle';
import { Event, Thread } from 'heddle/threading';
import { startProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

const SKIP = process.platform === 'linux' ? false : 'only Linux tells ready from running';

test(
  'Thread.state tells threads that run from those without a processor',
  { skip: SKIP },
  async () => {
    const stop = new Event();
    const target = (): void => {
      while (!stop.isSet());
    };
    const length = cpuCount() + 1;
    const threads = Array.from({ length }, () => new Thread({ target }).start());
    for (const state of ['running', 'ready'] as const) {
      await until(
        () => threads.some((thread) => thread.state === state),
        `a thread that is ${state}`,
      );
    }
    stop.set();
    for (const thread of threads) await thread.joinAsync({ timeout: 15 });
  },
);

test('Thread.waitingFor tells of sleeping, joining, and starting a thread', async () => {
  const stop = new Event();
  const asleep = new Thread({ target: sleep, args: ['1m'], name: 'asleep' }).start();
  const joins = new Thread({ target: () => asleep.join() }).start();
  const starts = new Thread({
    target: () => {
      while (!stop.isSet()) new Thread({ target: () => {}, isolate: true }).start();
    },
  }).start();
  for (const [thread, words] of [
    [asleep, 'time to pass'],
    [joins, 'the end of asleep'],
    [starts, 'a thread to begin'],
  ] as const) {
    await until(() => thread.waitingFor === words, words);
    assert.equal(thread.waitingFor === words ? thread.state : 'waiting', 'waiting');
  }
  stop.set();
  asleep.terminate();
  for (const thread of [asleep, joins, starts]) await thread.joinAsync({ timeout: 15 });
  assert.equal(joins.waitingFor, null);
});

test('Thread.waitingFor tells of input()', async () => {
  const program = startProgram(
    `
    import { input, print } from 'heddle';
    import { Thread } from 'heddle/threading';
    const thread = new Thread({ target: () => input() }).start();
    while (thread.waitingFor === null);
    print(thread.waitingFor, thread.state);
    print(thread.result());
    `,
    { limitMs: 60_000 },
  );
  await program.line('a line of standard input waiting');
  program.endInput('typed\n');
  const { stdout, stderr } = await program.end;
  assert.equal(stderr, '');
  assert.match(stdout, /typed\n$/);
});

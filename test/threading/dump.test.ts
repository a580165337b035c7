// dump(): every thread with its state, what it waits for, and its stack where that can be had.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from 'heddle';
import { Event, Lock, Thread, dump } from 'heddle/threading';
import { runProgram, startProgram } from '../support/run.ts';
import { until } from '../support/until.ts';

/** The part of a dump that tells of one thread. */
function partOf(text: string, name: string): string {
  const parts = text.split(/^(?=Thread ")/m);
  return parts.find((part) => part.startsWith(`Thread ${JSON.stringify(name)} `)) ?? '';
}

test('dump() shows the calling thread, what it is doing, and its stack', () => {
  function innermost(): string {
    return dump();
  }
  const part = partOf(innermost(), 'MainThread');
  assert.match(
    part,
    /^Thread "MainThread" \(ident \d+(, native \d+)?\): running\n +at innermost \(/,
  );
  assert.doesNotMatch(part, /src\/threading|src\/kernel|dist/);
});

test('dump() shows what blocked threads wait for, and where', async () => {
  const [lock, stop] = [new Lock({ name: 'ledger' }), new Event({ name: 'stop' })];
  lock.acquire();
  function forLock(): void {
    lock.with(() => {});
  }
  function forEvent(): boolean {
    return stop.wait();
  }
  function joining(thread: Thread): void {
    thread.join();
  }
  const named = [forLock, forEvent].map((target) => new Thread({ target }).start());
  const [one, two] = named as [Thread, Thread];
  const three = new Thread({ target: joining, args: [one], name: 'three', daemon: true }).start();
  const four = new Thread({ target: sleep, args: ['1m'], name: 'four' }).start();
  for (const thread of [one, two, three, four]) {
    await until(() => thread.waitingFor !== null, 'the wait');
  }
  const text = dump();
  const native = one.nativeId === null ? '' : ', native \\d+';
  for (const [name, facts, waitsFor, place] of [
    [one.name, '', 'Lock "ledger" held by MainThread', 'forLock'],
    [two.name, '', 'Event "stop"', 'forEvent'],
    ['three', ', daemon', `the end of ${one.name}`, 'joining'],
  ] as const) {
    const part = partOf(text, name);
    assert.ok(part.includes(`waiting for ${waitsFor}\n`), part);
    assert.match(part, new RegExp(`\\(ident \\d+${native}${facts}\\): waiting`));
    assert.match(part, new RegExp(`^ +at ${place} \\(`, 'm'));
    assert.doesNotMatch(part, /src\/threading|src\/kernel/);
  }
  assert.match(
    partOf(text, 'four'),
    /: waiting for time to pass\n {4}\(in no code of the program\)/,
  );
  // They sleep on as before.
  assert.deepEqual([two.isAlive(), two.waitingFor], [true, 'Event "stop"']);
  lock.release();
  stop.set();
  four.terminate();
  for (const thread of [one, two, three, four]) await thread.joinAsync({ timeout: 15 });
  assert.equal(partOf(dump(), 'three'), '');
});

test('dump() says of a thread that runs or awaits that its stack is not known', async () => {
  const stop = new Event();
  const begun = new Event();
  const spin = (): void => {
    begun.set();
    while (!stop.isSet());
  };
  const awaits = async (): Promise<void> => {
    await stop.waitAsync();
  };
  const busy = new Thread({ target: spin, name: 'busy' }).start();
  const idle = new Thread({ target: awaits, name: 'idle' }).start();
  await begun.waitAsync({ timeout: 15 });
  // Seen while it is at something, the idle one counts as running too.
  const idles = /: waiting\n {4}\(in its event loop, or in a call of the system\)/;
  await until(() => idles.test(partOf(dump(), 'idle')), 'the event loop without an event');
  const runs = /: (running|ready)\n {4}\(its stack is not known (while|until) it runs\)/;
  await until(() => runs.test(partOf(dump(), 'busy')), 'the busy thread');
  stop.set();
  await Promise.all([busy, idle].map((thread) => thread.joinAsync({ timeout: 15 })));
});

test('dump() is written on SIGUSR2, also while the main thread blocks', async () => {
  const program = startProgram(
    `
    import { Event, Lock, Thread } from 'heddle/threading';
    import { print } from 'heddle';
    const [lock, stop] = [new Lock({ name: 'ledger' }), new Event({ name: 'stop' })];
    lock.acquire();
    function waits() { lock.acquire(); }
    const thread = new Thread({ target: waits, name: 'worker' }).start();
    new Thread({ target: () => stop.wait('60s'), name: 'other', daemon: true }).start();
    print('blocks');
    thread.join();
    `,
    { env: { HEDDLE_DUMP: '1' }, limitMs: 60_000 },
  );
  program.endInput();
  await program.line('blocks');
  let passes = 0;
  let told = false;
  const found = program.line(/^Thread "other" .*stop/).then(() => (told = true));
  await until(() => {
    // Not once only: who could answer while the main thread blocks has to be up first.
    if (passes++ % 100 === 0) process.kill(program.pid, 'SIGUSR2');
    return told;
  }, 'the dump');
  await found;
  program.kill();
  const { stderr } = await program.end;
  assert.match(stderr, /^Thread "MainThread" .*: waiting for the end of worker$/m);
  assert.match(stderr, /^Thread "worker" .*: waiting for Lock "ledger" held by MainThread$/m);
  assert.match(stderr, /^Thread "other" .*daemon\): waiting for Event "stop"$/m);
  assert.match(stderr, /^ +at waits \(/m);
});

test('dump() is written on SIGUSR2 by the main thread of a program that has no other', async () => {
  const ran = await runProgram(
    `
    import 'heddle/threading';
    process.kill(process.pid, 'SIGUSR2');
    setTimeout(() => console.log('goes on'), 200);
    `,
    { env: { HEDDLE_DUMP: '1' } },
  );
  assert.equal(ran.stdout, 'goes on\n');
  assert.match(ran.stderr, /^Thread "MainThread" \(.*\): running\n/);
});

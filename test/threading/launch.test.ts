import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

test('foresee() has the first worker boot while its thread is made, and no other', async () => {
  const ran = await runProgram(`import { Thread } from 'heddle/threading';
import { setImmediate as turn } from 'node:timers/promises';

let made = 0;
process.on('worker', () => made++);
const target = () => 'ran';
new Thread({ target, isolate: true });
await turn();
console.log(made);
const threads = [1, 2, 3].map(() => new Thread({ target }));
await turn();
console.log(made);
console.log(threads[1]?.start().result(), made);
`);
  // The others are never started, and nothing waits for the worker.
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['0\n1\nran 1\n', '', 0]);
});

test('foresee() lets a program end that starts no thread', async () => {
  const ran = await runProgram(`import { Thread } from 'heddle/threading';
const one = new Thread({ target: () => {} });
console.log(one.state, one.isAlive());
process.on('exit', () => {
  console.log(new Thread({ target: () => {} }).state);
});
`);
  const stdout = 'initial false\ninitial\n';
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], [stdout, '', 0]);
});

// A main thread that neither blocks nor lets its event loop turn, and asks again and again.
test('finishUnheard() and the keeper serve a main thread that never stops asking', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
const inner = () => new Thread({ target: () => {} }).start().join();
const outer = new Thread({ target: inner }).start();
while (outer.isAlive());
const endless = new Thread({ target: () => { for (;;); } }).start();
const alone = new Thread({ target: () => { for (;;); }, isolate: true }).start();
endless.terminate();
alone.terminate();
while (endless.state !== 'terminated' || alone.isAlive());
console.log(outer.state);
`,
    { limitMs: 30_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['terminated\n', '', 0]);
});

test('foresee() lets a first worker be stopped by a main thread that only asks', async () => {
  const ran = await runProgram(
    `import { Thread } from 'heddle/threading';
const endless = new Thread({ target: () => { for (;;); } }).start();
endless.terminate();
while (endless.isAlive());
console.log(endless.state);
`,
    { limitMs: 30_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['terminated\n', '', 0]);
});

for (const [how, wait] of [
  ['blocks', "new Event().wait('800ms')"],
  ['asks', 'for (const end = Date.now() + 100; Date.now() < end; ) thread.isAlive()'],
] as const) {
  test(`finishUnheard() leaves what a thread left at work as the main one ${how}`, async () => {
    const ran = await runProgram(
      `import { Event, Thread } from 'heddle/threading';
const target = () => void setTimeout(() => console.log('late'), 1500);
const thread = new Thread({ target }).start();
thread.join();
${wait};
console.log('through');
`,
      { limitMs: 20_000 },
    );
    assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['through\nlate\n', '', 0]);
  });
}

// A thread that no worker can be had for, because what is preloaded into workers fails there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const PRELOAD = {
  'preload.mjs': `import { isMainThread } from 'node:worker_threads';
    if (!isMainThread && process.env.NO_WORKER) throw new Error('none today');`,
};

test('start: a thread that was refused a worker leaves no trace, and may start again', async () => {
  const ran = await runProgram(
    `
    import { Thread, enumerate, setExceptHook } from 'heddle/threading';
    setExceptHook(({ thread }) => console.log('hook', thread.name));
    new Thread({ target: () => {} }).start().join();
    // What makes further workers is up then.
    new Thread({ target: () => {}, isolate: true }).start().join();
    const thread = new Thread({ target: (n) => n + 1, args: [4], isolate: true, name: 'late' });
    process.env.NO_WORKER = '1';
    for (let attempt = 1; attempt <= 2; attempt++) {
      try {
        thread.start();
      } catch (error) {
        console.log(error.name, error.message, '|', error.cause.message);
      }
      console.log(thread.state, thread.ident, thread.isAlive(), enumerate().length);
    }
    delete process.env.NO_WORKER;
    console.log(thread.start().result());`,
    { kind: 'mjs', flags: ['--import', './preload.mjs'], files: PRELOAD },
  );
  const refused =
    'RuntimeError Cannot start thread "late" as no worker could be made for it | none today\n' +
    'initial null false 1\n';
  assert.equal(ran.stdout, `${refused}${refused}5\n`, ran.stderr);
  assert.deepEqual([ran.code, ran.stderr], [0, '']);
});

// The helper thread is what makes workers and processes; it is a worker, too.
const kinds = {
  thread: 'Cannot start thread "late" as no worker could be made for it',
  process: 'Cannot start process "late" as the system made none for it',
};
for (const [kind, refusal] of Object.entries(kinds)) {
  test(`start: a ${kind} is told that the helper thread failed to boot`, async () => {
    const ran = await runProgram(
      `
      import { Thread as thread } from 'heddle/threading';
      import { Process as process_ } from 'heddle/multiprocessing';
      const Made = { thread, process: process_ }['${kind}'];
      const made = new Made({ target: () => console.log('made'), name: 'late' });
      process.env.NO_WORKER = '1';
      try {
        made.start();
      } catch (error) {
        console.log(error.name, error.message, '|', error.cause.message);
      }
      console.log(made.state);
      delete process.env.NO_WORKER;
      made.start().join();
      console.log(made.state);`,
      { kind: 'mjs', flags: ['--import', './preload.mjs'], files: PRELOAD },
    );
    const said = `RuntimeError ${refusal} | The helper thread ended as it booted\ninitial\n`;
    assert.equal(ran.stdout, `${said}made\nterminated\n`, ran.stderr);
    assert.deepEqual([ran.code, ran.stderr], [0, '']);
  });
}

// A thread that no worker can be had for, because what is preloaded into workers fails there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

test('start: a thread that was refused a worker leaves no trace, and may start again', async () => {
  const ran = await runProgram(
    `
    import { Thread, enumerate, setExceptHook } from 'heddle/threading';
    setExceptHook(({ thread }) => console.log('hook', thread.name));
    new Thread({ target: () => {} }).start().join();
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
    {
      kind: 'mjs',
      flags: ['--import', './preload.mjs'],
      files: {
        'preload.mjs': `import { isMainThread } from 'node:worker_threads';
          if (!isMainThread && process.env.NO_WORKER) throw new Error('none today');`,
      },
    },
  );
  const refused =
    'RuntimeError Cannot start thread "late" as no worker could be made for it | none today\n' +
    'initial null false 1\n';
  assert.equal(ran.stdout, `${refused}${refused}5\n`, ran.stderr);
  assert.deepEqual([ran.code, ran.stderr], [0, '']);
});

// Ten thousand threads one after another leave nothing behind.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const THREADS = 10_000;
const KERNEL = JSON.stringify(new URL('../../src/kernel/index.ts', import.meta.url).href);

test('Thread: ten thousand of them leave no slot, file, block or memory behind', async () => {
  const ran = await runProgram(
    `import { readdirSync } from 'node:fs';
    import { Thread } from 'heddle/threading';
    import { HEADER, cells, usage } from ${KERNEL};
    const churn = (count) => {
      for (let n = 0; n < count; n++) {
        if (new Thread({ target: (m) => m + 1, args: [n] }).start().result() !== n + 1) throw n;
      }
    };
    const measure = async () => {
      for (let turn = 0; turn < 10; turn++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return {
        slots: cells[HEADER.SLOTS_HIGH],
        files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0,
        blocks: usage().blocks,
        megabytes: process.memoryUsage().rss / 2 ** 20,
      };
    };
    churn(2000); // the names of ended threads fill their table
    const before = await measure();
    churn(${THREADS});
    console.log(JSON.stringify([before, await measure()]));`,
    { kind: 'mjs', flags: ['--expose-gc'], limitMs: 100_000 },
  );
  assert.equal(ran.code, 0, ran.stderr);
  const [before, after] = JSON.parse(ran.stdout) as Record<string, number>[];
  console.log(ran.stdout);
  for (const [what, most] of Object.entries({ slots: 2, files: 10, blocks: 600, megabytes: 60 })) {
    assert.ok(Number(after?.[what]) - Number(before?.[what]) <= most, `${what}: ${ran.stdout}`);
  }
});

// Ten thousand threads one after another leave nothing behind.
//
// The heaps of the main thread and of the worker take their time to grow to the size that suits
// them; then a round adds nothing. With a leak each round adds as much as the last.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const THREADS = 10_000;
const ROUNDS = 6;
const MOST = { slots: 2, files: 10, blocks: 600, megabytes: 30 };
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
    const rounds = [await measure()];
    const most = Object.entries(${JSON.stringify(MOST)});
    for (let round = 1; round <= ${ROUNDS}; round++) {
      churn(${THREADS});
      const before = rounds.at(-1);
      const after = await measure();
      rounds.push(after);
      if (most.every(([what, limit]) => after[what] - before[what] <= limit)) break;
    }
    console.log(JSON.stringify(rounds));`,
    { kind: 'mjs', flags: ['--expose-gc'], limitMs: 250_000 },
  );
  assert.equal(ran.code, 0, ran.stderr);
  const rounds = JSON.parse(ran.stdout) as Record<string, number>[];
  const [before, after] = rounds.slice(-2);
  console.log(ran.stdout);
  for (const [what, most] of Object.entries(MOST)) {
    assert.ok(Number(after?.[what]) - Number(before?.[what]) <= most, `${what}: ${ran.stdout}`);
  }
});

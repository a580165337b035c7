// Runs programs/process-churn.ts, and looks at what the processes left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

const PROGRAM = new URL('programs/process-churn.ts', import.meta.url);
const SKIP = process.platform === 'linux' ? false : 'the program looks into /proc';

type Measured = Readonly<Record<'failures' | 'files' | 'blocks' | 'megabytes', number>>;

/** The test: so many in turn, so many at once. */
export function processChurn(inTurn: number, atOnce: number, limitMs: number): void {
  const title = `Process: ${inTurn} in turn and ${atOnce} at once leave nothing behind`;
  test(title, { skip: SKIP, timeout: limitMs }, async () => {
    const args = ['3', inTurn, atOnce].map(String);
    const ran = await runProgram(PROGRAM, { args, flags: ['--expose-gc'], limitMs });
    assert.deepEqual([ran.stderr, ran.code, ran.timedOut], ['', 0, false]);
    const { before, after, active } = JSON.parse(ran.stdout) as {
      before: Measured;
      after: Measured;
      active: number;
    };
    assert.deepEqual([before.failures, after.failures, active], [0, 0, 0], ran.stdout);
    // One descriptor more is the channel of the spare; blocks wait for the collector.
    for (const [what, most] of [
      ['files', 2],
      ['blocks', 60],
      ['megabytes', 60],
    ] as const) {
      assert.ok(after[what] - before[what] <= most, `${what}: ${ran.stdout}`);
    }
  });
}

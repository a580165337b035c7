// Runs programs/queue-kill.ts, for all kinds of queues.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run.ts';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));

/** The tests, so many seconds each. */
export function queueKill(seconds: string): void {
  describe('Queue under fire:', () => {
    for (const kind of ['fifo', 'lifo', 'priority']) {
      test(`${kind} loses nothing, doubles nothing and stalls nobody`, async () => {
        const program = new URL('programs/queue-kill.ts', import.meta.url);
        const limitMs = (Number(seconds) + 40) * 1000;
        const ran = await runProgram(program, { args: [kind, seed, seconds], limitMs });
        const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
        assert.equal(ran.code, 0, told);
        const counted = JSON.parse(ran.stdout) as Record<string, number>;
        const { kills = 0, put = 0, lost = 0 } = counted;
        assert.deepEqual(
          [counted['twice'], counted['strange'], counted['stalls']],
          [0, 0, 0],
          told,
        );
        assert.ok(kills > 0 && put > 0, told);
        // What a thread had got, and had not yet told of, when it was killed.
        assert.ok(lost <= kills, told);
      });
    }
  });
}

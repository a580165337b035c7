// Runs programs/pool-flood.ts: more tasks than could be held at once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runProgram } from '../support/run.ts';

// Measured: 300 KiB of shared memory and 1.4 MiB of heap for a million tasks, of which 16384 are
// read ahead; 150 bytes for each task that is outstanding.
const MOST_SHARED_KIB = 1024;
const MOST_OWN_KIB = 8192;
const MOST_AHEAD = 2 * 2 * 4096;
const MOST_BYTES_EACH = 400;
const MOST_LEFT_KIB = 256;

interface Counted {
  readonly streamed: Readonly<
    Record<'once' | 'ahead' | 'sharedKib' | 'ownKib' | 'leftKib', number>
  >;
  readonly held: Readonly<Record<'waiting' | 'once' | 'told' | 'bytesEach' | 'leftKib', number>>;
}

/** The test, for so many tiny tasks in a stream, and so many that are outstanding at once. */
export function poolFlood(kind: 'threads' | 'processes', tiny: number, outstanding: number): void {
  describe('Pool in a flood:', () => {
    test(`${kind} run ${tiny} tasks in bounded memory, and hold ${outstanding}`, async () => {
      const program = new URL('programs/pool-flood.ts', import.meta.url);
      const ran = await runProgram(program, {
        args: [kind, String(tiny), String(outstanding)],
        flags: ['--conditions=heddle:source', '--expose-gc'],
        limitMs: 60_000 + tiny / 4,
      });
      const told = `${ran.stdout}${ran.stderr}`;
      assert.deepEqual([ran.code, ran.stderr, ran.timedOut], [0, '', false], told);
      const { streamed, held } = JSON.parse(ran.stdout) as Counted;
      assert.deepEqual([streamed.once, held.once, held.told], [tiny, outstanding, outstanding]);
      assert.ok(streamed.ahead <= MOST_AHEAD, told);
      assert.ok(streamed.sharedKib <= MOST_SHARED_KIB && streamed.ownKib <= MOST_OWN_KIB, told);
      assert.equal(held.waiting, outstanding);
      assert.ok(held.bytesEach <= MOST_BYTES_EACH, told);
      assert.ok(streamed.leftKib <= MOST_LEFT_KIB && held.leftKib <= MOST_LEFT_KIB, told);
    });
  });
}

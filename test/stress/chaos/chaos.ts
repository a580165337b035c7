// Runs program.ts, and looks at what it counted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../../support/run.ts';

const PROGRAM = new URL('program.ts', import.meta.url);
const SKIP = process.platform === 'linux' ? false : 'processes share memory on Linux only';

const seed = process.env['HEDDLE_STRESS_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));

// A process that is killed between two steps may leave a block that nobody has, or a reference.
const BLOCKS_OF_A_KILL = 1;
const FEWEST_BLOCKS = 8;
/** The channel of the spare child, which is there or not. */
const MOST_FILES = 2;

/** The test: so many kills. */
export function chaos(leastKills: number, limitMs: number): void {
  const title = `Process: ${leastKills} that are killed break nothing that others share`;
  test(title, { skip: SKIP, timeout: limitMs }, async () => {
    const args = [seed, String(leastKills)];
    const ran = await runProgram(PROGRAM, { args, flags: ['--expose-gc'], limitMs });
    const told = `seed ${seed}: ${ran.stdout}${ran.stderr}`;
    assert.deepEqual([ran.stderr, ran.code, ran.timedOut], ['', 0, false], told);
    const outcome = JSON.parse(ran.stdout) as Record<string, number>;
    const { kills = 0, told: tellings = 0, takers = 0, blocks = 0, files = 0 } = outcome;
    const { problems, late, broken, twice, strange, children, slots, permits } = outcome;
    assert.deepEqual(
      { problems, late, broken, twice, strange, children, slots, permits },
      {
        problems: [],
        late: 0,
        broken: 0,
        twice: 0,
        strange: 0,
        children: 0,
        slots: 0,
        permits: true,
      },
      told,
    );
    assert.ok(kills >= leastKills && (outcome['sure'] ?? 0) > 0, told);
    // Who waits for a condition may be told, too.
    assert.ok(tellings >= (outcome['owners'] ?? 0), told);
    // Only one who was about to take an item can have had one.
    assert.ok((outcome['lost'] ?? 0) <= takers, told);
    assert.ok(blocks <= FEWEST_BLOCKS + kills * BLOCKS_OF_A_KILL, told);
    assert.ok(files <= MOST_FILES, told);
  });
}

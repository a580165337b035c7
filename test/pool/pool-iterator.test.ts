// The end of a lazy map, which must not keep the program.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

test('PoolIterator lets the program end where its input ends after the last result', async () => {
  const ran = await runProgram(
    `
    import { ThreadPool } from 'heddle/multiprocessing';
    const pool = new ThreadPool(1);
    const double = (n: number): number => n * 2;
    // One item at a time: the end of the input is read when all results are there.
    const options = { buffersize: 1 };
    console.log([...pool.imap(double, [1, 2], options)]);
    const failing = function* () { yield 1; throw new Error('no more'); };
    try {
      for (const n of pool.imapUnordered(double, failing(), options)) console.log(n);
    } catch (error) {
      console.log((error as Error).message);
    }
    const later = async function* () { yield 1; };
    for await (const n of pool.imap(double, later(), options)) console.log(n);`,
    { limitMs: 20_000 },
  );
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['[ 2, 4 ]\n2\nno more\n2\n', '', 0]);
});

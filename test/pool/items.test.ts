// What came of a chunk where some of it cannot be read by the caller: only that fails.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ThreadPoolExecutor } from 'heddle/futures';
import { Pool, ThreadPool } from 'heddle/multiprocessing';
import { becomeCaller } from './fixtures/caller.ts';
import { Moody } from './fixtures/moody.ts';

const ITEMS = [0, 1, 2, 3, 4];
const CHUNK = { chunksize: ITEMS.length };

const odd = new URL('fixtures/odd.ts', import.meta.url).href;
const oddCommon = new URL('fixtures/odd.cjs', import.meta.url).href;

interface Module {
  readonly Odd: new (n: number) => object;
}

async function someOdd(n: number): Promise<unknown> {
  if (n % 2 === 0) return { n };
  const { Odd } = (await import(odd)) as Module;
  return new Odd(n);
}

function someOddCommon(n: number): unknown {
  if (n % 2 === 0) return { n };
  const { Odd } = createRequire(oddCommon)('./odd.cjs') as Module;
  return new Odd(n);
}

function moody(n: number): unknown {
  if (n === 4) throw new SyntaxError('thrown');
  return new Moody(n);
}

function opened(t: TestContext, Kind: typeof ThreadPool | typeof Pool): ThreadPool | Pool {
  becomeCaller();
  const pool = new Kind(1);
  t.after(() => {
    pool.close();
    pool.join();
  });
  return pool;
}

/** The values; of an error its name and code. */
function outcomes(results: Iterator<unknown>): unknown[] {
  const all: unknown[] = [];
  for (;;) {
    try {
      const { done, value } = results.next();
      if (done === true) return all;
      all.push(value);
    } catch (error) {
      const { name, message, code } = error as Error & { code?: string };
      all.push([name, code ?? message]);
    }
  }
}

const notImported = ['TransferError', 'ERR_HEDDLE_IMPORT'];
const notHere = ['RangeError', 'not here'];

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;

  test(`readOutcomes() fails only the items of a ${name} whose class does not load here`, (t) => {
    const pool = opened(t, Kind);
    for (const [func, error] of [
      [someOdd, notImported],
      [someOddCommon, notHere],
    ] as const) {
      const expected = [{ n: 0 }, error, { n: 2 }, error, { n: 4 }];
      assert.deepEqual(outcomes(pool.imap(func, ITEMS, CHUNK)), expected);
      assert.deepEqual(outcomes(pool.imapUnordered(func, ITEMS, CHUNK)), expected);
      assert.deepEqual(pool.map(func, [0, 2], CHUNK), [{ n: 0 }, { n: 2 }]);
      assert.throws(() => pool.map(func, ITEMS, CHUNK), { name: error[0] });
    }
  });

  test(`readOutcomes() fails only the items of a ${name} that are not revived here`, (t) => {
    const pool = opened(t, Kind);
    const [zero, one, three] = [new Moody(0), new Moody(1), new Moody(3)];
    const expected = [zero, one, ['RangeError', 'moody'], three, ['SyntaxError', 'thrown']];
    assert.deepEqual(outcomes(pool.imap(moody, ITEMS, CHUNK)), expected);
    assert.deepEqual(outcomes(pool.imapUnordered(moody, ITEMS, CHUNK)), expected);
    // Of several errors that of the first item.
    assert.throws(() => pool.map(moody, ITEMS, CHUNK), new RangeError('moody'));
    assert.deepEqual(pool.map(moody, [0, 1, 3], CHUNK), [zero, one, three]);
  });
}

test('writeOutcomes() leaves items together that would be written again and again', (t) => {
  const pool = opened(t, ThreadPool);
  class Holder {
    readonly bytes = Buffer.alloc(100_000);
  }
  const holder = new Holder();
  const results = pool.map((n: number) => ({ n, holder }), ITEMS, CHUNK);
  assert.deepEqual(
    results.map(({ n }) => n),
    ITEMS,
  );
  assert.equal(new Set(results.map((result) => result.holder)).size, 1);
});

test('readOutcomes() gives an executor what comes before what is not revived here', () => {
  becomeCaller();
  using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const results = executor.map(moody, [ITEMS], CHUNK);
  assert.deepEqual(outcomes(results), [new Moody(0), new Moody(1), ['RangeError', 'moody']]);
});

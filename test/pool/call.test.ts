// How calls travel. A function has a block of its own from the third time on; so what a call gives
// must be the same the first times and after.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, Pool, ThreadPool, currentTask } from 'heddle/multiprocessing';
import { TransferError, registerTransfer } from 'heddle';
import { homeOf } from '../../src/kernel/index.ts';
import { countIn, usageIn } from '../../src/kernel/memory/heap.ts';
import { recipeOf } from '../../src/wire/decode/recipes.ts';
import { until } from '../support/until.ts';
import { elsewhere } from './fixtures/elsewhere.ts';
import { thenable } from './fixtures/thenable.ts';

const TIMES = 4;

const sparse: unknown[] = [];
sparse[1] = 1;
const ARGUMENTS: readonly unknown[][] = [
  [],
  [1],
  [-0],
  [NaN],
  [undefined, null],
  [true, false],
  [1, 2, 3],
  ['a'],
  [1n, 2],
  [{ a: [1] }, 2],
  [() => 1],
  // The slots of other things are such numbers.
  [Number.MIN_VALUE, 2 ** 33 * Number.MIN_VALUE],
  sparse,
];

class Turned extends Array<number> {
  override *[Symbol.iterator](): ArrayIterator<number> {
    yield* [2, 1];
  }
}

class Secret extends Array<number> {
  readonly #secret = 1;

  tell(): number {
    return this.#secret;
  }
}

function withGetter(get: (args: unknown[]) => unknown, ...more: readonly unknown[]): unknown[] {
  const args: unknown[] = [0, ...more];
  Object.defineProperty(args, 0, { get: () => get(args), enumerable: true, configurable: true });
  return args;
}

let calls = 0;
/** What is no usual array of arguments, made anew. */
const UNUSUAL: Readonly<Record<string, () => unknown[]>> = {
  turned: () => Turned.from([1, 2]),
  secret: () => Secret.from([1]),
  extra: () => Object.assign([1], { extra: new WeakRef({}) }),
  counting: () => withGetter(() => (calls += 1) && 7, {}),
  growing: () => withGetter((args) => args.push(...Array<number>(50).fill(1)) && 7),
  throwing: () =>
    withGetter(() => {
      throw new RangeError('get');
    }),
  proxy: () => new Proxy([1], {}),
  slicing: () => Object.defineProperty([1], 'slice', { value: () => Array<number>(50).fill(7) }),
};

class Refused {
  readonly n = 1;
}
registerTransfer(Refused, {
  reduce: ({ n }) => n,
  revive: () => {
    throw new SyntaxError('revive');
  },
});

/** References to the block of a function that is sent again. */
function referencesTo(func: object, Kind: typeof Pool | typeof ThreadPool): number {
  const block = recipeOf(func, Kind === Pool ? 'process' : 'thread') as number;
  return countIn(homeOf(block), block);
}

for (const Kind of [ThreadPool, Pool]) {
  const { name } = Kind;

  test(`storeCall has a ${name} give the same however the arguments travel`, () => {
    const pool = new Kind(1);
    try {
      for (const args of ARGUMENTS) {
        const count = (...all: unknown[]): number => all.length;
        const give = (...all: unknown[]): unknown[] => all.filter((x) => typeof x !== 'function');
        for (let i = 0; i < TIMES; i++) {
          assert.equal(pool.apply(count, args), args.length);
          // Filled, as arguments have no holes.
          const wanted = Array.from(args).filter((x) => typeof x !== 'function');
          assert.deepEqual(pool.apply(give, args), wanted);
        }
      }
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`storeCall has a ${name} take what is no usual array the same each time`, () => {
    const pool = new Kind(1);
    try {
      for (const [what, make] of Object.entries(UNUSUAL)) {
        const give = (...all: unknown[]): unknown[] => all;
        const outcomes = Array.from({ length: TIMES }, () => {
          calls = 0;
          try {
            return [pool.apply(give, make()), calls];
          } catch (error) {
            return String(error);
          }
        });
        for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0], what);
      }
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`storeCall has a ${name} refuse what cannot travel, and keep nothing`, async () => {
    const pool = new Kind(1);
    const give = (x: unknown): unknown => x;
    try {
      for (let i = 0; i < TIMES; i++) assert.equal(pool.apply(give, [i]), i);
      const home = homeOf(recipeOf(give, Kind === Pool ? 'process' : 'thread') as number);
      const before = usageIn(home).blocks;
      const references = referencesTo(give, Kind);
      for (let i = 0; i < TIMES; i++) {
        assert.throws(() => pool.apply(give, [new WeakRef({})]), TransferError);
        assert.throws(() => pool.apply(give, UNUSUAL['throwing']?.() as [unknown]), RangeError);
        assert.equal(pool.apply(give, ['text']), 'text');
        assert.equal(pool.apply(give, [i]), i);
      }
      await until(() => referencesTo(give, Kind) <= references, 'references to be given back');
      await until(() => usageIn(home).blocks <= before, 'what was sent to be given back');
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`readCall has a ${name} import the function's module before it reads the arguments`, () => {
    const pool = new Kind(1);
    try {
      for (let i = 0; i < TIMES; i++) {
        const result = pool.applyAsync(elsewhere, [new Refused()]);
        assert.throws(() => result.get(), /^TransferError: .*elsewhere/);
        assert.equal(
          pool.apply((n: number) => n, [i]),
          i,
        );
      }
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`readCall has a ${name} take no function for a promise`, () => {
    const pool = new Kind(1, { maxtasksperchild: 1 });
    try {
      for (let i = 0; i < TIMES; i++) assert.equal(pool.apply(thenable, [i]), i);
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`dropCall has a ${name} let go of the function of a task that is cancelled`, () => {
    const pool = new Kind(1);
    const [gate, runs] = [new Event(), new Event()];
    const give = (n: number): number => n;
    try {
      for (let i = 0; i < TIMES; i++) pool.apply(give, [i]);
      const first = pool.applyAsync(() => {
        runs.set();
        gate.wait();
      });
      runs.wait();
      const references = referencesTo(give, Kind);
      const second = pool.applyAsync(give, [1]);
      assert.equal(referencesTo(give, Kind), references + 1);
      assert.equal(second.cancel(), true);
      assert.equal(referencesTo(give, Kind), references);
      gate.set();
      first.get();
    } finally {
      pool.terminate();
      pool.join();
    }
  });

  test(`callOf has a ${name} try again with the same arguments`, async () => {
    const pool = new Kind(1, { retries: 1 });
    const run = (isFatal: boolean, n: number): unknown => {
      if (isFatal && currentTask()?.attempt === 1) process.exit();
      return [currentTask()?.attempt, n];
    };
    try {
      for (let i = 0; i < TIMES; i++) assert.deepEqual(pool.apply(run, [false, i]), [1, i]);
      const references = referencesTo(run, Kind);
      for (let i = 0; i < TIMES; i++) assert.deepEqual(pool.apply(run, [true, i]), [2, i]);
      // A worker has one, and for a moment its task.
      const isAsBefore = (): boolean => Math.abs(referencesTo(run, Kind) - references) <= 1;
      await until(isAsBefore, 'references to be given back');
    } finally {
      pool.terminate();
      pool.join();
    }
  });
}

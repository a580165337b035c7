// CPython's cases of BaseLockTests about objects that nobody refers to any more. They want a
// program of their own, in which the garbage is collected when they say so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '../support/run.ts';

/** A class of heddle/threading, under the name of the CPython class whose cases are run for it. */
export interface Collected {
  readonly name: string;
  readonly suite: string;
}

/** Runs the cases. */
export function collected({ name, suite }: Collected): void {
  const run = async (body: string): Promise<string> => {
    const program = `
      import { ${name} } from 'heddle/threading';
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      const isGone = async (ref) => {
        for (let i = 0; i < 100 && ref.deref() !== undefined; i++) {
          await turn(); // what was looked at lives until then
          gc();
        }
        return ref.deref() === undefined;
      };
      ${body}`;
    const ran = await runProgram(program, { kind: 'mjs', flags: ['--expose-gc'] });
    assert.deepEqual([ran.code, ran.stderr], [0, '']);
    return ran.stdout;
  };

  test(`${name}: ${suite}.test_weakref_exists`, async () => {
    const text = await run(`
      const lock = new ${name}();
      const ref = new WeakRef(lock);
      gc();
      await turn();
      console.log(ref.deref() === lock);`);
    assert.equal(text, 'true\n');
  });

  test(`${name}: ${suite}.test_weakref_deleted`, async () => {
    const text = await run(`
      const ref = (() => new WeakRef(new ${name}()))();
      console.log(await isGone(ref));`);
    assert.equal(text, 'true\n');
  });

  test(`${name}: ${suite}.test_acquire_destroy`, async () => {
    const text = await run(`
      const drop = () => {
        const lock = new ${name}();
        lock.acquire();
        return new WeakRef(lock);
      };
      console.log(await isGone(drop()));
      // What was held is not what the next one finds in its place.
      const others = Array.from({ length: 100 }, () => new ${name}());
      console.log(others.every((lock) => !lock.locked() && lock.acquire({ blocking: false })));`);
    assert.equal(text, 'true\ntrue\n');
  });
}

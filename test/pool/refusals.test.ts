import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pool, ThreadPool } from 'heddle/multiprocessing';

for (const Kind of [ThreadPool, Pool]) {
  test(`joinedInside() is for a ${Kind.name} that one of its own tasks joins`, async () => {
    const pool = new Kind(1);
    const other = new Kind(1);
    const join = (own: ThreadPool | Pool): void => {
      own.close();
      own.join();
    };
    const joinAsync = async (own: ThreadPool | Pool): Promise<void> => own.joinAsync();
    const refused = /^RuntimeError: Cannot join pool .* in one of its own tasks/;
    // That of another pool may.
    other.apply(join, [pool]);
    assert.throws(() => other.apply(join, [other]), refused);
    const last = new Kind(1);
    await assert.rejects(async () => last.applyAsync(joinAsync, [last]), refused);
    last.terminate();
    for (const each of [pool, other, last]) each.join();
  });
}

test('calledBackLazily() is for an imap() that is given a callback', () => {
  const pool = new ThreadPool(1);
  const square = (n: number): number => n * n;
  for (const options of [{ callback: () => {} }, { errorCallback: () => {} }]) {
    assert.throws(() => pool.imap(square, [1], options), /^TypeError: Cannot call back/);
    assert.throws(() => pool.imapUnordered(square, [1], options), TypeError);
  }
  pool.terminate();
});

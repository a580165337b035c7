// Threads take one lock in every way there is, in random order, and count each time that they had
// it: once under the lock in a plain cell, where a lost exclusion loses a count, and once each for
// itself. Arguments: lock or rlock, seed, seconds. Prints both sums and how often a wait gave up.
import { Lock, RLock, Thread } from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const THREADS = 6;
const HOLD_MOST = 200; // turns of an empty loop, so that some waits outlast a short time-out

const [kind, seed, seconds] = process.argv.slice(2);
const lock = kind === 'rlock' ? new RLock() : new Lock();
const shared = new Int32Array(new SharedArrayBuffer(4));
const endMs = Date.now() + Number(seconds) * 1000;

const take = async (own: number): Promise<[had: number, gaveUp: number]> => {
  const random = randomFrom(own);
  let had = 0;
  let gaveUp = 0;
  const hold = (): void => {
    const before = shared[0] ?? 0;
    for (let turns = random() * HOLD_MOST; turns > 0; turns -= 1);
    shared[0] = before + 1;
    had += 1;
  };
  const tryTo = (isTaken: boolean): void => {
    if (!isTaken) {
      gaveUp += 1;
      return;
    }
    try {
      hold();
    } finally {
      lock.release();
    }
  };
  while (Date.now() < endMs) {
    const way = Math.floor(random() * 5);
    if (way === 0) lock.with(hold);
    else if (way === 1) tryTo(lock.acquire());
    else if (way === 2) tryTo(lock.acquire({ blocking: false }));
    else if (way === 3) tryTo(lock.acquire({ timeout: `${Math.ceil(random() * 3)}ms` }));
    else await lock.withAsync(hold);
  }
  return [had, gaveUp];
};

const threads = Array.from({ length: THREADS }, (_, index) =>
  new Thread({ target: take, args: [Number(seed) + index] }).start(),
);
const results = threads.map((thread) => thread.result());
const had = results.reduce((sum, [count]) => sum + count, 0);
const gaveUp = results.reduce((sum, [, count]) => sum + count, 0);
console.log(JSON.stringify({ counted: shared[0], had, gaveUp }));

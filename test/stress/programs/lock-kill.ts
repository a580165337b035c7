// Threads take one lock in every way, wait with time-outs and are aborted, while the main thread
// kills one after the other and starts a new one in its place. Arguments: lock or rlock, seed,
// seconds. A cell in which two wrote at once, or an abandonment told twice, is a violation.
import { Lock, RLock, Thread } from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const THREADS = 6;
const ACQUIRE = 1;
const CELL = { INSIDE: 0, HAD: 1, BROKEN: 2, TOLD: 3, COUNT: 4 } as const;

const [kind, seed, seconds] = process.argv.slice(2);
const lock = kind === 'rlock' ? new RLock() : new Lock();
const cells = new Int32Array(new SharedArrayBuffer(CELL.COUNT * 4));
const random = randomFrom(Number(seed));

const target = async (own: number): Promise<void> => {
  const chance = randomFrom(own);
  // Under the lock only: who finds another's number in the cell is not alone.
  const enter = (): void => {
    cells[CELL.INSIDE] = own;
    for (let turns = chance() * 500; turns > 0; turns -= 1);
    if (cells[CELL.INSIDE] !== own) Atomics.add(cells, CELL.BROKEN, 1);
    Atomics.add(cells, CELL.HAD, 1);
  };
  const take = async (way: number): Promise<void> => {
    const timeout = `${Math.ceil(chance() * 3)}ms` as const;
    if (way === 0) {
      lock.with(enter);
    } else if (way === ACQUIRE) {
      if (!lock.acquire({ timeout })) return;
      enter();
      lock.release();
    } else if (way === 2) {
      await lock.withAsync(enter);
    } else {
      const controller = new AbortController();
      const wait = lock.withAsync(enter, { timeout, signal: controller.signal });
      if (chance() < 0.5) setImmediate(() => controller.abort('enough'));
      await wait;
    }
  };
  for (;;) {
    const way = Math.floor(chance() * 4);
    try {
      await take(way);
    } catch (error) {
      const { name } = Object(error) as { name?: string };
      if (name === 'AbandonedLockError') {
        Atomics.add(cells, CELL.TOLD, 1);
        // Out of acquire() it is held; out of a scope it is not, and a Lock is another's by now.
        if (way === ACQUIRE) lock.release();
      } else if (name !== 'TimeoutError' && error !== 'enough') {
        throw error;
      }
    }
  }
};

let number = 0;
const start = (): Thread =>
  new Thread({ target, args: [Number(seed) + ++number], daemon: true }).start();
const threads = Array.from({ length: THREADS }, start);
const endMs = Date.now() + Number(seconds) * 1000;
let kills = 0;
let stalls = 0;
while (Date.now() < endMs) {
  const place = Math.floor(random() * THREADS);
  const before = Atomics.load(cells, CELL.HAD);
  threads[place]?.terminate();
  if (threads[place]?.join(10) !== true) throw new Error('A killed thread did not end');
  kills += 1;
  threads[place] = start();
  for (const stallMs = Date.now() + 5000; Atomics.load(cells, CELL.HAD) === before;) {
    if (Date.now() < stallMs) continue;
    stalls += 1;
    break;
  }
}
const [, had, broken, told] = cells;
console.log(JSON.stringify({ kills, had, broken, told, stalls }));
process.exit();

// A lock that two threads want all the time: how often it changes hands, and how evenly, beside the
// least lock that sleeps, and CPython's where python3 is there.
//
// The least lock is mutex2 of Drepper's "Futexes Are Tricky": it has no owner, no queue and no
// turns. It lets the one who has just released it in again, so its own share shows how uneven that
// is.
import { spawnSync } from 'node:child_process';
import { Lock, Thread } from 'heddle/threading';

const SECONDS = 1;
const ROUNDS = 3;
const [LEAST_SPEED, LEAST_SHARE, LEAST_OF_PYTHON] = [0.7, 0.5, 1];

const cells = new Int32Array(new SharedArrayBuffer(64));
const lock = new Lock();

const drepper = {
  acquire: (): void => {
    if (Atomics.compareExchange(cells, 0, 0, 1) === 0) return;
    while (Atomics.exchange(cells, 0, 2) !== 0) Atomics.wait(cells, 0, 2);
  },
  release: (): void => {
    if (Atomics.exchange(cells, 0, 0) === 2) Atomics.notify(cells, 0, 1);
  },
};
const heddle = { acquire: (): unknown => lock.acquire(), release: (): void => lock.release() };

const PYTHON = `
import threading, time
lock, counts = threading.Lock(), [0, 0]
def work(me, end):
    n = 0
    while time.perf_counter() < end:
        with lock: n += 1
    counts[me] = n
end = time.perf_counter() + ${SECONDS}
threads = [threading.Thread(target=work, args=(me, end)) for me in (0, 1)]
for t in threads: t.start()
for t in threads: t.join()
print(sum(counts))
`;

interface Run {
  /** Times that the lock was taken, by both. */
  readonly taken: number;
  /** Of the one who had it less often, as a part of the other's. */
  readonly share: number;
}

function contend({ acquire, release }: { acquire: () => unknown; release: () => void }): Run {
  const work = (endMs: number): number => {
    let taken = 0;
    while (Date.now() < endMs) {
      acquire();
      taken += 1;
      release();
    }
    return taken;
  };
  const endMs = Date.now() + SECONDS * 1000;
  const threads = [1, 2].map(() => new Thread({ target: work, args: [endMs] }).start());
  const counts = threads.map((thread) => thread.result());
  const [less = 0, more = 0] = counts.toSorted((a, b) => a - b);
  return { taken: less + more, share: less / more };
}

function best(runs: readonly Run[]): Run {
  return {
    taken: Math.max(...runs.map(({ taken }) => taken)),
    share: Math.max(...runs.map(({ share }) => share)),
  };
}

const runs: Record<'heddle' | 'drepper', Run[]> = { heddle: [], drepper: [] };
for (let round = 0; round < ROUNDS; round++) {
  runs.heddle.push(contend(heddle));
  runs.drepper.push(contend(drepper));
}
const [ours, least] = [best(runs.heddle), best(runs.drepper)];
const python = Number(spawnSync('python3', ['-c', PYTHON], { encoding: 'utf8' }).stdout);

console.log(`\n### A lock that two threads want (Node ${process.versions.node})\n`);
console.log('| Lock | here | compared with | target | met |');
console.log('| --- | --- | --- | --- | --- |');
row('times a second', ours.taken, `${count(least.taken)} (least lock)`, [
  ours.taken / least.taken,
  LEAST_SPEED,
]);
row('share of the less lucky', ours.share, `${least.share.toFixed(2)} (least lock)`, [
  ours.share,
  LEAST_SHARE,
]);
if (python > 0) {
  row('times a second', ours.taken, `${count(python)} (CPython)`, [
    ours.taken / python,
    LEAST_OF_PYTHON,
  ]);
}

function row(what: string, here: number, than: string, [ratio, bound]: [number, number]): void {
  const shown = here < 2 ? here.toFixed(2) : count(here);
  const target = `at least ${bound}, is ${ratio.toFixed(2)}`;
  console.log(`| ${what} | ${shown} | ${than} | ${target} | ${ratio >= bound ? 'yes' : 'NO'} |`);
}

function count(times: number): string {
  return `${Math.round(times / SECONDS / 1000)} 000`;
}

// Executors under fire: random tasks, cancels and waits, and now and then one that kills its
// worker, which breaks the executor. Each future settles once, and each callback is called once.
//
// Arguments: threads or processes, a seed, seconds. Prints what it counted, as JSON.
import { setTimeout as delay } from 'node:timers/promises';
import { sleep } from 'heddle';
import { asCompleted, ProcessPoolExecutor, ThreadPoolExecutor, wait } from 'heddle/futures';
import type { Future } from 'heddle/futures';
import { randomFrom } from '../../support/random.ts';

const [kind, seed = '1', seconds = '3'] = process.argv.slice(2);
const random = randomFrom(Number(seed));
const isProcesses = kind === 'processes';
const STALL_MS = 30_000;

const counted = { tasks: 0, broken: 0, cancelled: 0, twice: 0, wrong: 0, stalls: 0 };
const wrongs: string[] = [];
const until = (n: number): number => Math.floor(random() * n);

const double = (n: number): number => n * 2;
const nap = (n: number): number => {
  sleep(`${n % 10}ms`);
  return n * 2;
};
const fail = (n: number): never => {
  throw new RangeError(`Cannot take ${n}`);
};
const die = (): never => process.exit(7);

interface Followed {
  readonly future: Future<unknown>;
  readonly expected: unknown;
  called: number;
}

// One executor from its beginning to its end, whatever that is.
async function life(): Promise<void> {
  const options = { maxWorkers: 2 };
  const executor = isProcesses ? new ProcessPoolExecutor(options) : new ThreadPoolExecutor(options);
  const all: Followed[] = [];
  const isDoomed = random() < 0.5;
  const count = 20 + until(60);
  const doom = isDoomed ? until(count) : -1;
  for (let i = 0; i < count; i++) {
    try {
      all.push(submit(executor, i === doom));
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_HEDDLE_BROKEN_EXECUTOR') throw error;
      break;
    }
    if (random() < 0.1) await delay(until(3));
  }
  for (const { future } of all) if (random() < 0.1) future.cancel();
  await settle(all.map(({ future }) => future));
  if (isDoomed) counted.broken += 1;
  await executor.shutdownAsync();
  for (const one of all) check(one, isDoomed);
}

function submit(executor: ThreadPoolExecutor | ProcessPoolExecutor, isLast: boolean): Followed {
  counted.tasks += 1;
  const n = until(1000);
  const [func, expected] = isLast
    ? [die, 'ERR_HEDDLE_BROKEN_EXECUTOR']
    : ([
        [double, 2 * n],
        [nap, 2 * n],
        [fail, 'RangeError'],
      ][until(3)] as [(n: number) => unknown, unknown]);
  const followed: Followed = {
    future: executor.submit(func, n),
    expected,
    called: 0,
  };
  followed.future.addDoneCallback(() => void (followed.called += 1));
  return followed;
}

// One of the ways in which one can wait for futures.
async function settle(futures: readonly Future<unknown>[]): Promise<void> {
  const way = until(4);
  if (way === 0) {
    const { notDone } = wait(futures, { timeout: STALL_MS / 1000 });
    counted.stalls += notDone.size;
  } else if (way === 1) {
    for await (const one of asCompleted(futures, { timeout: STALL_MS / 1000 }))
      await (one as Future<unknown>).then(ignore, ignore);
  } else if (way === 2) {
    for (const one of asCompleted(futures, { timeout: STALL_MS / 1000 })) one.done();
  } else {
    await Promise.allSettled(futures);
  }
}

function ignore(): void {}

function check({ future, expected, called }: Followed, isDoomed: boolean): void {
  if (called !== 1) counted.twice += 1;
  if (!future.done()) {
    counted.stalls += 1;
    return;
  }
  if (future.cancelled()) {
    counted.cancelled += 1;
    return;
  }
  const error = future.exception() as { code?: string; name: string } | null;
  const found = error === null ? future.result() : (error.code ?? error.name);
  if (found === expected || (isDoomed && found === 'ERR_HEDDLE_BROKEN_EXECUTOR')) return;
  counted.wrong += 1;
  wrongs.push(`${String(found)} for ${String(expected)}`);
}

const endMs = performance.now() + Number(seconds) * 1000;
while (performance.now() < endMs) await life();
console.log(JSON.stringify(counted));
for (const line of wrongs) console.error(line);

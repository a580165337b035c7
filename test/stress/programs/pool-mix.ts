// A pool under fire: random tasks, some of which fail, hang, are cancelled, aborted or late, or
// kill their worker. Each settles once, as it should, and the pool works on.
//
// Arguments: threads or processes, a seed, seconds. Prints what it counted, as JSON.
import { setTimeout as delay } from 'node:timers/promises';
import { sleep } from 'heddle';
import { Pool, ThreadPool } from 'heddle/multiprocessing';
import type { AsyncResult } from 'heddle/multiprocessing';
import { randomFrom } from '../../support/random.ts';

const [kind, seed = '1', seconds = '3'] = process.argv.slice(2);
const random = randomFrom(Number(seed));
const isProcesses = kind === 'processes';
const STALL_MS = 30_000;
const MOST_AT_ONCE = 40;

const counted = { tasks: 0, kills: 0, twice: 0, wrong: 0, stalls: 0 };
const wrongs: string[] = [];

const double = (n: number): number => n * 2;
const fail = (n: number): never => {
  throw new RangeError(`Cannot take ${n}`);
};
const nap = (ms: number): number => {
  sleep(`${ms}ms`);
  return ms;
};
const napLater = async (ms: number): Promise<number> => {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  return ms;
};
const size = (bytes: Uint8Array): number => bytes.length;
const die = (): void => process.exit(7);
const kill = (): void => void process.kill(process.pid, 'SIGKILL');
const dieAt = (n: number): number => (n === 13 ? process.exit(7) : n + 1);
const failAt = (n: number): number => {
  if (n === 13) throw new RangeError('Cannot take 13');
  return n + 1;
};

// The outcome in a word or as a value: what is compared with what was expected.
const outcomeOf = async (result: PromiseLike<unknown>): Promise<unknown> => {
  try {
    return await result;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
};

const until = (n: number): number => Math.floor(random() * n);
const pool = isProcesses ? new Pool(2) : new ThreadPool(3);
const under = new Set<Promise<void>>();

/** Follows a task to its end; several outcomes may be right where it is a matter of time. */
function follow(
  what: string,
  begin: (settled: { callback: () => void; errorCallback: () => void }) => PromiseLike<unknown>,
  expected: readonly unknown[],
): void {
  let settled = 0;
  const note = (): void => void (settled += 1);
  const outcome = outcomeOf(begin({ callback: note, errorCallback: note }));
  counted.tasks += 1;
  const watch = async (): Promise<void> => {
    const timer = new AbortController();
    const stall = delay(STALL_MS, 'stall', { signal: timer.signal }).catch(() => 'stall');
    const found = await Promise.race([outcome, stall]);
    timer.abort();
    if (found === 'stall') counted.stalls += 1;
    if (settled !== 1) counted.twice += 1;
    if (expected.some((one) => JSON.stringify(one) === JSON.stringify(found))) return;
    counted.wrong += 1;
    wrongs.push(`${what}: ${JSON.stringify(found)} for ${JSON.stringify(expected)}`);
  };
  const watching = watch();
  under.add(watching);
  void watching.finally(() => under.delete(watching));
}

const DIED = 'ERR_HEDDLE_WORKER_DIED';
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const ACTS: readonly (() => void)[] = [
  () => {
    const n = until(1000);
    follow('double', (to) => pool.applyAsync(double, [n], to), [2 * n]);
  },
  () => follow('fail', (to) => pool.applyAsync(fail, [1], to), ['RangeError']),
  () => follow('nap', (to) => pool.applyAsync(nap, [until(20)], to), range(20)),
  () => follow('napLater', (to) => pool.applyAsync(napLater, [until(20)], to), range(20)),
  () => {
    const bytes = new Uint8Array(until(200_000));
    follow('size', (to) => pool.applyAsync(size, [bytes], to), [bytes.length]);
  },
  () => {
    const items = range(1 + until(200)).map((n) => n + 20);
    const expected = items.map((n) => n + 1);
    follow('map', (to) => pool.mapAsync(failAt, items, to), [expected]);
  },
  () => follow('map fails', (to) => pool.mapAsync(failAt, range(30), to), ['RangeError']),
  () => {
    const late = { timeout: '30ms' } as const;
    follow('late', (to) => pool.applyAsync(nap, [60_000], { ...to, ...late }), [
      'ERR_HEDDLE_TIMEOUT',
    ]);
  },
  () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new RangeError('Aborted')), until(20));
    const options = { signal: controller.signal, grace: '20ms' } as const;
    follow('aborted', (to) => pool.applyAsync(nap, [60_000], { ...to, ...options }), [
      'RangeError',
    ]);
  },
  () => {
    let result: AsyncResult<number> | undefined;
    const begin = (to: object): AsyncResult<number> => (result = pool.applyAsync(double, [4], to));
    follow('cancelled', begin, [8, 'ERR_HEDDLE_CANCELLED']);
    setTimeout(() => result?.cancel(), until(3));
  },
  () => {
    counted.kills += 1;
    const killer = isProcesses && random() < 0.5 ? kill : die;
    follow('die', (to) => pool.applyAsync(killer, [], to), [DIED]);
  },
  () => {
    counted.kills += 1;
    follow('map dies', (to) => pool.mapAsync(dieAt, range(30), { ...to, chunksize: 5 }), [DIED]);
  },
  () => {
    const items = range(until(100));
    const walk = async (): Promise<number[]> => {
      const found: number[] = [];
      for await (const n of pool.imapUnordered(double, items)) found.push(n / 2);
      return found.toSorted((a, b) => a - b);
    };
    const begin = (to: { callback: () => void }): Promise<number[]> => walk().finally(to.callback);
    follow('imapUnordered', begin, [items]);
  },
];

// Deaths take a process half a second each, so they are rarer there.
const isRare = (act: number): boolean => [7, 8, 10, 11].includes(act);
const endMs = performance.now() + Number(seconds) * 1000;
while (performance.now() < endMs) {
  const act = until(ACTS.length);
  if (!isRare(act) || random() < (isProcesses ? 0.1 : 0.3)) ACTS[act]?.();
  if (under.size >= MOST_AT_ONCE) await Promise.race(under);
  else if (random() < 0.1) await delay(until(5));
}
await Promise.all(under);
const { completed, failed, waiting, running, workers } = pool.stats;
pool.close();
await pool.joinAsync();
console.log(JSON.stringify({ ...counted, completed, failed, waiting, running, workers }));
for (const line of wrongs) console.error(line);

// Random tasks in a pool in which everything goes wrong at random: workers stall and die at any
// step, outcomes come late, twice and in another order. Each task settles once, with an outcome
// that can be; results come in order; nobody waits for ever; the pool ends.
import { setTimeout as delay } from 'node:timers/promises';
import type { AsyncResult, PoolOptions, TaskOptions } from 'heddle/multiprocessing';
import * as tasks from '../multiprocessing/pool-tasks.ts';
import { randomFrom } from '../support/random.ts';
import { expectArrivals } from '../pool/faults/doubles/delivery.ts';
import { FaultyPool } from '../pool/faults/faulty-pool.ts';
import { deathsOf, planOf } from '../pool/faults/plan.ts';

/** What happened. */
export interface Counted {
  tasks: number;
  deaths: number;
  /** What must not be, in words. */
  readonly wrongs: string[];
}

const MOST_AT_ONCE = 30;
const STALL_MS = 30_000;
const DIED = 'ERR_HEDDLE_WORKER_DIED';
const LATE = 'ERR_HEDDLE_TIMEOUT';
const CANCELLED = 'ERR_HEDDLE_CANCELLED';
const ENDED = 'ERR_HEDDLE_RUNTIME';

type Settled = Pick<TaskOptions<unknown>, 'callback' | 'errorCallback'>;

/** One pool from its beginning to its end, with so many tasks. */
export async function liveThrough(seed: number, count: number, deaths: number): Promise<Counted> {
  const life = new Life(seed, deaths);
  for (let i = 0; i < count; i++) await life.next();
  return life.end();
}

class Life {
  readonly #counted: Counted = { tasks: 0, deaths: 0, wrongs: [] };
  readonly #under = new Set<Promise<void>>();
  readonly #random: () => number;
  readonly #plan: ReturnType<typeof planOf>;
  readonly #pool: FaultyPool;
  /** Whether every run is repeated whose worker died. */
  readonly #isPatient: boolean;

  readonly #acts: readonly (() => void)[] = [
    () => this.#apply(),
    () => this.#fail(),
    () => this.#map(),
    () => this.#walk(),
    () => this.#cancel(),
    () => this.#late(),
  ];

  constructor(seed: number, deaths: number) {
    this.#random = randomFrom(seed);
    this.#isPatient = this.#random() < 0.5;
    this.#plan = planOf({ seed, deaths, stalls: 0.05, longestMs: 20 });
    const options: PoolOptions = {
      retries: this.#isPatient ? 1000 : 0,
      maxQueue: this.#random() < 0.3 ? 5 : undefined,
      maxtasksperchild: this.#random() < 0.2 ? 50 : undefined,
    };
    expectArrivals({ seed, isShuffled: true, late: 0.3, twice: 0.3 });
    this.#pool = new FaultyPool(1 + this.#until(3), options, this.#plan);
  }

  async next(): Promise<void> {
    this.#acts[this.#until(this.#acts.length)]?.();
    if (this.#under.size >= MOST_AT_ONCE) await Promise.race(this.#under);
    else if (this.#random() < 0.1) await delay(this.#until(5));
  }

  async end(): Promise<Counted> {
    const isKilled = this.#random() < 0.3;
    if (isKilled) this.#pool.terminate();
    else this.#pool.close();
    await Promise.all(this.#under);
    await this.#settles('joinAsync', this.#pool.joinAsync());
    expectArrivals(null);
    this.#counted.deaths = deathsOf(this.#plan);
    return this.#counted;
  }

  #apply(): void {
    const n = this.#until(1000);
    const priority = this.#until(3) - 1;
    const act = (to: Settled) => this.#pool.applyAsync(tasks.square, [n], { ...to, priority });
    this.#follow('apply', act, [n * n]);
  }

  #fail(): void {
    const act = (to: Settled) => this.#pool.applyAsync(tasks.fail, ['no'], to);
    this.#follow('fail', act, ['RangeError']);
  }

  #map(): void {
    const items = range(this.#until(40));
    const chunksize = this.#random() < 0.5 ? 1 + this.#until(10) : undefined;
    const act = (to: Settled) => this.#pool.mapAsync(tasks.square, items, { ...to, chunksize });
    this.#follow('map', act, [items.map((n) => n * n)]);
  }

  #cancel(): void {
    let result: AsyncResult<number> | undefined;
    const act = (to: Settled) => (result = this.#pool.applyAsync(tasks.square, [4], to));
    this.#follow('cancel', act, [16, CANCELLED]);
    setTimeout(() => result?.cancel(), this.#until(3));
  }

  // One that would take long, and one that stalls may make late.
  #late(): void {
    const timeout = this.#random() < 0.2 ? '5ms' : '10s';
    const act = (to: Settled) => this.#pool.applyAsync(tasks.square, [5], { ...to, timeout });
    this.#follow('late', act, timeout === '5ms' ? [25, LATE] : [25]);
  }

  // Each item once, those that failed too; in order, or as they come.
  #walk(): void {
    const items = range(1 + this.#until(30));
    const chunksize = 1 + this.#until(5);
    const isOrdered = this.#random() < 0.5;
    const options = { chunksize };
    const results = isOrdered
      ? this.#pool.imap(tasks.square, items, options)
      : this.#pool.imapUnordered(tasks.square, items, options);
    const walk = async (): Promise<unknown> => {
      const found: unknown[] = [];
      const iterator = results[Symbol.asyncIterator]();
      for (;;) {
        const read = await outcomeOf(iterator.next());
        if (typeof read !== 'object') found.push(read);
        else if ((read as IteratorResult<number>).done === true) break;
        else found.push((read as IteratorResult<number>).value);
      }
      return this.#judge(found, isOrdered);
    };
    this.#follow('walk', walk, [items.length]);
  }

  // How many came, or what is wrong with them.
  #judge(found: readonly unknown[], isOrdered: boolean): unknown {
    const values = found.filter((one) => typeof one === 'number').map((one) => Math.sqrt(one));
    const lost = found.filter((one) => typeof one !== 'number');
    const isRightLoss = lost.every((one) => one === ENDED || (!this.#isPatient && one === DIED));
    const inOrder = values.toSorted((a, b) => a - b);
    const isInOrder = !isOrdered || values.every((one, i) => one === inOrder[i]);
    const isPlaced =
      !isOrdered || found.every((one, i) => typeof one !== 'number' || one === i * i);
    const isOnce = new Set(values).size === values.length;
    return isRightLoss && isInOrder && isPlaced && isOnce ? found.length : found;
  }

  #follow(
    what: string,
    act: (to: Settled) => PromiseLike<unknown>,
    right: readonly unknown[],
  ): void {
    let told = 0;
    const isWalk = what === 'walk';
    const count = (): void => void (told += 1);
    this.#counted.tasks += 1;
    const outcome = outcomeOf(act({ callback: count, errorCallback: count }));
    const watch = async (): Promise<void> => {
      const found = await this.#settles(what, outcome);
      const possible = [...right, ...(this.#isPatient ? [] : [DIED]), ENDED];
      const isRight = possible.some((one) => JSON.stringify(one) === JSON.stringify(found));
      if (!isRight) this.#counted.wrongs.push(`${what}: ${JSON.stringify(found)}`);
      if (!isWalk && told !== 1) this.#counted.wrongs.push(`${what}: told ${told} times`);
    };
    const watching = watch();
    this.#under.add(watching);
    void watching.finally(() => this.#under.delete(watching));
  }

  async #settles(what: string, outcome: Promise<unknown>): Promise<unknown> {
    const timer = new AbortController();
    const stall = delay(STALL_MS, 'stall', { signal: timer.signal }).catch(() => 'stall');
    const found = await Promise.race([outcome, stall]);
    timer.abort();
    if (found === 'stall') this.#counted.wrongs.push(`${what} does not end`);
    return found;
  }

  #until(n: number): number {
    return Math.floor(this.#random() * n);
  }
}

function range(end: number): number[] {
  return Array.from({ length: end }, (_, n) => n);
}

async function outcomeOf(result: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
}

// Eight threads use every primitive at random, blocked and not, and keep accounts of what they did;
// in the end all accounts must agree. Arguments: seed, seconds.
//
// Whatever is excluded is counted in a plain cell, where a lost exclusion loses a count; whatever
// is passed on is counted by who gave and by who got. Waits have a time-out where the others may
// all be elsewhere; a wake-up that was lost shows as an account that does not agree, or as a stall.
import { PriorityQueue, Queue, SimpleQueue, LifoQueue } from 'heddle/queue';
import { SharedDict, SharedList, Value } from 'heddle/shared';
import {
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  RWLock,
  Semaphore,
  Thread,
} from 'heddle/threading';
import { randomFrom } from '../../support/random.ts';

const THREADS = 8;
const ROUND = 200; // operations between two looks at the clock
const SHORT = '2ms';

const [seed, seconds] = process.argv.slice(2).map(Number) as [number, number];
const endMs = Date.now() + seconds * 1000;

const lock = new Lock();
const rlock = new RLock();
const rwlock = new RWLock();
const seats = new Semaphore(2);
const bounded = new BoundedSemaphore(3);
const changed = new Condition();
const pulse = new Event();
const queue = new Queue<number>(5);
const stack = new LifoQueue<number>();
const ranked = new PriorityQueue<number>();
const simple = new SimpleQueue<number>();
const list = new SharedList<number>();
const dict = new SharedDict<string, number>();
const sum = new Value('f64');
/** Under lock, rlock, the write side, and the condition: counted in the plain. */
const cells = new Int32Array(new SharedArrayBuffer(16));
/** How many are on a seat, and the most that were. */
const [seated, most] = [new Value('i32'), new Value('i32')];
const tickets = new Value('i32');

/** What one thread did, by what it did. */
type Account = Record<string, number>;

const use = async (own: number): Promise<Account> => {
  const random = randomFrom(own);
  const account: Account = {};
  const note = (what: string, amount = 1): void => {
    account[what] = (account[what] ?? 0) + amount;
  };
  const bump = (cell: number, what: string) => (): void => {
    const before = cells[cell] ?? 0;
    for (let turns = random() * 50; turns > 0; turns -= 1);
    cells[cell] = before + 1;
    note(what);
  };
  const sit = (): void => {
    const now = seated.add(1) + 1;
    most.update((before) => Math.max(before, now));
    seated.add(-1);
  };
  const got = (what: string, item: number | null): void => {
    if (item !== null) note(what, item);
  };
  const ways: readonly (() => unknown)[] = [
    () => lock.with(bump(0, 'lock')),
    () => lock.withAsync(bump(0, 'lock')),
    () => lock.acquire({ timeout: SHORT }) && (bump(0, 'lock')(), lock.release()),
    () => rlock.with(() => rlock.with(bump(1, 'rlock'))),
    () => rlock.withAsync(() => rlock.withAsync(bump(1, 'rlock'))),
    () => rwlock.write.with(bump(2, 'write')),
    () => rwlock.write.withAsync(bump(2, 'write')),
    () => rwlock.read.with(() => note('reads', cells[2] === cells[2] ? 0 : 1)),
    () => rwlock.read.withAsync(() => note('reads', 0)),
    () => seats.with(sit),
    () => seats.withAsync(sit),
    () => bounded.acquire({ blocking: false }) && bounded.release(),
    () =>
      changed.with(() => {
        tickets.add(1);
        note('given');
        changed.notify(1 + Math.floor(random() * 2));
      }),
    () =>
      changed.with(() => {
        if (!changed.waitFor(() => tickets.value > 0, SHORT)) return;
        tickets.add(-1);
        note('taken');
      }),
    () =>
      changed.withAsync(async () => {
        if (!(await changed.waitForAsync(() => tickets.value > 0, { timeout: SHORT }))) return;
        tickets.add(-1);
        note('taken');
      }),
    () => (pulse.isSet() ? pulse.clear() : pulse.set()),
    () => pulse.wait(SHORT),
    () => pulse.waitAsync({ timeout: SHORT }),
    ...queueWays(random, note, got),
    () => (list.push(1), note('listed')),
    () => got('unlisted', list.pop() ?? null),
    () =>
      list.transaction(() => {
        const last = list.pop();
        if (last !== undefined) list.insert(0, last);
      }),
    () => (dict.update(`k${Math.floor(random() * 5)}`, (n) => (n ?? 0) + 1), note('entered')),
    () => (sum.update((n) => n + 1), note('summed')),
  ];
  while (Date.now() < endMs) {
    for (let n = 0; n < ROUND; n++) await ways[Math.floor(random() * ways.length)]?.();
  }
  return account;
};

function queueWays(
  random: () => number,
  note: (what: string, amount?: number) => void,
  got: (what: string, item: number | null) => void,
): (() => unknown)[] {
  const attempt = <R>(act: () => R): R | null => {
    try {
      return act();
    } catch (error) {
      if (/^ERR_HEDDLE_QUEUE_(EMPTY|FULL)$/.test((error as { code?: string }).code ?? ''))
        return null;
      throw error;
    }
  };
  const item = (): number => 1 + Math.floor(random() * 9);
  const put = (to: Queue<number> | SimpleQueue<number>): void => {
    const given = item();
    if (attempt(() => (to.putNowait(given), true)) !== null) note('put', given);
  };
  const soon = { timeout: SHORT } as const;
  return [
    () => {
      const given = item();
      if (attempt(() => (queue.put(given, soon), true)) !== null) note('put', given);
    },
    async () => {
      const given = item();
      await queue.putAsync(given, soon).then(
        () => note('put', given),
        (error: unknown) =>
          attempt(() => {
            throw error;
          }),
      );
    },
    () =>
      got(
        'got',
        attempt(() => queue.get(soon)),
      ),
    async () =>
      got(
        'got',
        await queue.getAsync(soon).catch((e: unknown) =>
          attempt(() => {
            throw e;
          }),
        ),
      ),
    ...[stack, ranked, simple].flatMap((one) => [
      () => put(one),
      () =>
        got(
          'got',
          attempt(() => one.getNowait()),
        ),
      () =>
        got(
          'got',
          attempt(() => one.get(soon)),
        ),
    ]),
  ];
}

const threads = Array.from({ length: THREADS }, (_, index) =>
  new Thread({ target: use, args: [seed + index] }).start(),
);
const accounts = threads.map((thread) => thread.result());
const total = (what: string): number =>
  accounts.reduce((all, account) => all + (account[what] ?? 0), 0);
const rest = (from: Queue<number> | SimpleQueue<number>): number => {
  let left = 0;
  while (!from.empty()) left += from.getNowait();
  return left;
};
const left = [queue, stack, ranked, simple].reduce((all, one) => all + rest(one), 0);
const entered = [...dict.values()].reduce((all, n) => all + n, 0);
console.log(
  JSON.stringify({
    pairs: {
      lock: [cells[0], total('lock')],
      rlock: [cells[1], total('rlock')],
      write: [cells[2], total('write')],
      tickets: [tickets.value, total('given') - total('taken')],
      items: [total('put'), total('got') + left],
      list: [list.length, total('listed') - total('unlisted')],
      dict: [entered, total('entered')],
      sum: [sum.value, total('summed')],
      seats: [seats.value, 2],
      seated: [seated.value, 0],
      reads: [total('reads'), 0],
    },
    mostSeated: most.value,
    done: total('lock') + total('put'),
  }),
);

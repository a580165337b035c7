// What a process of the chaos does, over and over, until it is killed: something with one of the
// shared objects, noted down where the others find it.
import { AbandonedLockError, Process } from 'heddle/multiprocessing';
import { randomFrom } from '../../support/random.ts';
import { COUNT, DOING, LOCKS, PUT, expect, newItem, numberOf } from './stage.ts';
import type { Item, Stage } from './stage.ts';

type Random = () => number;
type Work = (stage: Stage, place: number, random: Random) => unknown;

/** Works at a place for ever. */
export async function work(stage: Stage, place: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  Atomics.store(stage.doing, place, DOING.NOTHING);
  Atomics.store(stage.pids, place, process.pid);
  for (;;) {
    await WORKS[Math.floor(random() * WORKS.length)]?.(stage, place, random);
    Atomics.add(stage.progress, place, 1);
  }
}

/** Has a process of its own do the same, and waits for its end. */
export function delegate(stage: Stage, place: number, seed: number): void {
  new Process({ target: work, args: [stage, place, seed] }).start().join();
}

const WORKS: readonly Work[] = [
  useLock,
  useLock,
  useRwlock,
  put,
  put,
  take,
  take,
  useDict,
  useList,
  useCondition,
  usePermit,
  ({ gate }) => gate.wait(),
];

async function useLock(stage: Stage, place: number, random: Random): Promise<void> {
  if (random() < 0.5) {
    const isTold = await told(stage, () => stage.rlock.acquire());
    stage.rlock.with(() => inside(stage, place, LOCKS.indexOf('rlock'), isTold, random));
    stage.rlock.release();
    return;
  }
  const { lock } = stage;
  const isAsync = random() < 0.5;
  const isTold = await told(stage, () => (isAsync ? lock.acquireAsync() : lock.acquire()));
  inside(stage, place, LOCKS.indexOf('lock'), isTold, random);
  lock.release();
}

async function useRwlock(stage: Stage, place: number, random: Random): Promise<void> {
  const { counts } = stage;
  const { read, write } = stage.rwlock;
  if (random() < 0.5) {
    const isTold = await told(stage, () => write.acquire());
    const isUnsure = Atomics.exchange(counts, COUNT.UNSURE, 0) === 1;
    inside(stage, place, LOCKS.indexOf('rwlock'), isTold || isUnsure, random);
    write.release();
  } else {
    // Who reads cannot put in order what the dead writer left.
    if (await told(stage, () => read.acquire())) Atomics.store(counts, COUNT.UNSURE, 1);
    read.release();
  }
}

// The two numbers of a lock are equal, unless one who was in it was killed; then they are put in
// order.
function inside(stage: Stage, place: number, which: number, isTold: boolean, random: Random): void {
  const { doing, guarded } = stage;
  Atomics.store(doing, place, which + 1);
  const [first, second] = [which * 2, which * 2 + 1];
  if (isTold) guarded[second] = guarded[first] as number;
  expect(stage, guarded[first] === guarded[second], `two were in ${LOCKS[which]} at once`);
  guarded[first] = (guarded[first] as number) + 1;
  const endMs = performance.now() + random();
  while (performance.now() < endMs);
  guarded[second] = (guarded[second] as number) + 1;
  Atomics.store(doing, place, DOING.NOTHING);
}

async function told(stage: Stage, acquire: () => unknown): Promise<boolean> {
  try {
    await acquire();
    return false;
  } catch (error) {
    if (!(error instanceof AbandonedLockError)) throw error;
    Atomics.add(stage.counts, COUNT.TOLD, 1);
    return true;
  }
}

async function put(stage: Stage, _: number, random: Random): Promise<void> {
  const queue = random() < 0.5 ? stage.fifo : stage.priority;
  const item = newItem(stage);
  if (random() < 0.7) queue.put(item);
  else await queue.putAsync(item);
  Atomics.store(stage.put, numberOf(item), PUT.SURE);
}

async function take(stage: Stage, place: number, random: Random): Promise<void> {
  const queue = random() < 0.5 ? stage.fifo : stage.priority;
  const way = random();
  Atomics.store(stage.doing, place, DOING.TAKING);
  let item: Item | null = null;
  try {
    if (way < 0.5) item = queue.get();
    else if (way < 0.8) item = await queue.getAsync();
    else item = queue.get({ timeout: 0.002 });
  } catch {
    // The time was up.
  }
  if (item !== null) Atomics.add(stage.taken, numberOf(item), 1);
  Atomics.store(stage.doing, place, DOING.NOTHING);
  if (item !== null) queue.taskDone();
}

function useDict(stage: Stage, place: number, random: Random): void {
  const { dict } = stage;
  const n = Math.floor(random() * 1000);
  const key = `place ${place}, with a key that does not fit into an entry: ${n % 50}`;
  dict.set(key, [n, 2 * n]);
  expect(stage, dict.get(key)?.[0] === n, 'a dict lost what its writer had set');
  dict.update('common', (pair = [0, 0]) => [pair[0] + 1, pair[1] + 2]);
  if (random() < 0.5) expect(stage, dict.delete(key) && !dict.has(key), 'a deleted key is there');
  for (const [, [one, twice]] of dict.items()) {
    expect(stage, twice === 2 * one, 'an entry of a dict is not whole');
  }
}

function useList(stage: Stage, _: number, random: Random): void {
  const { list } = stage;
  const n = Math.floor(random() * 1000);
  const way = random();
  if (way < 0.4) list.push([n, 2 * n]);
  else if (way < 0.5) list.insert(0, [n, 2 * n]);
  else if (way < 0.6) list.transaction(() => list.push(...list.slice(0, 2)));
  else if (way < 0.8) list.pop();
  else list.shift();
  if (list.length > 100) list.clear();
  for (const [one, twice] of list) {
    expect(stage, twice === 2 * one, 'an item of a list is not whole');
  }
}

async function useCondition(stage: Stage, _: number, random: Random): Promise<void> {
  const { condition } = stage;
  const isAsync = random() < 0.5;
  await told(stage, () => {
    if (isAsync) {
      return condition.withAsync(() => {
        condition.notify(2);
        return condition.waitAsync();
      });
    }
    return condition.with(() => {
      condition.notify(2);
      condition.wait();
    });
  });
}

function usePermit({ permits }: Stage): void {
  if (permits.acquire({ timeout: 0.01 })) permits.release();
}

// Children that import nothing of heddle: what they are given is all that they load.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  Array as SharedArray,
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  LifoQueue,
  Lock,
  Manager,
  Pipe,
  PriorityQueue,
  Process,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  SimpleQueue,
  Value,
} from 'heddle/multiprocessing';
import { runProgram } from '../support/run.ts';

interface Case {
  /** What the child gets. */
  readonly of: unknown;
  /** What it does with that; it may name nothing outside. */
  readonly use: (of: never) => unknown;
  readonly gives: unknown;
}

// One with an environment of its own is not the spare, which has loaded everything.
const env = { ...process.env } as Record<string, string>;

const shared = Manager();
const [near, far] = Pipe();
near.send('a letter');

const cases: Readonly<Record<string, () => Case>> = {
  Queue: () => ({
    of: filled(new Queue<string>()),
    use: (of: Queue<string>) => of.get(),
    gives: 'a',
  }),
  SimpleQueue: () => ({
    of: filled(new SimpleQueue<string>()),
    use: (of: SimpleQueue<string>) => of.get(),
    gives: 'a',
  }),
  LifoQueue: () => ({
    of: filled(new LifoQueue<string>()),
    use: (of: LifoQueue<string>) => of.get(),
    gives: 'b',
  }),
  PriorityQueue: () => ({
    of: filled(new PriorityQueue<string>()),
    use: (of: PriorityQueue<string>) => of.get(),
    gives: 'a',
  }),
  Lock: () => ({ of: new Lock(), use: (of: Lock) => of.with(() => of.locked()), gives: true }),
  RLock: () => ({
    of: new RLock(),
    use: (of: RLock) => of.with(() => of.with(() => of.locked())),
    gives: true,
  }),
  RWLock: () => ({
    of: new RWLock(),
    use: (of: RWLock) => of.read.with(() => 'read'),
    gives: 'read',
  }),
  'RWLock.read': () => ({
    of: new RWLock().read,
    use: (of: RWLock['read']) => of.with(() => of.constructor.name),
    gives: 'ReadSide',
  }),
  Condition: () => ({
    of: new Condition(),
    use: (of: Condition) => of.with(() => of.wait(0)),
    gives: false,
  }),
  Event: () => ({
    of: new Event(),
    use: (of: Event) => [of.wait(0), of.set(), of.wait()][2],
    gives: true,
  }),
  Semaphore: () => ({ of: new Semaphore(2), use: (of: Semaphore) => of.acquire(), gives: true }),
  BoundedSemaphore: () => ({
    of: new BoundedSemaphore(1),
    use: (of: BoundedSemaphore) => {
      try {
        return of.release();
      } catch (error) {
        return (error as Error).name;
      }
    },
    gives: 'RangeError',
  }),
  Barrier: () => ({ of: new Barrier(1), use: (of: Barrier) => of.wait(), gives: 0 }),
  Value: () => ({ of: new Value('i32', 7), use: (of: Value<'i32'>) => of.value, gives: 7 }),
  Array: () => ({
    of: SharedArray('f64', [1, 2]),
    use: (of: { get: () => { lock: object; array: ArrayLike<number> } } & ArrayLike<number>) =>
      of[1],
    gives: 2,
  }),
  'Manager().dict': () => ({
    of: shared.dict({ a: shared.list(['deep']) }),
    use: (of: Map<string, ArrayLike<string> & { at: (i: number) => string }>) => of.get('a')?.at(0),
    gives: 'deep',
  }),
  'Manager().Namespace': () => ({
    of: shared.Namespace({ x: 1 }),
    use: (of: { x: number }) => of.x,
    gives: 1,
  }),
  Connection: () => ({
    of: far,
    use: (of: { recv: () => unknown }) => of.recv(),
    gives: 'a letter',
  }),
};

function filled<Q extends { put: (item: string) => void }>(queue: Q): Q {
  for (const item of ['a', 'b']) queue.put(item);
  return queue;
}

for (const [name, make] of Object.entries(cases)) {
  test(`Process loads a ${name} that it is given`, () => {
    const { of, use, gives } = make();
    const answer = new Queue();
    const target = (): void => answer.put(use(of as never));
    const child = new Process({ target, env }).start();
    assert.deepEqual(answer.get({ timeout: 15 }), gives);
    child.join();
    assert.equal(child.exitcode, 0);
  });
}

test('Process names a deadlock of children that were given two locks', () => {
  const locks = [new RLock({ name: 'first' }), new RLock({ name: 'second' })] as const;
  const [both, answers] = [new Barrier(2), new Queue<string>()];
  const take = (mine: RLock, his: RLock): void => {
    mine.with(() => {
      both.wait();
      try {
        his.with(() => answers.put('both'));
      } catch (error) {
        answers.put(String(error));
      }
    });
  };
  const children = [locks, locks.toReversed()].map((args) =>
    new Process({ target: take, args: args as never, env }).start(),
  );
  const told = [1, 2].map(() => answers.get({ timeout: 15 })).toSorted();
  for (const child of children) child.join();
  assert.match(told[0] ?? '', /^DeadlockError: .*Process-\d+.*'?(?:first|second)/s);
  assert.equal(told[1], 'both');
});

test('Process names the thread that holds a lock which it was given', () => {
  const [lock, answer] = [new Lock({ name: 'mine' }), new Queue<string>()];
  const target = (): void => {
    lock.acquire();
    answer.put(inspect(lock));
    lock.release();
  };
  new Process({ target, env }).start().join();
  assert.equal(answer.get({ timeout: 15 }), 'Lock { "mine", locked by MainThread }');
});

test('Process has a keeper where a child waits asynchronously', async () => {
  const [asked, answer] = [new Queue<number>(), new Queue<number>()];
  const target = async (): Promise<void> => {
    answer.put(0);
    answer.put((await asked.getAsync()) + 1);
  };
  const child = new Process({ target, env }).start();
  assert.equal(await answer.getAsync({ timeout: 15 }), 0);
  asked.put(1);
  assert.equal(await answer.getAsync({ timeout: 15 }), 2);
  await child.joinAsync();
  assert.equal(child.exitcode, 0);
});

test('Process writes a dump of a child that has no threads', async () => {
  const ran = await runProgram(
    `import { Process } from 'heddle/multiprocessing';
    const target = async () => {
      const staying = setInterval(() => {}, 1000);
      const heard = new Promise((wake) => process.once('SIGUSR2', () => setImmediate(wake)));
      process.kill(process.pid, 'SIGUSR2');
      await heard;
      clearInterval(staying);
    };
    const child = new Process({ target, env: { ...process.env } }).start();
    child.join();
    console.log(child.exitcode);`,
    { env: { HEDDLE_DUMP: '1' } },
  );
  assert.equal(ran.stdout, '0\n');
  assert.match(ran.stderr, /^Thread "MainThread" \(.*\): running\n/);
});

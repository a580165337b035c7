// Deadlocks: each that there can be is named in one of its threads, the others go on, and nothing
// that may still end is taken for one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedList } from 'heddle/shared';
import { DeadlockError, Event, Lock, RLock, Thread } from 'heddle/threading';
import { runProgram } from '../support/run.ts';
import { turn, until } from '../support/until.ts';

/** Beyond the first slice, in which cycles that form later are found; far below the watchdog. */
const SOON = { timeout: '15s' } as const;
/** Two slices of a blocking wait, after which nothing would be found that is not found yet. */
const QUIET = '600ms';

interface Told {
  readonly name: string;
  readonly message: string;
  readonly cycle: readonly string[];
}

/** What a DeadlockError says, as a value that a thread can return. */
function telling(body: () => unknown): Told | null {
  try {
    body();
    return null;
  } catch (error) {
    if (!(error instanceof DeadlockError)) throw error;
    return { name: error.name, message: error.message, cycle: error.cycle };
  }
}

/** Two threads that take two things in opposite orders; what each was told. */
async function cross(
  first: (body: () => void) => void,
  second: (body: () => void) => void,
): Promise<(Told | null)[]> {
  const [one, two] = [new Event(), new Event()];
  const run = (
    outer: (body: () => void) => void,
    inner: (body: () => void) => void,
    mine: Event,
    other: Event,
  ): Told | null => {
    let told: Told | null = null;
    outer(() => {
      mine.set();
      other.wait();
      told = telling(() => inner(() => {}));
    });
    return told;
  };
  const threads = [
    new Thread({ target: run, args: [first, second, one, two], name: 'left' }).start(),
    new Thread({ target: run, args: [second, first, two, one], name: 'right' }).start(),
  ];
  return Promise.all(threads.map((thread) => thread.resultAsync(SOON)));
}

test('DeadlockError names two threads that take two RLocks in opposite orders', async () => {
  const [a, b] = [new RLock({ name: 'a' }), new RLock({ name: 'b' })];
  for (let round = 0; round < 10; round++) {
    const told = await cross(
      (body) => a.with(body),
      (body) => b.with(body),
    );
    const [alarm, ...others] = told.filter((one) => one !== null);
    assert.ok(alarm !== undefined && others.length === 0, 'one of the two is told');
    const left = 'left waits for RLock "b" held by right, which waits for RLock "a" held by left';
    const right = 'right waits for RLock "a" held by left, which waits for RLock "b" held by right';
    const isLeft = told[0] !== null;
    assert.equal(
      alarm.message.split('\n')[0],
      `Cannot wait for RLock "${isLeft ? 'b' : 'a'}" as that would never end: ` +
        (isLeft ? left : right),
    );
    assert.deepEqual(
      alarm.cycle,
      isLeft ? ['left', 'b', 'right', 'a'] : ['right', 'a', 'left', 'b'],
    );
    assert.deepEqual([a.locked(), b.locked()], [false, false]);
  }
});

test('DeadlockError names two threads in transactions of two lists', async () => {
  const [a, b] = [new SharedList([1]), new SharedList([2])];
  const told = await cross(
    (body) => a.transaction(() => body()),
    (body) => b.transaction(() => body()),
  );
  const alarms = told.filter((one) => one !== null);
  assert.equal(alarms.length, 1);
  assert.match(alarms[0]?.message ?? '', /waits for SharedList held by (left|right), which/);
  a.transaction(() => b.append(3));
  assert.deepEqual(b.toArray(), [2, 3]);
});

test('DeadlockError names three threads and their locks in a ring', async () => {
  const locks = [0, 1, 2].map((n) => new RLock({ name: `lock ${n}` }));
  const ready = [0, 1, 2].map(() => new Event());
  const target = (n: number): Told | null =>
    (locks[n] as RLock).with(() => {
      (ready[n] as Event).set();
      for (const event of ready) event.wait();
      return telling(() => (locks[(n + 1) % 3] as RLock).with(() => {}));
    });
  const threads = [0, 1, 2].map((n) => new Thread({ target, args: [n], name: `T${n}` }).start());
  const told = await Promise.all(threads.map((thread) => thread.resultAsync(SOON)));
  const alarms = told.filter((one) => one !== null);
  assert.equal(alarms.length, 1);
  assert.deepEqual(alarms[0]?.cycle.toSorted(), ['T0', 'T1', 'T2', 'lock 0', 'lock 1', 'lock 2']);
  assert.ok(locks.every((lock) => !lock.locked()));
});

test('DeadlockError names two threads that join each other', async () => {
  const [known, joining] = [new Event(), new Event()];
  const others = new SharedList<Thread>();
  const target = (n: number): Told | null => {
    known.wait();
    if (n === 1) joining.set();
    return telling(() => (others.at(1 - n) as Thread).join());
  };
  const threads = [0, 1].map((n) => new Thread({ target, args: [n], name: `T${n}` }).start());
  for (const thread of threads) others.append(thread);
  known.set();
  const told = await Promise.all(threads.map((thread) => thread.resultAsync(SOON)));
  const alarms = told.filter((one) => one !== null);
  assert.equal(alarms.length, 1);
  const [one, two] = told[0] === null ? ['T1', 'T0'] : ['T0', 'T1'];
  assert.deepEqual(alarms[0]?.cycle, [one, two]);
  assert.match(
    alarms[0]?.message ?? '',
    new RegExp(`${one} waits for the end of ${two}, which waits for the end of ${one}\n`),
  );
});

test('DeadlockError tells a thread that joins the one who waits for its RLock', async () => {
  const lock = new RLock({ name: 'ledger' });
  const target = (): Told | null => {
    const waiter = new Thread({ target: () => lock.with(() => {}), name: 'waiter' });
    const told = lock.with(() => {
      waiter.start();
      while (waiter.waitingFor === null);
      return telling(() => waiter.result());
    });
    waiter.join();
    return told;
  };
  const told = await new Thread({ target, name: 'joiner' }).start().resultAsync(SOON);
  assert.deepEqual(told?.cycle, ['joiner', 'waiter', 'ledger']);
});

test('DeadlockError reaches the youngest of a cycle that forms while all sleep', async () => {
  const [a, b] = [new RLock({ name: 'a' }), new RLock({ name: 'b' })];
  const [held, queued, woken, now] = [new Event(), new Event(), new Event(), new Event()];
  // Has a flow wait for b, and lose it once; then blocks on a.
  const asleep = async (): Promise<Told | null> => {
    const turns = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await new Promise((resolve) => void setImmediate(resolve));
    };
    const flow = b.withAsync(() => {});
    await turns();
    queued.set();
    woken.wait();
    await turns();
    const told = telling(() => a.acquire());
    if (told === null) a.release();
    await flow;
    return told;
  };
  const target = (): Told | null =>
    a.with(() => {
      held.set();
      now.wait();
      return telling(() => b.with(() => {}));
    });
  b.acquire();
  const holder = new Thread({ target, name: 'holder' }).start();
  await held.waitAsync(SOON);
  const sleeper = new Thread({ target: asleep, name: 'sleeper' }).start();
  await queued.waitAsync(SOON);
  b.release();
  b.acquire();
  woken.set();
  await until(() => sleeper.waitingFor?.startsWith('RLock "a"') === true, 'the wait for a');
  now.set();
  await until(() => holder.waitingFor?.startsWith('RLock "b"') === true, 'the wait for b');
  // Handed to the flow, whose thread sleeps.
  b.release();
  const told = await Promise.all([holder.resultAsync(SOON), sleeper.resultAsync(SOON)]);
  assert.deepEqual(told[0]?.cycle, ['holder', 'b', 'sleeper', 'a']);
  assert.equal(told[1], null);
  assert.deepEqual([a.locked(), b.locked()], [false, false]);
});

test('Lock.acquire() is a DeadlockError for the holder of a lock that nobody else knows', () => {
  const lock = new Lock({ name: 'own' });
  lock.acquire();
  const told = telling(() => lock.acquire());
  assert.deepEqual(told?.cycle, ['MainThread', 'own']);
  assert.match(told?.message ?? '', /: MainThread waits for Lock "own" held by MainThread\n/);
  assert.equal(lock.acquire({ blocking: false }), false);
  lock.release();
  assert.equal(lock.acquire({ blocking: false }), true);
});

test('Lock.acquire() by its holder waits where another thread may release it', async () => {
  const lock = new Lock();
  const again = new Event();
  const target = (): string => {
    lock.acquire();
    again.set();
    lock.acquire();
    return 'released by another';
  };
  const thread = new Thread({ target }).start();
  await again.waitAsync(SOON);
  await until(() => thread.waitingFor !== null, 'the wait for the lock');
  assert.equal(await thread.joinAsync({ timeout: QUIET }), false);
  lock.release();
  assert.equal(await thread.resultAsync(SOON), 'released by another');
});

test('DeadlockError is not for waits that have a time-out or do not block', async () => {
  const [a, b] = [new RLock(), new RLock()];
  const [one, two] = [new Event(), new Event()];
  const target = (mine: RLock, other: RLock, ready: Event, done: Event, patient: boolean) =>
    mine.with(() => {
      ready.set();
      done.wait();
      const tried = other.acquire({ blocking: false });
      const taken = patient ? other.acquire() : other.acquire({ timeout: '600ms' });
      if (taken) other.release();
      return [tried, taken];
    });
  const threads = [
    new Thread({ target, args: [a, b, one, two, true] }).start(),
    new Thread({ target, args: [b, a, two, one, false] }).start(),
  ];
  const taken = await Promise.all(threads.map((thread) => thread.resultAsync(SOON)));
  assert.deepEqual(taken, [
    [false, true],
    [false, false],
  ]);
});

test('DeadlockError is not for a lock that a flow holds whose thread can go on', async () => {
  const lock = new RLock();
  const [held, go] = [new Event(), new Event()];
  const flows = async (): Promise<void> => {
    await lock.withAsync(async () => {
      held.set();
      await lock.withAsync(() => go.waitAsync());
    });
  };
  const thread = new Thread({ target: flows }).start();
  await held.waitAsync(SOON);
  const waiter = new Thread({ target: () => lock.with(() => 'had it') }).start();
  await until(() => waiter.waitingFor !== null, 'the wait for the lock');
  assert.equal(await waiter.joinAsync({ timeout: QUIET }), false);
  go.set();
  assert.equal(await waiter.resultAsync(SOON), 'had it');
  await thread.joinAsync(SOON);
});

test('DeadlockError is not for a holder that is about to be stopped dead', async () => {
  const [a, b] = [new RLock(), new RLock()];
  const [held, go] = [new Event(), new Event()];
  const doomed = (): void =>
    a.with(() => {
      held.set();
      b.with(() => {});
    });
  b.acquire();
  const thread = new Thread({ target: doomed, name: 'doomed' }).start();
  await held.waitAsync(SOON);
  await until(() => thread.waitingFor !== null, 'the wait for b');
  b.release();
  await thread.joinAsync(SOON);
  const target = (): string => {
    b.acquire();
    const victim = new Thread({ target: doomed, name: 'doomed' }).start();
    while (victim.waitingFor === null);
    go.set();
    victim.terminate('600ms');
    try {
      a.acquire();
      return 'not abandoned';
    } catch (error) {
      a.release();
      b.release();
      return (error as Error).name;
    }
  };
  assert.equal(await new Thread({ target }).start().resultAsync(SOON), 'AbandonedLockError');
});

test('RLock.withAsync() of flows that wait for each other makes no DeadlockError', async () => {
  const [a, b] = [new RLock(), new RLock()];
  const abort = new AbortController();
  const first = a.withAsync(async () => {
    await turn();
    await b.withAsync(() => {}, { signal: abort.signal });
  });
  const second = b.withAsync(() => a.withAsync(() => {}, { timeout: QUIET }));
  const failed = assert.rejects(second, { name: 'TimeoutError' });
  await failed;
  await first;
  assert.deepEqual([a.locked(), b.locked()], [false, false]);
});

test('Lock.acquire() is a DeadlockError for the only thread of a program', async () => {
  const ran = await runProgram(
    `
    import { Lock } from 'heddle/threading';
    import { lock } from './lock.ts';
    lock.acquire();
    try { lock.acquire(); } catch (error) { console.log(error.name, error.code, error.cycle); }
    lock.release();
    console.log(lock.acquire({ blocking: false }));
  `,
    {
      files: {
        'lock.ts': `import { Lock } from 'heddle/threading';
    export const lock = new Lock({ name: 'module' });`,
      },
    },
  );
  assert.equal(ran.stderr, '');
  assert.deepEqual(ran.stdout.split('\n'), [
    `DeadlockError ERR_HEDDLE_DEADLOCK [ 'MainThread', 'module' ]`,
    'true',
    '',
  ]);
});

test('DeadlockError tells who waits for a lock when no thread is left that runs', async () => {
  const ran = await runProgram(`
    import { Event, RLock, Thread } from 'heddle/threading';
    const lock = new RLock({ name: 'ledger' });
    const [held, never] = [new Event(), new Event({ name: 'never' })];
    const target = () => lock.with(() => { held.set(); never.wait(); });
    const thread = new Thread({ target, name: 'holder' }).start();
    held.wait();
    try { lock.acquire(); } catch (error) {
      console.log(error.message.split('\\n')[0]);
      console.log(error.cycle.join());
    }
    never.set();
    thread.join();
    console.log(lock.acquire());
  `);
  assert.equal(ran.stderr, '');
  assert.deepEqual(ran.stdout.split('\n'), [
    'Cannot wait for RLock "ledger" as that would never end: MainThread waits for ' +
      'RLock "ledger" held by holder, which waits for Event "never", ' +
      'and no thread is left to end that',
    'MainThread,ledger,holder,never',
    'true',
    '',
  ]);
});

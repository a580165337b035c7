// CPython's tests of barriers, under its own names: BarrierTests of Lib/test/lock_tests.py, and
// BarrierTest of Lib/test/test_thread.py.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedList } from 'heddle/shared';
import { Barrier, BrokenBarrierError, Lock, Thread } from 'heddle/threading';
import type { BarrierOptions } from 'heddle/threading';

const N = 5;

function newBarrier(options: BarrierOptions = {}): Barrier {
  return new Barrier(N, { timeout: 15, ...options });
}

// CPython's run_threads(): N - 1 threads and the one of the test do the same.
async function runThreads<R>(target: () => R): Promise<R[]> {
  const threads = Array.from({ length: N - 1 }, () => new Thread({ target }).start());
  const own = target();
  const others = await Promise.all(threads.map((thread) => thread.resultAsync({ timeout: 15 })));
  return [own, ...others] as R[];
}

test('Barrier: BarrierTests.test_constructor', () => {
  assert.throws(() => new Barrier(0), RangeError);
  assert.throws(() => new Barrier(-1), RangeError);
});

async function multipass(rounds: number): Promise<void> {
  const barrier = newBarrier();
  const results = [new SharedList<boolean>(), new SharedList<boolean>()] as const;
  const lengths = await runThreads(() => {
    const seen: string[] = [];
    const [first, second] = results;
    assert.deepEqual([barrier.parties, barrier.broken], [N, false]);
    for (let round = 0; round < rounds; round++) {
      first.append(true);
      if (second.length !== round * N) seen.push(`second ${second.length} in ${round}`);
      barrier.wait();
      second.append(true);
      if (first.length !== (round + 1) * N) seen.push(`first ${first.length} in ${round}`);
      barrier.wait();
    }
    return seen;
  });
  assert.deepEqual(lengths.flat(), []);
  assert.deepEqual([barrier.nWaiting, barrier.broken], [0, false]);
}

test('Barrier: BarrierTests.test_barrier', () => multipass(1));
test('Barrier: BarrierTests.test_barrier_10', () => multipass(10));

test('Barrier: BarrierTests.test_wait_return', async () => {
  const barrier = newBarrier();
  const indices = await runThreads(() => barrier.wait());
  assert.deepEqual(new Set(indices), new Set([0, 1, 2, 3, 4]));
});

test('Barrier: BarrierTests.test_action', async () => {
  const results = new SharedList<boolean>();
  const barrier = newBarrier({ action: () => results.append(true) });
  const seen = await runThreads(() => {
    barrier.wait();
    return results.length;
  });
  assert.deepEqual(seen, [1, 1, 1, 1, 1]);
});

interface Counts {
  readonly passed: number;
  readonly broken: number;
}

function count(outcomes: readonly string[]): Counts {
  const passed = outcomes.filter((outcome) => outcome === 'passed').length;
  return { passed, broken: outcomes.filter((outcome) => outcome === 'broken').length };
}

// One of the parties, at whichever number, breaks the barrier instead of passing it again.
async function breakInTheMiddle(
  barrier: Barrier,
  act: (barrier: Barrier) => void,
): Promise<Counts> {
  const outcomes = await runThreads(() => {
    try {
      if (barrier.wait() === Math.floor(N / 2)) {
        act(barrier);
        return 'acted';
      }
      barrier.wait();
      return 'passed';
    } catch (error) {
      if (error instanceof BrokenBarrierError) return 'broken';
      barrier.abort();
      throw error;
    }
  });
  return count(outcomes);
}

test('Barrier: BarrierTests.test_abort', async () => {
  const barrier = newBarrier();
  const fail = (broken: Barrier): void => broken.abort();
  assert.deepEqual(await breakInTheMiddle(barrier, fail), { passed: 0, broken: N - 1 });
  assert.equal(barrier.broken, true);
});

test('Barrier: BarrierTests.test_reset', async () => {
  const barrier = newBarrier();
  const outcomes = await runThreads(() => {
    try {
      if (barrier.wait() === Math.floor(N / 2)) {
        while (barrier.nWaiting < N - 1);
        barrier.reset();
      } else {
        barrier.wait();
        return 'passed';
      }
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
      barrier.wait();
      return 'broken';
    }
    barrier.wait();
    return 'acted';
  });
  assert.deepEqual(count(outcomes), { passed: 0, broken: N - 1 });
  assert.deepEqual([barrier.nWaiting, barrier.broken], [0, false]);
});

test('Barrier: BarrierTests.test_abort_and_reset', async () => {
  const barrier = newBarrier();
  const other = newBarrier();
  const outcomes = await runThreads(() => {
    let outcome = 'passed';
    try {
      if (barrier.wait() === Math.floor(N / 2)) {
        barrier.abort();
        outcome = 'acted';
      } else {
        barrier.wait();
      }
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
      outcome = 'broken';
    }
    // Synchronise and reset the barrier. Must synchronise first so that everyone has left.
    if (other.wait() === Math.floor(N / 2)) barrier.reset();
    other.wait();
    barrier.wait();
    return outcome;
  });
  assert.deepEqual(count(outcomes), { passed: 0, broken: N - 1 });
});

test('Barrier: BarrierTests.test_timeout', async () => {
  const barrier = newBarrier();
  const outcomes = await runThreads(() => {
    try {
      // One of them comes late: when the others have given up.
      if (barrier.wait() === Math.floor(N / 2)) while (!barrier.broken);
      barrier.wait('200ms');
      return 'passed';
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
      return 'broken';
    }
  });
  assert.deepEqual(count(outcomes), { passed: 0, broken: N });
});

test('Barrier: BarrierTests.test_default_timeout', async () => {
  const barrier = newBarrier({ timeout: '300ms' });
  const outcomes = await runThreads(() => {
    try {
      if (barrier.wait(15) === Math.floor(N / 2)) while (!barrier.broken);
      barrier.wait();
      return 'passed';
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
      return 'broken';
    }
  });
  assert.deepEqual(count(outcomes), { passed: 0, broken: N });
});

test('Barrier: BarrierTests.test_single_thread', () => {
  const barrier = new Barrier(1);
  barrier.wait();
  barrier.wait();
});

test('Barrier: BarrierTest.test_barrier', async () => {
  // A barrier made of two locks, as in test_thread.py: ten tasks, ten trips.
  const [tasks, trips] = [10, 10];
  const cells = new Int32Array(new SharedArrayBuffer(4));
  const [checkIn, checkOut] = [new Lock(), new Lock()];
  checkOut.acquire();
  const enter = (): void => {
    checkIn.acquire();
    if ((cells[0] = (cells[0] ?? 0) + 1) === tasks) checkOut.release();
    else checkIn.release();
    checkOut.acquire();
    if ((cells[0] = (cells[0] ?? 0) - 1) === 0) checkIn.release();
    else checkOut.release();
  };
  const target = (): number => {
    let done = 0;
    for (; done < trips; done++) enter();
    return done;
  };
  const threads = Array.from({ length: tasks }, () => new Thread({ target }).start());
  const all = await Promise.all(threads.map((thread) => thread.resultAsync({ timeout: 15 })));
  assert.deepEqual(all, Array<number>(tasks).fill(trips));
  assert.equal(cells[0], 0);
});

// lock_tests.py, BaseSemaphoreTests for both classes, SemaphoreTests, BoundedSemaphoreTests; and
// test_threading.py, ThreadTests.test_BoundedSemaphore_limit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedSemaphore, Semaphore, Thread } from 'heddle/threading';
import { until } from '../support/until.ts';

const classes = [Semaphore, BoundedSemaphore];

test('Semaphore: BaseSemaphoreTests.test_constructor', () => {
  for (const Kind of classes) {
    assert.throws(() => new Kind(-1), RangeError);
    assert.throws(() => new Kind(Number.MIN_SAFE_INTEGER), RangeError);
  }
});

test('Semaphore: BaseSemaphoreTests.test_acquire', () => {
  for (const Kind of classes) {
    const one = new Kind(1);
    one.acquire();
    one.release();
    const two = new Kind(2);
    two.acquire();
    two.acquire();
    two.release();
    two.acquire();
    two.release();
    two.release();
    assert.deepEqual([one.value, two.value], [1, 2]);
  }
});

test('Semaphore: BaseSemaphoreTests.test_acquire_destroy', () => {
  for (const Kind of classes) assert.equal(new Kind().acquire(), true);
});

test('Semaphore: BaseSemaphoreTests.test_acquire_contended', async () => {
  for (const Kind of classes) {
    const semaphore = new Kind(7);
    semaphore.acquire();
    // Who got through in the first, second, last phase; the phase.
    const cells = new Int32Array(new SharedArrayBuffer(16));
    const target = (): void => {
      for (let i = 0; i < 2; i++) {
        semaphore.acquire();
        Atomics.add(cells, Atomics.load(cells, 3), 1);
      }
    };
    const threads = Array.from({ length: 10 }, () => new Thread({ target }).start());
    const release = (phase: number, times: number): void => {
      Atomics.store(cells, 3, phase);
      for (let i = 0; i < times; i++) semaphore.release();
    };
    await until(() => Atomics.load(cells, 0) === 6, 'six in the first phase');
    release(1, 7);
    await until(() => Atomics.load(cells, 1) === 7, 'seven in the second phase');
    release(2, 6);
    await until(() => Atomics.load(cells, 2) === 6, 'six in the last phase');
    assert.equal(semaphore.acquire({ blocking: false }), false);
    // One of the twenty still waits.
    semaphore.release();
    for (const thread of threads) await thread.resultAsync({ timeout: 15 });
    assert.deepEqual([...cells], [6, 7, 7, 2]);
  }
});

test('Semaphore: BaseSemaphoreTests.test_multirelease', async () => {
  const semaphore = new Semaphore(7);
  semaphore.acquire();
  const cells = new Int32Array(new SharedArrayBuffer(4));
  const target = (): void => {
    for (let i = 0; i < 2; i++) {
      semaphore.acquire();
      Atomics.add(cells, 0, 1);
    }
  };
  const threads = Array.from({ length: 10 }, () => new Thread({ target }).start());
  let through = 6;
  for (const n of [7, 6, 1]) {
    await until(() => Atomics.load(cells, 0) === through, `${through} who got through`);
    semaphore.release(n);
    through += n;
  }
  for (const thread of threads) await thread.resultAsync({ timeout: 15 });
  assert.deepEqual([cells[0], semaphore.value], [20, 0]);
});

test('Semaphore: BaseSemaphoreTests.test_try_acquire', () => {
  for (const Kind of classes) {
    const semaphore = new Kind(2);
    const tries = [1, 2, 3].map(() => semaphore.acquire({ blocking: false }));
    assert.deepEqual(tries, [true, true, false]);
    semaphore.release();
    assert.equal(semaphore.acquire({ blocking: false }), true);
  }
});

test('Semaphore: BaseSemaphoreTests.test_try_acquire_contended', async () => {
  for (const Kind of classes) {
    const semaphore = new Kind(4);
    semaphore.acquire();
    const target = (): boolean[] => [
      semaphore.acquire({ blocking: false }),
      semaphore.acquire({ blocking: false }),
    ];
    const threads = Array.from({ length: 5 }, () => new Thread({ target }).start());
    const told = await Promise.all(threads.map((thread) => thread.resultAsync({ timeout: 15 })));
    assert.equal(told.flat().filter(Boolean).length, 3);
  }
});

test('Semaphore: BaseSemaphoreTests.test_acquire_timeout', () => {
  for (const Kind of classes) {
    const semaphore = new Kind(2);
    assert.throws(() => semaphore.acquire({ blocking: false, timeout: 1 }), RangeError);
    assert.equal(semaphore.acquire({ timeout: 0.005 }), true);
    assert.equal(semaphore.acquire({ timeout: 0.005 }), true);
    assert.equal(semaphore.acquire({ timeout: 0.005 }), false);
    semaphore.release();
    assert.equal(semaphore.acquire({ timeout: 0.005 }), true);
    const before = performance.now();
    assert.equal(semaphore.acquire({ timeout: 0.5 }), false);
    assert.ok(performance.now() - before >= 500);
  }
});

test('Semaphore: BaseSemaphoreTests.test_default_value', async () => {
  for (const Kind of classes) {
    const semaphore = new Kind();
    semaphore.acquire();
    const target = (): void => {
      semaphore.acquire();
      semaphore.release();
    };
    const thread = new Thread({ target }).start();
    await until(() => thread.waitingFor !== null, 'the wait for a permit');
    assert.equal(thread.isAlive(), true);
    semaphore.release();
    await thread.resultAsync({ timeout: 15 });
  }
});

test('Semaphore: BaseSemaphoreTests.test_with', () => {
  for (const Kind of classes) {
    const semaphore = new Kind(2);
    const fail = (): never => {
      throw new TypeError('inside');
    };
    const within = (body: () => void): void =>
      semaphore.with(() => {
        assert.equal(semaphore.acquire({ blocking: false }), true);
        semaphore.release();
        semaphore.with(() => {
          assert.equal(semaphore.acquire({ blocking: false }), false);
          body();
        });
      });
    within(() => {});
    assert.equal(semaphore.value, 2);
    assert.throws(() => within(fail), TypeError);
    assert.equal(semaphore.value, 2);
  }
});

test('Semaphore: SemaphoreTests.test_release_unacquired', () => {
  const semaphore = new Semaphore(1);
  semaphore.release();
  semaphore.acquire();
  semaphore.acquire();
  semaphore.release();
  assert.equal(semaphore.value, 1);
});

test('BoundedSemaphore: BoundedSemaphoreTests.test_release_unacquired', () => {
  const semaphore = new BoundedSemaphore();
  assert.throws(() => semaphore.release(), RangeError);
  assert.equal(semaphore.value, 1);
});

test('BoundedSemaphore: ThreadTests.test_BoundedSemaphore_limit', async () => {
  for (let limit = 1; limit < 10; limit++) {
    const semaphore = new BoundedSemaphore(limit);
    const acquire = (): boolean => semaphore.acquire();
    const release = (): void => semaphore.release();
    for (const target of [acquire, release] as (() => unknown)[]) {
      const threads = Array.from({ length: limit }, () => new Thread({ target }).start());
      for (const thread of threads) await thread.resultAsync({ timeout: 15 });
    }
    assert.throws(() => semaphore.release(), RangeError);
  }
});

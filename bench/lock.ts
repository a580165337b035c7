// Locks that nobody else wants: what taking and releasing one costs.
import { Event, Lock, RLock } from 'heddle/threading';
import { Mutex } from 'multithreading';
import { atLeast, atMost, race, report } from './measure.ts';

// The memory that locks live in is as large and as sparse.
const size = 2 ** 32 - 65_536;
const cells = new Int32Array(new SharedArrayBuffer(size, { maxByteLength: size }), 0, size / 4);
const lock = new Lock();
const rlock = new RLock();
const mutex = new Mutex();
const event = new Event();
event.set();
const atOnce = { blocking: false } as const;
const word = 4096;

const times = await race(
  {
    'two compare-exchanges': (n) => {
      for (let i = 0; i < n; i++) {
        if (Atomics.compareExchange(cells, word, 0, 7) !== 0) throw new Error('Held by somebody');
        if (Atomics.compareExchange(cells, word, 7, 0) !== 7) throw new Error('Lost to somebody');
      }
    },
    'Lock.acquire() and release()': (n) => {
      for (let i = 0; i < n; i++) {
        lock.acquire();
        lock.release();
      }
    },
    'Lock.acquire({ blocking: false }) and release()': (n) => {
      for (let i = 0; i < n; i++) {
        lock.acquire(atOnce);
        lock.release();
      }
    },
    'one compare-exchange': (n) => {
      for (let i = 0; i < n; i++) Atomics.compareExchange(cells, word, 1, 0);
    },
    'Event.wait() of one that is set': (n) => {
      for (let i = 0; i < n; i++) event.wait();
    },
    'RLock.acquire() and release()': (n) => {
      for (let i = 0; i < n; i++) {
        rlock.acquire();
        rlock.release();
      }
    },
    'Lock.with()': (n) => {
      for (let i = 0; i < n; i++) lock.with(() => i);
    },
    "multithreading's Mutex.blockingLock() and dispose()": (n) => {
      for (let i = 0; i < n; i++) mutex.blockingLock().dispose();
    },
  },
  { times: 20_000, rounds: 200 },
);
report('Locks without contention', [
  atMost(times, 'Lock.acquire() and release()', 'two compare-exchanges', 1.5),
  atMost(times, 'Lock.acquire({ blocking: false }) and release()', 'two compare-exchanges', 1.8),
  atMost(times, 'Event.wait() of one that is set', 'one compare-exchange', 1),
  atMost(times, 'RLock.acquire() and release()', 'two compare-exchanges', 3),
  atMost(times, 'Lock.with()', 'two compare-exchanges', 5),
  atLeast(
    times,
    'Lock.acquire() and release()',
    "multithreading's Mutex.blockingLock() and dispose()",
    10,
  ),
]);

// Node has it from version 24 on. A twentieth of the others' number is enough, and takes its time.
const { locks } = navigator as { locks?: { request(name: string, body: () => void): unknown } };
const asyncTimes = await race(
  {
    'await of a resolved promise': async (n) => {
      for (let i = 0; i < n; i++) await Promise.resolve();
    },
    'Lock.acquireAsync() and release()': async (n) => {
      for (let i = 0; i < n; i++) {
        await lock.acquireAsync();
        lock.release();
      }
    },
    ...(locks === undefined
      ? {}
      : {
          'navigator.locks.request()': async (n: number) => {
            for (let i = 0; i < n / 20; i++) await locks.request('bench', () => {});
          },
        }),
    "multithreading's Mutex.lock() and dispose()": async (n) => {
      for (let i = 0; i < n; i++) {
        (await mutex.lock()).dispose();
      }
    },
  },
  { times: 2000, rounds: 100 },
);
const whole = {
  ...asyncTimes,
  'navigator.locks.request()': (asyncTimes['navigator.locks.request()'] ?? 0) * 20,
};
report('Locks without contention, asynchronously', [
  atMost(asyncTimes, 'Lock.acquireAsync() and release()', 'await of a resolved promise', 2.5),
  atLeast(
    asyncTimes,
    'Lock.acquireAsync() and release()',
    "multithreading's Mutex.lock() and dispose()",
    1,
  ),
  ...(locks === undefined
    ? []
    : [atLeast(whole, 'Lock.acquireAsync() and release()', 'navigator.locks.request()', 20)]),
]);

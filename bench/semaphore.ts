// Semaphores that nobody waits for: what taking and giving back a permit costs.
import { BoundedSemaphore, Semaphore } from 'heddle/threading';
import { atMost, race, report } from './measure.ts';

// The memory that semaphores live in is as large and as sparse.
const size = 2 ** 32 - 65_536;
const cells = new Int32Array(new SharedArrayBuffer(size, { maxByteLength: size }), 0, size / 4);
const semaphore = new Semaphore(2);
const bounded = new BoundedSemaphore(2);
const word = 4096;

const times = await race(
  {
    'two compare-exchanges': (n) => {
      for (let i = 0; i < n; i++) {
        if (Atomics.compareExchange(cells, word, 0, 7) !== 0) throw new Error('Held by somebody');
        if (Atomics.compareExchange(cells, word, 7, 0) !== 7) throw new Error('Lost to somebody');
      }
    },
    'Semaphore.acquire() and release()': (n) => {
      for (let i = 0; i < n; i++) {
        semaphore.acquire();
        semaphore.release();
      }
    },
    'BoundedSemaphore.acquire() and release()': (n) => {
      for (let i = 0; i < n; i++) {
        bounded.acquire();
        bounded.release();
      }
    },
  },
  { times: 20_000, rounds: 200 },
);
report('Semaphores without contention', [
  atMost(times, 'Semaphore.acquire() and release()', 'two compare-exchanges', 2.5),
  atMost(times, 'BoundedSemaphore.acquire() and release()', 'two compare-exchanges', 2.5),
]);

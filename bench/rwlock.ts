// An RWLock that nobody else wants: what reading and writing cost.
import { RWLock } from 'heddle/threading';
import { atMost, race, report } from './measure.ts';

// The memory that locks live in is as large and as sparse.
const size = 2 ** 32 - 65_536;
const cells = new Int32Array(new SharedArrayBuffer(size, { maxByteLength: size }), 0, size / 4);
const { read } = new RWLock();
const { write } = new RWLock();
const mixed = new RWLock();
const word = 4096;

const times = await race(
  {
    'two compare-exchanges': (n) => {
      for (let i = 0; i < n; i++) {
        if (Atomics.compareExchange(cells, word, 0, 7) !== 0) throw new Error('Held by somebody');
        if (Atomics.compareExchange(cells, word, 7, 0) !== 7) throw new Error('Lost to somebody');
      }
    },
    'read.acquire() and release()': (n) => {
      for (let i = 0; i < n; i++) {
        read.acquire();
        read.release();
      }
    },
    'write.acquire() and release()': (n) => {
      for (let i = 0; i < n; i++) {
        write.acquire();
        write.release();
      }
    },
    'a write after nine reads': (n) => {
      for (let i = 0; i < n; i++) {
        const side = i % 10 === 0 ? mixed.write : mixed.read;
        side.acquire();
        side.release();
      }
    },
  },
  { times: 20_000, rounds: 200 },
);
report('RWLock without contention', [
  atMost(times, 'read.acquire() and release()', 'two compare-exchanges', 1.7),
  atMost(times, 'write.acquire() and release()', 'two compare-exchanges', 1.5),
  atMost(times, 'a write after nine reads', 'two compare-exchanges', 5),
]);

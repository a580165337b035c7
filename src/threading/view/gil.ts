// The GIL as the user sees it. How it works is kernel/gil/gil.ts.
import { RuntimeError } from '../../errors/index.ts';
import {
  HEADER,
  arena,
  atomics,
  enableGil,
  inheritance,
  intervalMs,
  isGilOn,
  setIntervalMs,
  toMs,
} from '../../kernel/index.ts';
import type { Duration } from '../../kernel/index.ts';

/** Python's global interpreter lock, as a mode. */
export interface Gil {
  /** Whether only one thread of the program runs at a time. */
  readonly enabled: boolean;
  /**
   * Turns the mode on, for the rest of the program; nothing happens when it is on. Does not block.
   *
   * @throws {RuntimeError} if a thread was started before
   */
  enable(): void;
  /** How long a thread runs on while another one wants to run, in seconds. Does not block. */
  getSwitchInterval(): number;
  /**
   * Sets how long a thread runs on while another one wants to run, for all threads. Does not block.
   *
   * @param interval above 0; seconds, or a string with a unit
   * @throws {TypeError} if it is not a duration
   * @throws {RangeError} if it is 0, negative, or finite and above 2^31 s
   */
  setSwitchInterval(interval: Duration): void;
}

/**
 * Python's global interpreter lock as a mode, off by default: threads run side by side. On, one
 * thread of the program runs at a time, as in CPython.
 *
 * It is given up around every call of heddle's that blocks, while an event loop has nothing to do,
 * and, at calls into heddle, after the switch interval of 5 ms. The environment variable
 * `HEDDLE_GIL=1` turns it on, too.
 *
 * For finding out whether a fault is a race between threads (it is gone with the GIL and a long
 * interval), and for showing what Python's threads do; never for speed.
 *
 * @example
 * ```ts
 * import { Value } from 'heddle/shared';
 * import { Thread, gil } from 'heddle/threading';
 * gil.enable();
 * gil.setSwitchInterval('1h');
 * const count = new Value('i32');
 * const target = () => { for (let i = 0; i < 1000; i++) count.value += 1; };
 * const threads = [1, 2, 3].map(() => new Thread({ target }).start());
 * for (const thread of threads) thread.join();
 * if (count.value !== 3000) throw new Error('lost an update');
 * ```
 */
export const gil: Gil = {
  get enabled() {
    return isGilOn();
  },

  enable() {
    if (isGilOn()) return;
    // The main thread has number 1.
    if (inheritance !== null || atomics.load(arena.cells, HEADER.IDENT) > 1) {
      throw new RuntimeError(
        'Cannot turn the GIL on as a thread was started before\n' +
          'Call gil.enable() before the first start(), or set HEDDLE_GIL=1',
      );
    }
    enableGil();
  },

  getSwitchInterval() {
    return intervalMs() / 1000;
  },

  setSwitchInterval(interval) {
    const ms = toMs(interval, 'switch interval');
    if (ms === 0) {
      throw new RangeError('Cannot use 0 as switch interval as it must be above 0');
    }
    setIntervalMs(ms);
  },
};

if (inheritance === null && process.env['HEDDLE_GIL'] === '1') gil.enable();

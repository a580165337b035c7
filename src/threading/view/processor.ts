// Has a thread that could run a processor just now?
//
// Linux counts the time on and the time without a processor (/proc/…/schedstat), but only at the
// clock's ticks and when the thread gets one or loses it. So a thread that has one shows it within
// a tick; who does not is waiting for one.
import fs from 'node:fs';

/** A tick of the slowest clock that Linux is built with. */
const TICK_MS = 10;

/**
 * Whether a kernel thread of this process, which could run, does; true where the platform does not
 * tell. Looks for as long as a tick.
 */
export function hasProcessor(osTid: number): boolean {
  const path = `/proc/self/task/${osTid}/schedstat`;
  try {
    const before = fs.readFileSync(path, 'latin1');
    const endMs = performance.now() + TICK_MS;
    while (performance.now() < endMs) {
      if (fs.readFileSync(path, 'latin1') !== before) return true;
    }
    return false;
  } catch {
    return true;
  }
}

// Has a thread that could run a processor just now?
//
// Linux counts the time on and the time without a processor (/proc/…/schedstat), but only at the
// clock's ticks and when the thread gets one or loses it. So a thread that has one shows it within
// a tick; who does not is waiting for one.
import { nowMs } from '../kernel/index.ts';
import fs from 'node:fs';

/** A tick of the slowest clock that Linux is built with. */
const TICK_MS = 10;

/**
 * Whether a thread of the system's, which could run, does; true where the platform does not tell.
 * Looks for as long as a tick.
 *
 * @param task its folder below /proc: 'self/task/7', or '7' for the first thread of a process
 */
export function hasProcessor(task: string): boolean {
  const path = `/proc/${task}/schedstat`;
  try {
    const before = fs.readFileSync(path, 'latin1');
    const endMs = nowMs() + TICK_MS;
    while (nowMs() < endMs) {
      if (fs.readFileSync(path, 'latin1') !== before) return true;
    }
    return false;
  } catch {
    return true;
  }
}

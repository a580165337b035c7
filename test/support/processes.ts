// Whether a process still runs, for tests that must see others end.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;

/** Whether `pid` runs. One that has ended but that nobody has asked after yet does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/** Waits until `pid` has ended; false when it still runs after `limitMs`. */
export async function untilEnded(pid: number, limitMs = 5000): Promise<boolean> {
  for (const endMs = performance.now() + limitMs; performance.now() < endMs;) {
    if (!isRunning(pid)) return true;
    await delay(POLL_MS);
  }
  return !isRunning(pid);
}

function isZombie(pid: number): boolean {
  if (!existsSync('/proc/self/stat')) return false; // not Linux: init takes them away soon
  try {
    // "PID (NAME) STATE …", and a name may contain anything.
    return /^.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true; // it went away between the two looks
  }
}

// How many processors there are for this process.
import fs from 'node:fs';
import os from 'node:os';

/**
 * Logical processors that this process may use: those of the machine, less what affinity and the
 * container's quota take.
 *
 * A quota of two and a half processors counts as three. Does not block.
 *
 * @returns 1 or more
 *
 * @example
 * ```ts
 * import { cpuCount } from 'heddle';
 * const threads = cpuCount();
 * if (threads < 1) throw new Error('no processor');
 * ```
 */
export function cpuCount(): number {
  const usable = os.availableParallelism();
  return Math.max(1, Math.min(usable, Math.ceil(quota())));
}

// Linux control groups, version 2 and 1: microseconds of processor time in each period.
function quota(): number {
  const [limit, period] = (read('/sys/fs/cgroup/cpu.max') ?? '').split(' ').map(Number);
  if (limit !== undefined && period !== undefined && limit > 0) return limit / period;
  const limit1 = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'));
  const period1 = Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us'));
  return limit1 > 0 && period1 > 0 ? limit1 / period1 : Infinity;
}

function read(file: string): string | null {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

// What the system tells of a process: its state, its processor time, its memory.
import fs from 'node:fs';
import { procOf } from '../kernel/index.ts';
import { hasProcessor } from '../system/index.ts';
import { CHILD, STATE, getField } from './child/record.ts';
import { statOf } from './child/stat.ts';
import { thisProcess } from './self.ts';
import type { State } from './types.ts';

/** The state of a process: that of its main thread. */
export function stateOf(record: number): State {
  switch (getField(record, CHILD.STATE)) {
    case STATE.INITIAL:
      return 'initial';
    case STATE.STARTING:
      return 'ready';
    case STATE.ENDED:
      return 'terminated';
    default:
      break;
  }
  switch (statOf(getField(record, CHILD.PID))?.state) {
    case undefined:
      // Where there is no /proc, it is what it is most.
      return fs.existsSync('/proc/self/stat') ? 'terminated' : 'running';
    case 'R':
      return record === thisProcess() || hasProcessor(`${procOf(getField(record, CHILD.PID))}`)
        ? 'running'
        : 'ready';
    case 'Z':
    case 'X':
      return 'terminated';
    default:
      return 'waiting';
  }
}

/** What a process has used: so far, or in all. */
export function usageOf(record: number): { cpuSeconds: number; rssBytes: number } {
  if (getField(record, CHILD.STATE) === STATE.ENDED) {
    return {
      cpuSeconds: getField(record, CHILD.CPU_MS) / 1000,
      rssBytes: getField(record, CHILD.RSS_KIB) * 1024,
    };
  }
  if (record === thisProcess()) {
    const { user, system } = process.cpuUsage();
    return { cpuSeconds: (user + system) / 1e6, rssBytes: process.memoryUsage.rss() };
  }
  const { cpuSeconds = 0, rssBytes = 0 } = statOf(getField(record, CHILD.PID)) ?? {};
  return { cpuSeconds, rssBytes };
}

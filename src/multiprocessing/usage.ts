// What the system tells of a process: its state, its processor time, its memory.
import fs from 'node:fs';
import { procOf } from '../kernel/index.ts';
import { hasProcessor } from '../system/index.ts';
import { CHILD, STATE, getField } from './child/record.ts';
import { thisProcess } from './self.ts';
import type { State } from './types.ts';

// Linux counts processor time in ticks of 10 ms, whatever its own clock (USER_HZ).
const TICKS_PER_SECOND = 100;
/** Fields of /proc/PID/stat after the name. */
const FIELD = { STATE: 0, USER_TIME: 11, SYSTEM_TIME: 12, RSS_PAGES: 21 } as const;
const PAGE_BYTES = 4096;

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
  const fields = statOf(getField(record, CHILD.PID));
  switch (fields?.[FIELD.STATE]) {
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
  const fields = statOf(getField(record, CHILD.PID));
  if (fields === null) return { cpuSeconds: 0, rssBytes: 0 };
  const ticks = Number(fields[FIELD.USER_TIME]) + Number(fields[FIELD.SYSTEM_TIME]);
  return {
    cpuSeconds: ticks / TICKS_PER_SECOND,
    rssBytes: Number(fields[FIELD.RSS_PAGES]) * PAGE_BYTES,
  };
}

// The fields after the name, which may itself hold blanks and brackets.
function statOf(pid: number): string[] | null {
  const proc = pid === 0 ? null : procOf(pid);
  if (proc === null) return null;
  try {
    const line = fs.readFileSync(`/proc/${proc}/stat`, 'latin1');
    return line.slice(line.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

// What Linux tells of a process in /proc, also of one that is ending and that nobody has reaped.
import fs from 'node:fs';
import { procOf } from '../../kernel/index.ts';

// Linux counts processor time in ticks of 10 ms, whatever its own clock (USER_HZ).
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
/** Fields of /proc/PID/stat after the name. */
const FIELD = { STATE: 0, USER_TIME: 11, SYSTEM_TIME: 12, RSS_PAGES: 21 } as const;

/** A process now. */
export interface Stat {
  /** As one letter. */
  readonly state: string;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** Looks at a process; null when there is none, or nothing tells. */
export function statOf(pid: number): Stat | null {
  const proc = pid === 0 ? null : procOf(pid);
  if (proc === null) return null;
  try {
    const line = fs.readFileSync(`/proc/${proc}/stat`, 'latin1');
    // The name before may itself hold blanks and brackets.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[FIELD.USER_TIME]) + Number(fields[FIELD.SYSTEM_TIME]);
    return {
      state: fields[FIELD.STATE] ?? '',
      cpuSeconds: ticks / TICKS_PER_SECOND,
      rssBytes: Number(fields[FIELD.RSS_PAGES]) * PAGE_BYTES,
    };
  } catch {
    return null;
  }
}

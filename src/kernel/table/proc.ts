// What this process and others are called in /proc.
//
// Their own numbers, mostly. But in a container that was given a pid namespace and not the /proc
// that goes with it, /proc is that of the world outside, and has other numbers for all of us.
import fs from 'node:fs';

interface Name {
  readonly process: number;
  readonly thread: number;
}

/** The calling thread's; null where there is no /proc. */
export function ownName(): Name | null {
  try {
    const match = /^(\d+)\/task\/(\d+)$/.exec(fs.readlinkSync('/proc/thread-self'));
    return match === null ? null : { process: Number(match[1]), thread: Number(match[2]) };
  } catch {
    return null;
  }
}

/** The pid namespace that this process is in, as a number; 0 where there are none. */
export function ownNamespace(): number {
  return Number(/\d+/.exec(namespaceOf('self') ?? '')?.[0] ?? 0);
}

/** That of a process of this one's pid namespace; null when there is none in /proc. */
export function procOf(pid: number): number | null {
  const own = ownName();
  if (own === null || own.process === process.pid) return pid;
  if (pid === process.pid) return own.process;
  const namespace = namespaceOf('self');
  for (const folder of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(folder) || namespaceOf(folder) !== namespace) continue;
    if (innermostOf(folder) === pid) return Number(folder);
  }
  return null;
}

function namespaceOf(folder: string): string | null {
  try {
    return fs.readlinkSync(`/proc/${folder}/ns/pid`);
  } catch {
    // It has ended, or is somebody else's.
    return null;
  }
}

// Its number in the innermost of the namespaces that it is in.
function innermostOf(folder: string): number | null {
  try {
    const match = /^NSpid:.*\s(\d+)$/m.exec(fs.readFileSync(`/proc/${folder}/status`, 'latin1'));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}

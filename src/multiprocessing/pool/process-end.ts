// How the process of a worker ended.
import os from 'node:os';
import type { WorkerEnd } from '../../pool/index.ts';
import type { Process } from '../process.ts';

/** How it ended, as its exit code tells. */
export function endOf(child: Process): WorkerEnd {
  const code = child.exitcode ?? 0;
  if (code >= 0) return { exitCode: code, signal: null };
  const signals = Object.entries(os.constants.signals);
  return { exitCode: null, signal: signals.find(([, number]) => number === -code)?.[0] ?? null };
}

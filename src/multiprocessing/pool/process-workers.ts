// Workers that are processes.
import os from 'node:os';
import { referenceTo } from '../../pool/index.ts';
import type { BackendWorker, WorkerEnd, WorkerOrder, work } from '../../pool/index.ts';
import { Process } from '../process.ts';

type Start = Parameters<typeof work>;

/** Starts a worker; blocks until the system has made its process. */
export function startProcessWorker({ name, state, index }: WorkerOrder): BackendWorker {
  const child = new Process({
    target: referenceTo<typeof workToTheEnd>('#process-workers', 'workToTheEnd'),
    args: [state, index, name],
    name,
    daemon: true,
  }).start();
  return {
    ended: child.joinAsync().then(() => endOf(child)),
    stop: () => child.kill(),
  };
}

/** The target of a process: what tasks have left at work does not keep it. */
export async function workToTheEnd(...start: Start): Promise<void> {
  await referenceTo<typeof work>('#pool-worker', 'work')(...start);
  process.exit();
}

function endOf(child: Process): WorkerEnd {
  const code = child.exitcode ?? 0;
  if (code >= 0) return { exitCode: code, signal: null };
  const signals = Object.entries(os.constants.signals);
  return { exitCode: null, signal: signals.find(([, number]) => number === -code)?.[0] ?? null };
}

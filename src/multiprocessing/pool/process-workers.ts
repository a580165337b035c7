// Workers that are processes.
import type { BackendWorker, WorkerOrder, work } from '../../pool/index.ts';
import { referenceTo } from '../../wire/index.ts';
import { Process } from '../process.ts';
import { endOf } from './process-end.ts';

type Start = Parameters<typeof work>;

/** Starts a worker; blocks until the system has made its process. */
export function startProcessWorker({ name, state, index }: WorkerOrder): BackendWorker {
  const child = new Process({
    target: referenceTo<typeof workToTheEnd>('#process-workers', 'workToTheEnd'),
    // Given rather than looked up there: under a loader what is required could be a copy.
    args: [referenceTo<typeof work>('#pool-worker', 'work'), state, index, name],
    name,
    daemon: true,
  }).start();
  return {
    ended: child.joinAsync().then(() => endOf(child)),
    stop: () => child.kill(),
  };
}

/** The target of a process: what tasks have left at work does not keep it. */
export async function workToTheEnd(run: typeof work, ...start: Start): Promise<void> {
  await run(...start);
  process.exit();
}

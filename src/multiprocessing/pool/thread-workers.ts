// Workers that are threads.
import { WorkerDiedError } from '../../errors/index.ts';
import type { BackendWorker, WorkerEnd, WorkerOrder, work } from '../../pool/index.ts';
import { Thread } from '../../threading/index.ts';
import { referenceTo } from '../../wire/index.ts';

/** Starts a worker; blocks until its thread has begun. */
export function startThreadWorker({ name, state, index, isFresh }: WorkerOrder): BackendWorker {
  const thread = new Thread({
    target: referenceTo<typeof work>('#pool-worker', 'work'),
    args: [state, index, name],
    name,
    daemon: true,
    isolate: isFresh,
  }).start();
  return {
    ended: thread.joinAsync().then(() => endOf(thread)),
    stop: () => thread.terminate(),
  };
}

function endOf(thread: Thread): WorkerEnd {
  try {
    thread.result();
    return { exitCode: null, signal: null };
  } catch (cause) {
    if (!(cause instanceof WorkerDiedError)) return { exitCode: null, signal: null };
    return { exitCode: cause.exitCode, signal: cause.signal, cause };
  }
}

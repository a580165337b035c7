// A backend whose workers are threads that go wrong by a plan.
import { WorkerDiedError } from '../../../src/errors/index.ts';
import type { BackendWorker, WorkerEnd, WorkerOrder, work } from '../../../src/pool/index.ts';
import { Thread } from '../../../src/threading/index.ts';
import { MARK, putDoubles } from './hook.ts';
import { bury, follow } from './plan.ts';
import type { Plan } from './plan.ts';

type Program = { readonly work: typeof work };

/** Starts a worker; runs in the supervisor's thread. */
export function startFaulty(order: WorkerOrder, plan: Plan): BackendWorker {
  const { name, state, index, isFresh } = order;
  const thread = new Thread({
    target: workFaultily,
    args: [plan, state, index, name],
    name,
    daemon: true,
    isolate: isFresh,
  }).start();
  return {
    ended: thread.joinAsync().then(() => endOf(thread, plan)),
    stop: () => thread.terminate(),
  };
}

/** The program of such a worker. */
export async function workFaultily(plan: Plan, ...start: Parameters<typeof work>): Promise<void> {
  putDoubles();
  const program = new URL(`../../../src/pool/worker/worker.ts${MARK}`, import.meta.url);
  const { work: begin } = (await import(program.href)) as Program;
  follow(plan, start[2]);
  try {
    await begin(...start);
  } finally {
    follow(null, '');
  }
}

function endOf(thread: Thread, plan: Plan): WorkerEnd {
  const { exitCode, signal, cause } = deathOf(thread);
  return {
    exitCode,
    signal,
    get cause() {
      bury(plan);
      return cause;
    },
  };
}

function deathOf(thread: Thread): WorkerEnd {
  try {
    thread.result();
  } catch (cause) {
    if (cause instanceof WorkerDiedError) {
      return { exitCode: cause.exitCode, signal: cause.signal, cause };
    }
  }
  return { exitCode: null, signal: null };
}

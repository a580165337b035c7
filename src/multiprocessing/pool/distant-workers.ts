// Workers whose processes have no memory in common with the pool's, as where koffi does not load.
//
// Each is two: a thread beside the pool is the worker that the pool knows; its child calls the
// functions. The thread has one call at a time under way, and hears of an abort meanwhile. When
// one of the two ends, so does the other.
import { currentTask, hasTimeout } from '../../pool/index.ts';
import type { BackendWorker, Workplace, WorkerOrder, work } from '../../pool/index.ts';
import { Thread } from '../../threading/index.ts';
import { referenceTo } from '../../wire/index.ts';
import { Process } from '../process.ts';
// oxlint-disable-next-line import/no-unassigned-import -- in a client, its queues are made there
import '../shared/birth.ts';
import { Event } from '../shared/locks.ts';
import { SimpleQueue } from '../shared/queues.ts';
import type { Answer, Call, Line, serveCalls } from './distant-calls.ts';
import { endOf } from './process-end.ts';

type Start = Parameters<typeof work>;

/** Starts a worker; blocks until the system has made its process. */
export function startDistantWorker({ name, state, index }: WorkerOrder): BackendWorker {
  const line: Line = {
    calls: new SimpleQueue<Call | null>(),
    answers: new SimpleQueue<Answer>(),
    aborted: new Event(),
    reasons: new SimpleQueue<unknown>(),
  };
  const child = new Process({
    target: referenceTo<typeof serveCalls>('#distant-calls', 'serveCalls'),
    args: [line, name],
    name,
    daemon: true,
  }).start();
  const thread = new Thread({
    target: referenceTo<typeof workAfar>('#distant-workers', 'workAfar'),
    // As for the workers of process-workers.ts.
    args: [referenceTo<typeof work>('#pool-worker', 'work'), line, state, index, name],
    name,
    daemon: true,
  });
  startBeside(child, thread);
  const stop = (): void => {
    child.kill();
    thread.terminate();
  };
  const returned = thread.joinAsync().then(() => {
    if (wasStopped(thread)) child.kill();
  });
  const ended = child.joinAsync().then(() => thread.terminate());
  return {
    ended: Promise.all([returned, ended]).then(() => endOf(child)),
    stop,
  };
}

/** The target of the thread. */
export async function workAfar(
  run: typeof work,
  line: Line,
  ...[state, index, name]: Start
): Promise<void> {
  const place = new Afar(line);
  // The first call takes as long as the beginning of a process; time-outs are those of tasks.
  await place.at(() => null)();
  await run(state, index, name, place);
  line.calls.put(null);
}

function startBeside(child: Process, thread: Thread): void {
  try {
    thread.start();
  } catch (error) {
    child.kill();
    throw error;
  }
}

function wasStopped(thread: Thread): boolean {
  try {
    thread.result();
    return false;
  } catch {
    return true;
  }
}

// An answer that cannot be read stays in the queue, where the next call would take it for its own.
function giveUp(): never {
  process.exit(1);
}

// One that cannot travel stays here.
function tell(reasons: Line['reasons'], reason: unknown): void {
  try {
    reasons.put(reason);
  } catch {
    // The task is aborted all the same.
  }
}

// The child, as the thread sees it.
class Afar implements Workplace {
  readonly #line: Line;
  #bytesInUse = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  readonly at: Workplace['at'] =
    (func) =>
    (...args) =>
      this.#call(func, args);
  readonly memoryInUse = (): number => this.#bytesInUse;

  async #call(func: Call['func'], args: readonly unknown[]): Promise<unknown> {
    const { calls, answers, aborted, reasons } = this.#line;
    const task = currentTask();
    aborted.clear();
    // That of a call which ended before it could ask.
    while (!reasons.empty()) reasons.get();
    const id = task && { id: task.id, attempt: task.attempt };
    calls.put({ func, args, place: id, isTimed: hasTimeout() });
    const abort = (): void => {
      tell(reasons, task?.signal.reason);
      aborted.set();
    };
    task?.signal.addEventListener('abort', abort);
    const [outcome, value, bytesInUse] = await answers.getAsync().catch(giveUp);
    task?.signal.removeEventListener('abort', abort);
    this.#bytesInUse = bytesInUse;
    if (outcome === 'threw') throw value;
    return value;
  }
}

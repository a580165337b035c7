// The program of a worker of a pool: it runs its initializer, then one task after another, until
// the pool has no more for it.
//
// It blocks while there is no task. If earlier ones have left something at work in it (timers,
// sockets), its event loop turns meanwhile.
import { homeOf, nowMs } from '../../kernel/index.ts';
import { loadAsync, store } from '../../wire/index.ts';
import { POOL, WORKER } from '../shared/layout.ts';
import { breakPool, poolField, ringSupervisor, setPoolField, workerAt } from '../shared/state.ts';
import type { PoolState } from '../shared/state.ts';
import { enterWorker } from './current-task.ts';
import { Runner } from './run.ts';
import { takeAsync, takeBlocking, takeNow } from './take.ts';
import { here, hasOtherWork } from './workplace.ts';
import type { Workplace } from './workplace.ts';

// A worker that finds tasks without end lets its event loop turn so often, if anything is in it.
const TURN_MS = 50;

/** Runs tasks of a pool, as its worker of that number; functions are called at the workplace. */
export async function work(
  pool: PoolState,
  index: number,
  name: string,
  workplace: Workplace = here,
): Promise<void> {
  const state = pool.handle;
  const worker = workerAt(state, index);
  const onExit = (code: number): void => setPoolField(worker, WORKER.EXIT, code + 1);
  // Before anybody who tells of the worker's end.
  process.prependOnceListener('exit', onExit);
  enterWorker(name);
  if (await initialize(state, workplace)) {
    setPoolField(worker, WORKER.READY, 1);
    await runTasks(state, worker, workplace);
  }
  process.removeListener('exit', onExit);
  ringSupervisor(state);
}

async function initialize(state: number, { at }: Workplace): Promise<boolean> {
  const message = poolField(state, POOL.INITIALIZER);
  if (message === 0) return true;
  try {
    const [initializer, args] = (await loadAsync(message)) as [
      (...args: readonly unknown[]) => unknown,
      readonly unknown[],
    ];
    await at(initializer)(...args);
    return true;
  } catch (error) {
    breakPool(state, storeError(state, error));
    return false;
  }
}

async function runTasks(state: number, worker: number, workplace: Workplace): Promise<void> {
  const runner = new Runner(state, worker, workplace.at);
  const mostTasks = poolField(state, POOL.MOST_TASKS) || Infinity;
  const mostBytes = poolField(state, POOL.MOST_KIB) * 1024 || Infinity;
  let turnedMs = nowMs();
  try {
    for (let done = 0; done < mostTasks; done++) {
      if (runner.endedMs - turnedMs > TURN_MS) {
        turnedMs = runner.endedMs;
        if (hasOtherWork()) await turn();
      }
      const task = takeNow(state, worker) || (await take(state, worker));
      if (task === 0) return;
      const running = runner.run(task);
      if (running !== undefined) await running;
      if (mostBytes !== Infinity && workplace.memoryInUse() > mostBytes) return;
    }
  } finally {
    runner.forget();
  }
}

async function take(state: number, worker: number): Promise<number> {
  // What is due at once, as promises are, is done before this blocks.
  await Promise.resolve();
  return hasOtherWork() ? takeAsync(state, worker) : takeBlocking(state, worker);
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function storeError(state: number, error: unknown): number {
  const home = homeOf(state);
  try {
    return store(error, 'error', home);
  } catch (refusal) {
    // What was thrown cannot travel; this says so.
    return store(refusal, 'error', home);
  }
}

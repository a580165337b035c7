// The peers' pools behind one interface: so many workers, one task at a time by name.
import { fileURLToPath } from 'node:url';
import { Worker as JestWorker } from 'jest-worker';
import { move, shutdown, spawn } from 'multithreading';
import { Piscina } from 'piscina';
import { FixedClusterPool, FixedThreadPool } from 'poolifier';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';

/** The tasks of tasks.mjs. */
export type TaskName = 'nothing' | 'square' | 'spin';

/** A pool of somebody's. */
export interface Peer {
  readonly name: string;
  run(task: TaskName, value: number): PromiseLike<unknown>;
  close(): Promise<unknown> | undefined;
}

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TASKS = fileOf('tasks.mjs');

/** The peers whose workers are threads. */
export function threadPeers(workers: number): Peer[] {
  const piscina = new Piscina({ filename: TASKS, minThreads: workers, maxThreads: workers });
  return [
    {
      name: 'piscina',
      run: (name, value) => piscina.run(value, { name }),
      close: () => piscina.destroy(),
    },
    tinypoolOf('worker_threads', workers),
    workerpoolOf('thread', workers),
    poolifierOf(new FixedThreadPool(workers, fileOf('poolifier-thread.mjs'))),
    jestOf(true, workers),
    multithreading,
  ];
}

/** The peers whose workers are processes. */
export function processPeers(workers: number): Peer[] {
  return [
    tinypoolOf('child_process', workers),
    workerpoolOf('process', workers),
    poolifierOf(new FixedClusterPool(workers, fileOf('poolifier-process.mjs'))),
    jestOf(false, workers),
  ];
}

function tinypoolOf(runtime: 'worker_threads' | 'child_process', workers: number): Peer {
  const pool = new Tinypool({
    filename: TASKS,
    runtime,
    minThreads: workers,
    maxThreads: workers,
  });
  return {
    name: 'tinypool',
    run: (name, value) => pool.run(value, { name }),
    close: () => pool.destroy(),
  };
}

function workerpoolOf(workerType: 'thread' | 'process', workers: number): Peer {
  const pool = workerpool.pool(fileOf('workerpool.mjs'), {
    minWorkers: workers,
    maxWorkers: workers,
    workerType,
  });
  return {
    name: 'workerpool',
    run: (name, value) => pool.exec(name, [value]) as PromiseLike<unknown>,
    close: async () => pool.terminate(),
  };
}

function poolifierOf(pool: FixedThreadPool<number> | FixedClusterPool<number>): Peer {
  return {
    name: 'poolifier',
    run: (name, value) => pool.execute(value, name),
    close: () => pool.destroy(),
  };
}

function jestOf(enableWorkerThreads: boolean, numWorkers: number): Peer {
  const exposedMethods = ['nothing', 'square', 'spin'];
  const worker = new JestWorker(TASKS, { enableWorkerThreads, numWorkers, exposedMethods });
  const methods = worker as unknown as Record<TaskName, (value: number) => Promise<unknown>>;
  return {
    name: 'jest-worker',
    run: (name, value) => methods[name](value),
    close: () => worker.end(),
  };
}

// It has as many threads as there are processors, and takes functions that capture nothing.
const FUNCTIONS: Readonly<Record<TaskName, (n: number) => unknown>> = {
  nothing: () => {},
  square: (n) => n * n,
  spin: (rounds) => {
    let sum = 0;
    for (let i = 0; i < rounds; i++) sum = (sum * 31 + i) | 0;
    return sum;
  },
};
const multithreading: Peer = {
  name: 'multithreading',
  run: (name, value) => spawn(move(value), FUNCTIONS[name]).join(),
  close: async () => shutdown(),
};

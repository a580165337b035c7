// Section 10, the idea it closes with: put TASKS in the queue, and let the same threads keep taking
// them. Threads are made on demand, at most maxNum, and are used again.
import { print, sleep } from 'heddle';
import { Queue } from 'heddle/queue';
import { SharedList, Value } from 'heddle/shared';
import { RuntimeError, Thread, currentThread } from 'heddle/threading';
import { seconds } from './pace.ts';

type Callback = (success: boolean, value: unknown) => void;

interface Task {
  readonly func: (arg: number) => unknown;
  readonly arg: number;
  readonly callback: Callback | null;
}

class ThreadPool {
  readonly tasks: Queue<Task>;
  readonly maxNum: number;
  /** Every thread ever made. */
  readonly threads: Thread[] = [];
  /** Threads that wait for a task. */
  readonly idle: Value<'i32'> = new Value('i32');

  /**
   * Makes a pool without threads.
   *
   * @param maxNum as many threads as there may be
   * @param maxTaskNum 0 for no bound; otherwise run() blocks while so many tasks wait
   */
  constructor(maxNum: number, maxTaskNum = 0) {
    this.tasks = new Queue(maxTaskNum);
    this.maxNum = maxNum;
  }

  /** Has a thread run the function, and then the callback. */
  run(func: Task['func'], arg: number, callback: Callback | null = null): void {
    if (this.tasks.isShutdown) throw new RuntimeError('Cannot run a task as the pool is closed');
    if (this.idle.value <= this.tasks.qsize() && this.threads.length < this.maxNum) {
      const { tasks, idle } = this;
      const name = `pool-${this.threads.length}`;
      const thread = new Thread({ target: work, args: [tasks, idle], name });
      this.threads.push(thread.start());
    }
    this.tasks.put({ func, arg, callback });
  }

  /** Finishes what is queued, then stops. */
  close(): void {
    this.tasks.shutdown();
  }

  /** Drops what is queued; a running task still finishes. */
  terminate(): void {
    this.tasks.shutdown(true);
  }

  join(): void {
    if (!this.tasks.isShutdown) throw new RuntimeError('Cannot join a pool that is not closed');
    for (const thread of this.threads) thread.join();
  }
}

function work(tasks: Queue<Task>, idle: Value<'i32'>): void {
  idle.add(1);
  for (const { func, arg, callback } of tasks) {
    idle.add(-1);
    let [success, value]: [boolean, unknown] = [true, undefined];
    try {
      value = func(arg);
    } catch (error) {
      [success, value] = [false, error];
    }
    callback?.(success, value);
    idle.add(1);
  }
}

function square(a1: number): number {
  sleep(seconds(1));
  print(a1, currentThread().name);
  if (a1 === 7) throw new RangeError('Seven');
  return a1 * a1;
}

const results = new SharedList<number | Error>();
const pool = new ThreadPool(10);
for (let i = 0; i < 30; i++) {
  pool.run(square, i, (_, value) => results.append(value as number | Error));
}
pool.close();
pool.join();

const all = results.toArray();
const failed = all.filter((value) => value instanceof Error).map(String);
const sum = all.reduce<number>((a, b) => (typeof b === 'number' ? a + b : a), 0);
print('threads made:', pool.threads.length, 'tasks:', all.length, 'failed:', failed, 'sum:', sum);

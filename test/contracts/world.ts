// What a contract needs to know of the world that it is run in: who the parties are that contend
// (threads, or processes), and how they share what no lock protects.
import { Event, Thread } from 'heddle/threading';
import type {
  AsyncOptions,
  BlockingOptions,
  Callable,
  Duration,
  Guard,
  LockLike,
} from 'heddle/threading';

/** Everything that a lock of ours can do. */
export interface FullLock extends LockLike {
  acquire(options?: BlockingOptions): boolean;
  guard(options?: BlockingOptions): Guard;
  guardAsync(options?: AsyncOptions): Promise<Guard>;
  withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
}

/** Everything that an event of ours can do. */
export interface FullEvent {
  isSet(): boolean;
  set(): void;
  clear(): void;
  wait(timeout?: Duration): boolean;
  waitAsync(options?: AsyncOptions): Promise<boolean>;
}

/** Everything that a semaphore of ours can do. */
export interface FullSemaphore {
  acquire(options?: BlockingOptions): boolean;
  acquireAsync(options?: AsyncOptions): Promise<boolean>;
  release(n?: number): void;
  guard(options?: BlockingOptions): Guard;
  guardAsync(options?: AsyncOptions): Promise<Guard>;
  with<T>(body: () => T): T;
  withAsync<T>(body: () => Promise<T> | T, options?: AsyncOptions): Promise<T>;
  readonly value: number;
}

/** Everything that a condition of ours can do beyond its lock. */
export interface FullCondition extends FullLock {
  wait(timeout?: Duration): boolean;
  waitAsync(options?: AsyncOptions): Promise<boolean>;
  waitFor<T>(predicate: () => T, timeout?: Duration): T;
  waitForAsync<T>(predicate: () => T, options?: AsyncOptions): Promise<T>;
  notify(n?: number): void;
  notifyAll(): void;
}

/** Everything that a queue of ours can do. */
export interface FullQueue<T> extends Iterable<T>, AsyncIterable<T> {
  maxsize: number;
  readonly isShutdown: boolean;
  readonly unfinishedTasks: number;
  put(item: T, options?: BlockingOptions): void;
  putNowait(item: T): void;
  putAsync(item: T, options?: AsyncOptions): Promise<void>;
  get(options?: BlockingOptions): T;
  getNowait(): T;
  getAsync(options?: AsyncOptions): Promise<T>;
  qsize(): number;
  empty(): boolean;
  full(): boolean;
  taskDone(): void;
  join(): void;
  joinAsync(options?: AsyncOptions): Promise<void>;
  shutdown(immediate?: boolean): void;
}

/** Another thread or process at work. */
export interface Party<R> {
  readonly name: string;
  /** What messages call it once it has ended. */
  readonly shown: string;
  /** What its function returned, or what it threw. */
  result(): Promise<R>;
  /** Ends it where it is. */
  kill(): Promise<void>;
  /** What it is blocked on, or null. */
  waitingFor(): string | null;
}

/** Where a contract is run. */
export interface World {
  /** Whether time-outs mean what they do in Python's multiprocessing (kernel/deadline.ts). */
  readonly isLenient?: boolean;
  /** What other parties call the thread that runs the contract. */
  readonly self: string;
  start<A extends readonly unknown[], R>(target: Callable<A, R>, ...args: A): Party<Awaited<R>>;
  makeEvent(): FullEvent;
  /** Memory that all parties see and that nothing protects: so many cells of 0. */
  makeCells(count: number): Int32Array;
}

/** Time-outs that no call takes. */
export function badTimes({ isLenient = false }: World): never[] {
  return [...(isLenient ? [] : [-1, '-5s']), 2 ** 31 + 1] as never[];
}

/** Threads of one process. */
export const threads: World = {
  self: 'MainThread',
  start(target, ...args) {
    const thread = new Thread({ target, args } as never).start();
    return {
      name: thread.name,
      shown: `thread "${thread.name}"`,
      result: async () => (await thread.resultAsync({ timeout: 15 })) as never,
      kill: async () => {
        thread.terminate();
        await thread.joinAsync({ timeout: 15 });
      },
      waitingFor: () => thread.waitingFor,
    };
  },
  makeEvent: () => new Event(),
  makeCells: (count) => new Int32Array(new SharedArrayBuffer(count * 4)),
};

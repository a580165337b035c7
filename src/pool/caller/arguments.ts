// The arguments of a pool's methods, checked before anything is done.
import { inspect } from 'node:util';
import { toMs, toPatience } from '../../kernel/index.ts';
import type { LazyOptions, MapOptions, PoolOptions, TaskOptions } from '../types.ts';
import { tellerOf } from './teller.ts';
import type { Teller } from './teller.ts';

/** What the options of a task mean. */
export interface Terms {
  readonly callback: ((result: never) => void) | undefined;
  readonly errorCallback: ((error: unknown) => void) | undefined;
  readonly progress: Teller | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly rank: number;
  readonly transfer: readonly ArrayBuffer[];
  /** Items in a message, or 0 where that is left to us. */
  readonly chunksize: number;
  /** Items read ahead, or 0. */
  readonly buffersize: number;
}

/** Options of a pool that have been looked at. */
export interface Checked {
  readonly initializer: NewableFunction | ((...args: never[]) => unknown) | undefined;
  readonly initargs: readonly unknown[];
  readonly mostTasks: number;
  readonly mostKib: number;
  readonly mostWaiting: number;
  readonly retries: number;
  readonly name: string | undefined;
}

const GRACE_MS = 1000;
// A limit of this length or more is none: 24 days.
const LONGEST_MS = 2 ** 31 - 1;
const LARGEST = 2 ** 31 - 1;

const NONE: Terms = {
  callback: undefined,
  errorCallback: undefined,
  progress: undefined,
  signal: undefined,
  timeoutMs: 0,
  graceMs: GRACE_MS,
  rank: 0,
  transfer: [],
  chunksize: 0,
  buffersize: 0,
};

/** Looks at what a task is to be run with. */
export function termsOf<R>(
  options: LazyOptions<R> | MapOptions<R> | TaskOptions<R> | undefined,
): Terms {
  if (options === undefined) return NONE;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot run a task with ${inspect(options)} as an object of options is wanted\n` +
        "Write { timeout: '5s' }",
    );
  }
  const { timeout, grace, signal, priority = 0, transfer = [] } = options;
  const lazy = options as LazyOptions<R>;
  for (const key of ['callback', 'errorCallback'] as const) {
    requireFunction(lazy[key], key);
  }
  if (typeof priority !== 'number' || Number.isNaN(priority)) {
    throw new TypeError(`Cannot run a task as its priority is ${inspect(priority)}, not a number`);
  }
  if (signal !== undefined) toPatience({ signal });
  return {
    callback: options.callback,
    errorCallback: options.errorCallback,
    progress: tellerOf(lazy.progress),
    signal,
    timeoutMs: limitMs(timeout, 'timeout', 0),
    graceMs: limitMs(grace, 'grace', GRACE_MS),
    rank: priority === 0 ? 0 : -priority,
    transfer: checkTransfer(transfer),
    chunksize: countOr(lazy.chunksize, 'chunksize', 0),
    buffersize: countOr(lazy.buffersize, 'buffersize', 0),
  };
}

/** Looks at what a pool is to be made of. */
export function checkOptions(options: PoolOptions): Checked {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot make a pool with ${inspect(options)} as an object of options is wanted\n` +
        'Write new ThreadPool(4, { maxtasksperchild: 100 })',
    );
  }
  const { initializer, initargs = [], retries = 0, name } = options;

  requireFunction(initializer, 'initializer');
  if (!Array.isArray(initargs)) {
    throw new TypeError(
      `Cannot make a pool as its initargs are ${inspect(initargs)}, not an array`,
    );
  }
  if (!Number.isInteger(retries) || retries < 0) {
    throw new RangeError(
      `Cannot make a pool with ${inspect(retries)} retries: 0 or more are wanted`,
    );
  }
  const bytes = options.maxMemoryPerChild;
  if (bytes !== undefined) requireBytes(bytes);
  return {
    initializer,
    initargs,
    mostTasks: countOr(options.maxtasksperchild, 'maxtasksperchild', 0),
    mostKib: bytes === undefined ? 0 : Math.min(LARGEST, Math.ceil(bytes / 1024)),
    mostWaiting: countOr(options.maxQueue, 'maxQueue', 0),
    retries: Math.min(retries, LARGEST),
    name: name === undefined ? undefined : textOf(name),
  };
}

/** Looks at the number of workers. */
export function checkSize(size: unknown): number {
  if (typeof size !== 'number' || Number.isNaN(size)) {
    throw new TypeError(`Cannot make a pool of ${inspect(size)} workers: a number is wanted`);
  }
  if (Number.isInteger(size) && size >= 1 && size <= MOST_WORKERS) return size;
  throw new RangeError(
    `Cannot make a pool of ${size} workers: a whole number from 1 to ${MOST_WORKERS} is wanted`,
  );
}

// There are slots for 1024 threads in a process, and for as many of all processes of a family.
const MOST_WORKERS = 1000;

/** What is to be called is a function. */
export function requireCallable(func: unknown, args: unknown): void {
  if (typeof func !== 'function') {
    throw new TypeError(`Cannot run ${inspect(func)} in a pool as it is not a function`);
  }
  if (!Array.isArray(args)) {
    throw new TypeError(
      `Cannot run a task as its args are ${inspect(args)}, not an array\nWrite [value]`,
    );
  }
}

function requireBytes(bytes: unknown): void {
  if (Number.isInteger(bytes) && (bytes as number) >= 1) return;
  const message =
    `Cannot make a pool as its maxMemoryPerChild is ${inspect(bytes)}: a whole number of bytes, ` +
    '1 or more, is wanted';
  throw typeof bytes === 'number' ? new RangeError(message) : new TypeError(message);
}

// What is not a string is made one.
function textOf(name: unknown): string {
  return typeof name === 'string' ? name : inspect(name);
}

function requireFunction(value: unknown, what: string): void {
  if (value === undefined || typeof value === 'function') return;
  throw new TypeError(`Cannot use ${inspect(value)} as ${what} as it is not a function`);
}

function countOr(value: unknown, what: string, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && (value as number) >= 1) return Math.min(value as number, LARGEST);
  throw new RangeError(
    `Cannot use ${inspect(value)} as ${what}: a whole number of 1 or more is wanted`,
  );
}

function limitMs(
  duration: TaskOptions<unknown>['timeout'],
  what: string,
  otherwise: number,
): number {
  if (duration === undefined) return otherwise;
  const ms = Math.ceil(toMs(duration, what));
  if (what === 'grace') return Math.min(ms, LONGEST_MS);
  // 0 stands for none, and no run takes no time at all.
  return ms >= LONGEST_MS ? 0 : Math.max(1, ms);
}

function checkTransfer(transfer: unknown): readonly ArrayBuffer[] {
  if (!Array.isArray(transfer)) {
    throw new TypeError(
      `Cannot transfer ${inspect(transfer)} as it is not an array of ArrayBuffers`,
    );
  }
  const seen = new Set<unknown>();
  for (const buffer of transfer as unknown[]) {
    // As postMessage() has it.
    if (seen.has(buffer)) {
      throw new TypeError(
        `Cannot transfer ${inspect(buffer, { depth: 0 })} as it is twice in the array\n` +
          'Name each buffer once',
      );
    }
    seen.add(buffer);
    if (buffer instanceof ArrayBuffer && !buffer.detached) continue;
    throw new TypeError(
      `Cannot transfer ${inspect(buffer, { depth: 0 })} as it is not an ArrayBuffer with its bytes`,
    );
  }
  return transfer as ArrayBuffer[];
}

// wait(): until some or all of many futures are done.
import { inspect } from 'node:util';
import { toDeadline } from '../kernel/index.ts';
import type { Duration } from '../kernel/index.ts';
import { blockUntil, mailboxesOf } from './block.ts';
import { Future, inside } from './future.ts';
import { requireOptions } from './options.ts';

/**
 * When {@link wait} returns: once a future is done, or one has failed, or when all are done. A
 * cancelled one is done, and has not failed.
 */
export type ReturnWhen = 'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED';

/** What has come of the futures that were waited for. */
export interface Waited<R> {
  /** Those that are done or cancelled. */
  readonly done: Set<Future<R>>;
  /** The others. */
  readonly notDone: Set<Future<R>>;
}

/** How long to wait, and for what. */
export interface WaitOptions {
  /** Longest wait; without it, waits for ever. */
  timeout?: Duration | undefined;
  /** Default: 'ALL_COMPLETED'. */
  returnWhen?: ReturnWhen | undefined;
}

const REASONS: readonly unknown[] = ['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'];

/**
 * Blocks until all of the futures are done, or the first one is, and tells which are.
 *
 * They may be of several executors. When the time is up, it returns what there is.
 *
 * @param futures each counts once
 * @param options.timeout longest wait; 0 or less looks once; without it, waits for ever
 * @param options.returnWhen `'FIRST_COMPLETED'`, `'FIRST_EXCEPTION'` or `'ALL_COMPLETED'`
 * @returns two sets, in the order of the futures
 * @throws {TypeError} if one is not a Future, or `options` no object
 * @throws {RangeError} if `returnWhen` is none of these
 *
 * @example
 * ```ts
 * import { print } from 'heddle';
 * import { ThreadPoolExecutor, wait } from 'heddle/futures';
 * const executor = new ThreadPoolExecutor({ maxWorkers: 2 });
 * const futures = [1, 2, 3].map((n) => executor.submit((x: number) => x * x, n));
 * const { done, notDone } = wait(futures, { timeout: '10s' });
 * print(done.size, notDone.size); // 3 0
 * executor.shutdown();
 * ```
 */
export function wait<R>(futures: Iterable<Future<R>>, options: WaitOptions = {}): Waited<R> {
  requireOptions(options, 'wait', "Write wait(futures, { timeout: '5s' })");
  const { timeout, returnWhen = 'ALL_COMPLETED' } = options;
  if (!REASONS.includes(returnWhen)) {
    throw new RangeError(
      `Cannot wait until ${inspect(returnWhen)}: 'FIRST_COMPLETED', 'FIRST_EXCEPTION' or ` +
        "'ALL_COMPLETED' is wanted",
    );
  }
  const deadlineMs = toDeadline(timeout, true);
  const all = futuresOf(futures);
  for (const mailbox of mailboxesOf(all)) mailbox.collect();
  awaitThem(all, returnWhen, deadlineMs);
  const done = new Set<Future<R>>();
  const notDone = new Set<Future<R>>();
  for (const future of all) (inside.isSettled(future) ? done : notDone).add(future);
  return { done, notDone };
}

/** Checks that all are futures, and takes each once. */
export function futuresOf<R>(futures: Iterable<Future<R>>): Set<Future<R>> {
  const all = new Set(futures);
  for (const future of all) {
    if (future instanceof Future) continue;
    throw new TypeError(`Cannot wait for ${inspect(future, { depth: 0 })}: a Future is wanted`);
  }
  return all;
}

function awaitThem(
  all: ReadonlySet<Future<unknown>>,
  returnWhen: ReturnWhen,
  deadlineMs: number,
): void {
  const pending = [...all].filter((future) => !inside.isSettled(future));
  let left = pending.length;
  let isMet = false;
  const look = (future: Future<unknown>): void => {
    if (returnWhen === 'FIRST_COMPLETED') isMet = true;
    if (returnWhen === 'FIRST_EXCEPTION' && inside.isFailed(future)) isMet = true;
  };
  for (const future of all) if (inside.isSettled(future)) look(future);
  if (isMet || left === 0) return;
  const listeners = pending.map((future) => {
    const listener = (): void => {
      left -= 1;
      look(future);
    };
    inside.listen(future, listener);
    return { future, listener };
  });
  blockUntil(mailboxesOf(pending), () => isMet || left === 0, deadlineMs);
  for (const { future, listener } of listeners) inside.unlisten(future, listener);
}

// What happens when a thread's target throws: the except hook, in the main thread.
//
// Without a hook of the user's, the failing thread itself writes the report, at once, whatever the
// main thread does. With one, the error goes onto a list in the arena, and the main thread calls
// the hook: on its event loop, before join() returns there, and at the program's end.
import { inspect } from 'node:util';
import {
  HEADER,
  allocate,
  arena,
  ask,
  atomics,
  attach,
  inheritance,
  release,
  retain,
} from '../../kernel/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import { writeWhole } from '../../system/index.ts';
import { drop, load, store } from '../../wire/index.ts';
import type { Thread } from '../thread.ts';
import { nameOf } from './record.ts';

/** What the except hook is given. */
export interface ExceptHookArgs {
  /** What the target threw. */
  error: unknown;
  /** The thread that threw it. */
  thread: Thread;
}

const STDERR = 2;

/** Cells of an entry of the list. */
const ENTRY = { NEXT: 0, RECORD: 1, MESSAGE: 2, CELLS: 3 } as const;

let hook: ((args: ExceptHookArgs) => void) | null = null;

/**
 * Sets what is called, in the main thread, when a thread's target throws; null restores the
 * default, which writes `Exception in thread NAME:` and the stack to standard error.
 *
 * The process goes on, and its exit code is unchanged. While the main thread is blocked the hook
 * waits; it has been called before `join()` of the thread returns there. An error that the hook
 * itself throws is written to standard error.
 *
 * @param newHook the hook, or null
 * @throws {RuntimeError} if it is not called in the main thread, where the hook would run
 *
 * @example
 * ```ts
 * import { Thread, setExceptHook } from 'heddle/threading';
 * const failed: string[] = [];
 * setExceptHook(({ thread }) => failed.push(thread.name));
 * const target = () => { throw new Error('no'); };
 * new Thread({ target, name: 'one' }).start().join();
 * setExceptHook(null);
 * if (failed[0] !== 'one') throw new Error('the hook was not called');
 * ```
 */
export function setExceptHook(newHook: ((args: ExceptHookArgs) => void) | null): void {
  if (inheritance !== null) {
    throw new RuntimeError(
      'Cannot set the except hook here as it runs in the main thread, and this is another one\n' +
        'Call setExceptHook() in the main thread, before the threads start',
    );
  }
  if (newHook !== null && typeof newHook !== 'function') {
    throw new TypeError(
      `Cannot set the except hook to ${inspect(newHook)} as it is not a function`,
    );
  }
  hook = newHook;
  atomics.store(arena.cells, HEADER.HOOK_SET, Number(newHook !== null));
}

/** Reports an error that ended a thread. */
export function reportError(record: number, error: unknown): void {
  if (atomics.load(arena.cells, HEADER.HOOK_SET) === 0) {
    writeWhole(STDERR, `Exception in thread ${nameOf(record)}:\n${inspect(error)}\n`);
    return;
  }
  const { cells } = arena;
  const entry = allocate(ENTRY.CELLS * 4);
  retain(record);
  atomics.poke(cells, entry + ENTRY.RECORD, record);
  atomics.poke(cells, entry + ENTRY.MESSAGE, store(error, 'error'));
  for (;;) {
    const head = atomics.load(cells, HEADER.HOOK_HEAD);
    atomics.poke(cells, entry + ENTRY.NEXT, head);
    if (atomics.compareExchange(cells, HEADER.HOOK_HEAD, head, entry) === head) break;
  }
  ask({ type: 'hook' });
}

/**
 * Calls the hook for the errors that wait for it. In the main thread; nothing happens in others.
 */
export function drainHook(): void {
  if (inheritance !== null) return;
  const { cells } = arena;
  if (atomics.load(cells, HEADER.HOOK_HEAD) === 0) return;
  const entries: number[] = [];
  let entry = atomics.exchange(cells, HEADER.HOOK_HEAD, 0);
  for (; entry !== 0; entry = atomics.peek(cells, entry + ENTRY.NEXT)) entries.push(entry);
  for (const first of entries.toReversed()) {
    const record = atomics.peek(cells, first + ENTRY.RECORD);
    const message = atomics.peek(cells, first + ENTRY.MESSAGE);
    callHook(record, load(message));
    drop(message);
    release(record);
    release(first);
  }
}

function callHook(record: number, error: unknown): void {
  try {
    if (hook === null)
      writeWhole(STDERR, `Exception in thread ${nameOf(record)}:\n${inspect(error)}\n`);
    else hook({ error, thread: attach(record) as Thread });
  } catch (thrown) {
    writeWhole(STDERR, `Exception in threading.excepthook:\n${inspect(thrown)}\n`);
  }
}

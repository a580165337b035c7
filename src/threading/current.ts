// Which thread is this? And which others are there?
import {
  HEADER,
  arena,
  atomics,
  attach,
  checkpoint,
  glance,
  provideUncaught,
  release,
} from '../kernel/index.ts';
import { reportError } from './life/hook.ts';
import { RECORD, getField, nameOf } from './life/record.ts';
import { aliveRecords, countAlive } from './life/roster.ts';
import { osThreadId } from './view/usage.ts';
import type { Thread } from './thread.ts';

// In a worker: the thread that runs, or that ran last and left something at work. In the main
// thread: its own.
let current = 0;

provideUncaught((error) => reportError(current, error));

/** Says which record's thread this is from now on. */
export function setCurrent(record: number): void {
  current = record;
}

/** The name of this thread. */
export function currentName(): string {
  return nameOf(current);
}

/** The record of this thread. */
export function currentRecord(): number {
  return current;
}

/**
 * Gives the thread that calls this. Does not block.
 *
 * @returns the same object each time, within a thread
 *
 * @example
 * ```ts
 * import { currentThread } from 'heddle/threading';
 * if (currentThread().name !== 'MainThread') throw new Error('not in the main thread');
 * ```
 */
export function currentThread(): Thread {
  checkpoint();
  return attach(current) as Thread;
}

/**
 * Gives the program's main thread. Does not block.
 *
 * @returns the same object each time, within a thread
 *
 * @example
 * ```ts
 * import { Thread, mainThread } from 'heddle/threading';
 * const thread = new Thread({ target: () => mainThread().name }).start();
 * if (thread.result() !== 'MainThread') throw new Error('another main thread');
 * ```
 */
export function mainThread(): Thread {
  return attach(atomics.load(arena.cells, HEADER.MAIN_RECORD)) as Thread;
}

/**
 * Lists the threads that are alive, the main one first, the others in the order of their start.
 * Does not block.
 *
 * @returns a new array
 *
 * @example
 * ```ts
 * import { enumerate } from 'heddle/threading';
 * const names = enumerate().map((thread) => thread.name);
 * if (names[0] !== 'MainThread') throw new Error(names.join());
 * ```
 */
export function enumerate(): Thread[] {
  checkpoint();
  glance();
  return aliveRecords().map((record) => {
    const thread = attach(record) as Thread;
    release(record);
    return thread;
  });
}

/**
 * Counts the threads that are alive, the main one included. Does not block.
 *
 * @returns 1 or more
 *
 * @example
 * ```ts
 * import { activeCount } from 'heddle/threading';
 * if (activeCount() < 1) throw new Error('this thread is alive');
 * ```
 */
export function activeCount(): number {
  checkpoint();
  glance();
  return countAlive();
}

/**
 * Gives the number of the thread that calls this: not zero, and no other thread's in this program.
 * Does not block.
 *
 * @returns the same as `currentThread().ident`
 *
 * @example
 * ```ts
 * import { currentThread, getIdent } from 'heddle/threading';
 * if (getIdent() !== currentThread().ident) throw new Error('two numbers');
 * ```
 */
export function getIdent(): number {
  checkpoint();
  return getField(current, RECORD.IDENT);
}

/**
 * Gives the number by which the operating system's kernel knows the thread that calls this. Does
 * not block.
 *
 * @returns null where the platform tells none
 *
 * @example
 * ```ts
 * import { getNativeId } from 'heddle/threading';
 * const id = getNativeId();
 * if (id !== null && id <= 0) throw new Error('no number of a thread');
 * ```
 */
export function getNativeId(): number | null {
  return osThreadId();
}

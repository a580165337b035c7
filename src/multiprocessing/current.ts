// Which process is this? And which others are there?
import { attach, release } from '../kernel/index.ts';
import { CHILD, STATE, getField, listed } from './child/record.ts';
import type { Process } from './process.ts';
import { parentOfThis, thisProcess } from './self.ts';

/**
 * Gives the process that calls this. Does not block.
 *
 * @returns the same object each time, within a thread
 *
 * @example
 * ```ts
 * import { currentProcess } from 'heddle/multiprocessing';
 * if (currentProcess().name !== 'MainProcess') throw new Error('not the first');
 * ```
 */
export function currentProcess(): Process {
  return attach(thisProcess()) as Process;
}

/**
 * Gives the process that started this one. Does not block.
 *
 * @returns null in the first process
 *
 * @example
 * ```ts
 * import { parentProcess } from 'heddle/multiprocessing';
 * if (parentProcess() !== null) throw new Error('not the first');
 * ```
 */
export function parentProcess(): Process | null {
  const record = parentOfThis();
  return record === 0 ? null : (attach(record) as Process);
}

/**
 * Lists the children that are alive, in the order of their start. Does not block.
 *
 * @returns a new array
 *
 * @example
 * ```ts
 * import { Process, activeChildren } from 'heddle/multiprocessing';
 * const child = new Process({ target: () => {} }).start();
 * child.join();
 * if (activeChildren().length > 0) throw new Error('it has ended');
 * ```
 */
export function activeChildren(): Process[] {
  return listed().flatMap((record) => {
    const isAlive = getField(record, CHILD.STATE) === STATE.RUNNING;
    const child = isAlive ? [attach(record) as Process] : [];
    release(record);
    return child;
  });
}

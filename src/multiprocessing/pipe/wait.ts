// Waiting for whichever of several things comes first.
import { inspect } from 'node:util';
import { arena, blockWhile, toDeadline } from '../../kernel/index.ts';
import { Thread } from '../../threading/index.ts';
import { Process } from '../process.ts';
import type { Duration } from '../types.ts';
import { Connection } from './connection.ts';

// They have no queue in common, so they are looked at in turns.
const LOOK_MS = 2;

/**
 * Blocks until one of the objects is ready: a connection that something can be received from, or
 * whose other end is closed; a process or thread that has ended.
 *
 * @param objects connections, processes and threads
 * @param timeout longest wait; 0 or less looks once; without it, waits for ever
 * @returns those that are ready, in their order; none when the time was up
 * @throws {TypeError} if one is something else
 *
 * @example
 * ```ts
 * import { Pipe, Process, wait } from 'heddle/multiprocessing';
 * const [ours, theirs] = Pipe();
 * const child = new Process({ target: (end) => end.send(1), args: [theirs] }).start();
 * const [first] = wait([ours, child]);
 * console.log(first === ours || first === child); // true
 * ```
 */
export function wait<T extends object>(objects: readonly T[], timeout?: Duration): T[] {
  const deadlineMs = toDeadline(timeout, true);
  for (const object of objects) requireWaitable(object);
  let ready: T[] = [];
  const look = (): boolean => {
    ready = objects.filter((object) => isReady(object));
    return ready.length === 0;
  };
  if (look() && deadlineMs > 0) blockWhile(arena, look, deadlineMs, LOOK_MS);
  return ready;
}

function isReady(object: object): boolean {
  if (object instanceof Connection) return object.poll();
  return (object as Process | Thread).state === 'terminated';
}

function requireWaitable(object: unknown): void {
  for (const known of [Connection, Process, Thread]) if (object instanceof known) return;
  throw new TypeError(
    `Cannot wait for ${inspect(object, { depth: 0 })} as it is no connection, process or thread`,
  );
}

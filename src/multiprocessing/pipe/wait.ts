// Waiting for whichever of several things comes first.
import { inspect } from 'node:util';
import { RuntimeError } from '../../errors/index.ts';
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
 * @param objects connections, processes and threads: an array, or what else can be iterated
 * @param timeout longest wait; 0 or less looks once; without it, waits for ever
 * @returns those that are ready, in their order; none when the time was up
 * @throws {TypeError} if one is something else
 * @throws {RuntimeError} if a process or thread was not started: it does not end
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
export function wait<T extends object>(objects: Iterable<T>, timeout?: Duration): T[] {
  const deadlineMs = toDeadline(timeout, true);
  const all = listOf(objects);
  for (const object of all) requireWaitable(object);
  let ready: T[] = [];
  const look = (): boolean => {
    ready = all.filter((object) => isReady(object));
    return ready.length === 0;
  };
  if (look() && deadlineMs > 0) blockWhile(arena, look, deadlineMs, LOOK_MS);
  return ready;
}

function isReady(object: object): boolean {
  if (object instanceof Connection) return object.poll();
  return (object as Process | Thread).state === 'terminated';
}

function listOf<T>(objects: Iterable<T>): T[] {
  const { [Symbol.iterator]: iterator } = Object(objects) as Partial<Iterable<T>>;
  if (typeof iterator === 'function') return [...objects];
  throw new TypeError(
    `Cannot wait for ${inspect(objects, { depth: 0 })} as it is no list of objects\n` +
      'Write wait([connection, process])',
  );
}

function requireWaitable(object: unknown): void {
  if (object instanceof Connection) return;
  if (!(object instanceof Process || object instanceof Thread)) {
    throw new TypeError(
      `Cannot wait for ${inspect(object, { depth: 0 })} as it is no connection, process or thread`,
    );
  }
  if (object.state !== 'initial') return;
  const kind = object instanceof Process ? 'process' : 'thread';
  throw new RuntimeError(
    `Cannot wait for ${kind} ${JSON.stringify(object.name)} as it was not started\n` +
      'Call start() first',
  );
}

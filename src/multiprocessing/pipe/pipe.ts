// Pipe: two ends, of this process's family.
import { isClient } from '../../kernel/index.ts';
import { newDistantPipe } from '../distant/client/connection.ts';
import { newPipe } from './connection.ts';
import type { Connection } from './connection.ts';

/**
 * Makes two ends that are connected.
 *
 * @param options.duplex false: the first end only receives, the second only sends. Default true
 * @returns the two ends; either may be sent to another process
 * @throws {HeddleError} if memory cannot be shared between processes here
 *
 * @example
 * ```ts
 * import { Pipe, Process } from 'heddle/multiprocessing';
 * const [ours, theirs] = Pipe();
 * const child = new Process({ target: (end) => end.send([42, null, 'hello']), args: [theirs] });
 * child.start();
 * console.log(ours.recv()); // [ 42, null, 'hello' ]
 * child.join();
 * ```
 */
export function Pipe(
  options: { readonly duplex?: boolean | undefined } = {},
): [Connection, Connection] {
  return isClient() ? newDistantPipe(options) : newPipe(options.duplex ?? true);
}

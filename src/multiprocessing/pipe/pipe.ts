// Pipe: two ends, of this process's family.
import { inspect } from 'node:util';
import { isClient } from '../../kernel/index.ts';
import { newDistantPipe } from '../distant/client/connection.ts';
import { newPipe } from './connection.ts';
import type { Connection } from './connection.ts';

/**
 * Makes two ends that are connected.
 *
 * @param options.duplex false: the first end only receives, the second only sends. Default true
 * @returns the two ends; either may be sent to another process
 * @throws {TypeError} if `options` is no object, as the bare `false` that Python takes, or
 *   `duplex` not a boolean
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
  const duplex = duplexOf(options);
  return isClient() ? newDistantPipe({ duplex }) : newPipe(duplex);
}

function duplexOf(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Cannot make a pipe of ${inspect(options)} as an object of options is wanted\n` +
        'Write Pipe({ duplex: false }) for one direction, or Pipe() for both',
    );
  }
  const { duplex = true } = options as { readonly duplex?: unknown };
  if (typeof duplex === 'boolean') return duplex;
  throw new TypeError(
    `Cannot make a pipe as its duplex is ${inspect(duplex, { depth: 0 })}, not true or false`,
  );
}

// Pool: a pool whose workers are processes.
import { Attachment, defineKind } from '../../kernel/index.ts';
import { RuntimeError } from '../../errors/index.ts';
import { BasePool, checkSize, familyPoolKind, processBackend } from '../../pool/index.ts';
import type { PoolOptions } from '../../pool/index.ts';
import { CHILD, getField } from '../child/record.ts';
import { thisProcess } from '../self.ts';

const POOL: number = defineKind('ProcessPool', import.meta.url, {
  ...familyPoolKind(() => POOL),
  shown: 'Pool',
  attach: (handle) => new Pool(new Attachment(handle) as never),
});

/**
 * A pool whose workers are processes: Python's `multiprocessing.Pool`.
 *
 * @example
 * ```ts
 * import { Pool } from 'heddle/multiprocessing';
 * const pool = new Pool(2);
 * console.log(pool.map((n: number) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]
 * pool.close();
 * pool.join();
 * ```
 */
export class Pool extends BasePool {
  /**
   * Makes a pool. Its workers start beside the program; they are daemons.
   *
   * @param processes how many workers; default cpuCount()
   * @param options see {@link PoolOptions}
   * @throws {RangeError} if there are to be none
   * @throws {TypeError} if it is not a number, or an option has the wrong type
   * @throws {RuntimeError} in a process that is a daemon, which may have no children
   */
  constructor(processes?: number, options: PoolOptions = {}) {
    if (processes === null) checkSize(processes); // only what is left out has a default
    const sort = {
      kind: POOL,
      name: 'Pool',
      backend: () => {
        requireNoDaemon();
        return processBackend();
      },
      isLocal: false,
    };
    super(sort, processes, options);
  }
}

function requireNoDaemon(): void {
  if (getField(thisProcess(), CHILD.DAEMON) === 0) return;
  throw new RuntimeError(
    'Cannot make a pool of processes in this process as it is a daemon, which may have no ' +
      'children\nUse a ThreadPool here, or a Process that is no daemon',
  );
}

// ThreadPool: a pool whose workers are threads of this process.
import { Attachment, defineKind } from '../../kernel/index.ts';
import { BasePool, checkSize, poolKind, threadBackend } from '../../pool/index.ts';
import type { PoolOptions } from '../../pool/index.ts';

const THREAD_POOL: number = defineKind('ThreadPool', import.meta.url, {
  ...poolKind,
  attach: (handle) => new ThreadPool(new Attachment(handle) as never),
});

/**
 * A pool whose workers are threads of this process: Python's `multiprocessing.pool.ThreadPool`.
 *
 * @example
 * ```ts
 * import { ThreadPool } from 'heddle/multiprocessing';
 * const pool = new ThreadPool(2);
 * console.log(pool.map((n: number) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]
 * pool.close();
 * pool.join();
 * ```
 */
export class ThreadPool extends BasePool {
  /**
   * Makes a pool. Its workers start beside the program; they are daemons.
   *
   * @param processes how many workers; default cpuCount()
   * @param options see {@link PoolOptions}
   * @throws {RangeError} if there are to be none
   * @throws {TypeError} if it is not a number, or an option has the wrong type
   */
  constructor(processes?: number, options: PoolOptions = {}) {
    if (processes === null) checkSize(processes); // only what is left out has a default
    const sort = {
      kind: THREAD_POOL,
      name: 'ThreadPool',
      backend: threadBackend,
      isLocal: true,
    };
    super(sort, processes, options);
  }
}

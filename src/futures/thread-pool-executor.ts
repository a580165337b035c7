// ThreadPoolExecutor: an executor whose workers are threads of this process.
import { Attachment, defineKind } from '../kernel/index.ts';
import { poolKind, threadBackend } from '../pool/index.ts';
import { cpuCount } from '../system/index.ts';
import { Executor } from './executor.ts';
import type { ExecutorOptions } from './options.ts';

// CPython's: enough for tasks that mostly wait, and no more than a machine with many processors
// bears.
const MOST_USUAL = 32;
const BEYOND_PROCESSORS = 4;

const KIND: number = defineKind('ThreadPoolExecutor', import.meta.url, {
  ...poolKind,
  attach: (handle) => new ThreadPoolExecutor(new Attachment(handle) as never),
});

/**
 * An executor whose workers are threads of this process: Python's `ThreadPoolExecutor`.
 *
 * @example
 * ```ts
 * import { print } from 'heddle';
 * import { ThreadPoolExecutor } from 'heddle/futures';
 * const executor = new ThreadPoolExecutor({ maxWorkers: 2, threadNamePrefix: 'loom' });
 * print(executor.submit((n: number) => n * n, 7).result()); // 49
 * executor.shutdown();
 * ```
 */
export class ThreadPoolExecutor extends Executor {
  /**
   * Makes an executor. No worker starts before the first task.
   *
   * @param options.maxWorkers most workers at a time; default: cpuCount() + 4, at most 32
   * @param options.threadNamePrefix what their names begin with; default `ThreadPoolExecutor-N`
   * @throws {RangeError} if `maxWorkers` or `maxTasksPerChild` is below 1
   * @throws {TypeError} if an option has the wrong type
   */
  constructor(options: ExecutorOptions = {}) {
    const mostWorkers = Math.min(MOST_USUAL, cpuCount() + BEYOND_PROCESSORS);
    const name = 'ThreadPoolExecutor';
    super({ kind: KIND, name, mostWorkers, backend: threadBackend }, options);
  }
}

// ProcessPoolExecutor: an executor whose workers are processes.
import { Attachment, defineKind } from '../kernel/index.ts';
import { RuntimeError } from '../errors/index.ts';
import { currentProcess } from '../multiprocessing/index.ts';
import { familyPoolKind, processBackend } from '../pool/index.ts';
import { cpuCount } from '../system/index.ts';
import { Executor } from './executor.ts';
import type { ExecutorOptions } from './options.ts';

const KIND: number = defineKind('ProcessPoolExecutor', import.meta.url, {
  ...familyPoolKind(() => KIND),
  attach: (handle) => new ProcessPoolExecutor(new Attachment(handle) as never),
});

/**
 * An executor whose workers are processes: Python's `ProcessPoolExecutor`.
 *
 * @example
 * ```ts
 * import { print } from 'heddle';
 * import { ProcessPoolExecutor } from 'heddle/futures';
 * const executor = new ProcessPoolExecutor({ maxWorkers: 2, threadNamePrefix: 'loom' });
 * print(executor.submit((n: number) => n * n, 7).result()); // 49
 * executor.shutdown();
 * ```
 */
export class ProcessPoolExecutor extends Executor {
  /**
   * Makes an executor. No worker starts before the first task.
   *
   * @param options.maxWorkers most workers at a time; default cpuCount()
   * @param options.threadNamePrefix what their names begin with; default `ProcessPoolExecutor-N`
   * @throws {RangeError} if `maxWorkers` or `maxTasksPerChild` is below 1
   * @throws {TypeError} if an option has the wrong type
   * @throws {RuntimeError} in a process that is a daemon, which may have no children
   */
  constructor(options: ExecutorOptions = {}) {
    const sort = {
      kind: KIND,
      name: 'ProcessPoolExecutor',
      mostWorkers: cpuCount(),
      backend: () => {
        requireNoDaemon();
        return processBackend();
      },
    };
    super(sort, options);
  }
}

function requireNoDaemon(): void {
  if (!currentProcess().daemon) return;
  throw new RuntimeError(
    'Cannot make an executor of processes in this process as it is a daemon, which may have no ' +
      'children\nUse a ThreadPoolExecutor here, or a Process that is no daemon',
  );
}

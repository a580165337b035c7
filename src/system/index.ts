// The room of the system's services: time, standard input and output, processors.
import { isMainThread } from 'node:worker_threads';
import { inheritedFamily } from '../kernel/index.ts';

export { cpuCount } from './cpu-count.ts';
export { input } from './input.ts';
export { eraseOf, showBars, writeWhole } from './lines.ts';
export { print } from './print.ts';
export { hasProcessor } from './processor.ts';
export { sleep, sleepAsync } from './sleep.ts';

/** True in the program's main thread of its first process (Python's `__name__ == '__main__'`). */
export const isMain: boolean = isMainThread && inheritedFamily === null;

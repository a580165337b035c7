// Section 10: thread pools, as one makes them of a queue.
import { endsWell, printsInBatches, printsInOrder, printsNumbers } from '../checks.ts';
import type { Section } from '../section.ts';

const THREADS = 10;
const TASK_SECONDS = 1;
const [TICKET_TASKS, QUEUED_TASKS] = [100, 30];

export const pools: Section = {
  number: 10,
  title: 'Pools of threads, made of a queue',
  teaches: [
    'A pool bounds how many work at a time. The simple one keeps tickets in a queue: whoever has',
    'one starts a thread, which gives the ticket back. The better one keeps the tasks in the',
    'queue, and the same threads take one after another.',
  ],
  programs: [
    {
      file: 'examples/s10e-threadpool-low.ts',
      seconds: (TICKET_TASKS / THREADS) * TASK_SECONDS,
      expectations: [
        { claim: 'a hundred tasks are done, each once', check: printsNumbers(TICKET_TASKS) },
        { claim: 'never more than ten at a time', check: printsInBatches(THREADS, TASK_SECONDS) },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
    {
      file: 'examples/s10f-threadpool-reuse.ts',
      seconds: (QUEUED_TASKS / THREADS) * TASK_SECONDS,
      expectations: [
        { claim: 'thirty tasks are done, each once', check: printsNumbers(QUEUED_TASKS) },
        { claim: 'never more than ten at a time', check: printsInBatches(THREADS, TASK_SECONDS) },
        {
          claim: 'one fails, and the callbacks have the results of all',
          check: printsInOrder(["tasks: 30 failed: [ 'RangeError: Seven' ] sum: 8506"]),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

// Section 10: pools of processes, and thread pools as one makes them of a queue.
import {
  endsWell,
  neverPrints,
  printsExactly,
  printsInBatches,
  printsInOrder,
  printsNumbers,
  printsTimes,
} from '../checks.ts';
import type { Check } from '../checks.ts';
import type { Section } from '../section.ts';
import { printed } from '../transcript.ts';

const [PROCESSES, SLEEP_SECONDS] = [5, 2];
const [POOL_TASKS, SERIAL_TASKS, CALLBACKS, SWALLOWED] = [30, 4, 10, 10];
const HANDED_IN = '666666666666';

const THREADS = 10;
const TASK_SECONDS = 1;
const [TICKET_TASKS, QUEUED_TASKS] = [100, 30];

export const pools: Section = {
  number: 10,
  title: 'Pools',
  teaches: [
    'A pool bounds how many work at a time: five processes take thirty tasks, one after another.',
    'A thread pool can be made of a queue of tickets, with a thread for each task; the better one',
    'keeps the tasks in the queue, and the same threads take them.',
  ],
  programs: [
    {
      file: 'examples/s10a-pool-apply-async.ts',
      seconds: (POOL_TASKS / PROCESSES) * SLEEP_SECONDS,
      expectations: [
        {
          claim: 'all tasks are handed in before the first has ended',
          check: beginsWith(HANDED_IN, POOL_TASKS),
        },
        { claim: 'thirty tasks are done, each once', check: printsNumbers(POOL_TASKS, HANDED_IN) },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
    {
      file: 'examples/s10b-pool-apply-serial.ts',
      seconds: SERIAL_TASKS * SLEEP_SECONDS,
      expectations: [
        {
          claim: 'apply() waits for each task before the next is handed in',
          check: printsExactly(
            Array.from({ length: SERIAL_TASKS }, (_, i) => [String(i), HANDED_IN]).flat(),
          ),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
    {
      file: 'examples/s10c-pool-callback.ts',
      seconds: (1 + CALLBACKS / PROCESSES) * SLEEP_SECONDS,
      expectations: [
        { claim: 'get() waits for a result', check: printsInOrder(['get -> 101', 'end']) },
        { claim: 'the callback gets each result', check: callsBack() },
        { claim: 'in the process that made the pool', check: neverPrints('parent: false') },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
    {
      file: 'examples/s10d-pool-missing-comma.ts',
      seconds: 0,
      expectations: [
        { claim: 'ten wrong calls are handed in', check: printsTimes(HANDED_IN, SWALLOWED) },
        {
          claim: 'each is refused at once, where Python is silent',
          check: printsInOrder(['told at once: Cannot run a task as its args are 0', HANDED_IN]),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
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

function beginsWith(text: string, times: number): Check {
  return ({ entries }) => {
    const other = printed(entries).findIndex((entry) => entry.text !== text);
    return { seen: other === times, found: `${other} such lines came first` };
  };
}

function callsBack(): Check {
  return ({ entries }) => {
    const lines = printed(entries).map((entry) => /^callback (\d+)/.exec(entry.text)?.[1]);
    const results = lines.filter((text) => text !== undefined).map(Number);
    const wanted = Array.from({ length: CALLBACKS }, (_, i) => 100 + i);
    const seen = results.toSorted((a, b) => a - b).join() === wanted.join();
    return { seen, found: `it was called with ${results.join(', ')}` };
  };
}

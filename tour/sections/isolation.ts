// Section 2: what tells processes from threads.
import { endsWell, neverPrints, printsInOrder, printsTimes } from '../checks.ts';
import type { Section } from '../section.ts';

export const isolation: Section = {
  number: 2,
  title: 'Process or thread: who falls with whom',
  teaches: [
    'A process has memory of its own, and when it crashes the others go on. The threads of one',
    'process share its memory, and when one of them crashes, all are gone with the process. An',
    'error that is thrown is no crash: it ends its thread only.',
  ],
  programs: [
    {
      file: 'examples/isolation.ts',
      seconds: 0,
      expectations: [
        {
          claim: 'a process does not change our memory, a thread does',
          check: printsInOrder([
            'memory of its own, here it is still 0',
            'the memory that threads share, here it is 1',
          ]),
        },
        {
          claim: 'a process that crashes leaves an exit code, and nothing else',
          check: printsTimes('a process crashed, exit code -11', 1),
        },
        {
          claim: 'an error ends its thread only',
          check: printsTimes('an error ended a thread: RangeError: Too far', 1),
        },
        {
          claim: 'a thread that crashes takes its process along',
          check: printsTimes('a thread crashed and took its whole process along, exit code -11', 1),
        },
        { claim: 'all of it', check: neverPrints('never printed') },
        { claim: 'the program itself goes on, and ends', check: endsWell() },
      ],
    },
  ],
};

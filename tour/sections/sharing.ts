// Section 8: what threads share.
import { endsWell, printsGrowingList } from '../checks.ts';
import type { Section } from '../section.ts';

export const sharing: Section = {
  number: 8,
  title: 'Threads share',
  teaches: [
    'Threads have one memory: what one appends to a list, the others see. In TypeScript, what is',
    'to be shared says so: a SharedList is one list in all threads. (A plain array would be copied',
    'into each, and every thread would print a list of one.)',
  ],
  programs: [
    {
      file: 'examples/s08b-threads-share.ts',
      seconds: 0,
      expectations: [
        {
          claim: 'ten threads print one list, as it grows to hold 0 to 9',
          check: printsGrowingList('say hi', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

// Section 8: what processes do not share, and threads do.
import { endsWell, printsGrowingList, printsOwnLists } from '../checks.ts';
import type { Section } from '../section.ts';

const VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

export const sharing: Section = {
  number: 8,
  title: 'Processes do not share, threads do',
  teaches: [
    'Each process has a memory of its own: what one appends to a list, no other sees. Threads have',
    'one memory. In TypeScript, what they are to share says so: a SharedList is one list in all',
    'threads. (A plain array would be copied into each, as it is into processes.)',
  ],
  programs: [
    {
      file: 'examples/s08a-processes-do-not-share.ts',
      seconds: 0,
      expectations: [
        {
          claim: 'ten processes print a list of one each',
          check: printsOwnLists('say hi', VALUES),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
    {
      file: 'examples/s08b-threads-share.ts',
      seconds: 0,
      expectations: [
        {
          claim: 'ten threads print one list, as it grows to hold 0 to 9',
          check: printsGrowingList('say hi', VALUES),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

// Section 9: what a manager makes, processes share.
import { endsWell, printsExactly } from '../checks.ts';
import type { Section } from '../section.ts';

export const managers: Section = {
  number: 9,
  title: 'What processes share: Manager',
  teaches: [
    'What one process is to see of another goes through a dict of a manager. In Python that is in',
    'a process of its own, to which each access is a message; here it is memory that all have. An',
    'ordinary object is copied into each process, and nothing comes back.',
  ],
  programs: [
    {
      file: 'examples/s09a-manager-dict.ts',
      seconds: 0,
      expectations: [
        {
          claim: 'the second process finds what the first put in, and the main one finds both',
          check: printsExactly(['0 100', '0 100', '1 101', 'Map(2) { 0 => 100, 1 => 101 }']),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
    {
      file: 'examples/s09b-plain-dict.ts',
      seconds: 0,
      expectations: [
        {
          claim: 'each process sees its own entry only, and the main one none',
          check: printsExactly(['0 100', '1 101', '{}']),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

// Section 5: a lock, and threads that take turns.
import { endsWell, printsExactly, printsInTurn } from '../checks.ts';
import type { Section } from '../section.ts';

const THREADS = 10;
const TURN_SECONDS = 1;

export const locks: Section = {
  number: 5,
  title: 'RLock: one at a time',
  teaches: [
    'A lock lets one thread in; the others wait in acquire() until it is released, and go in one',
    'after another. Its holder may take an RLock again. What the threads count has to be in shared',
    'memory, here a Value: a plain variable would be copied into each of them.',
  ],
  programs: [
    {
      file: 'examples/s05-rlock-counter.ts',
      seconds: THREADS * TURN_SECONDS,
      expectations: [
        {
          claim: 'ten threads count to ten, and miss no number',
          check: printsExactly(Array.from({ length: THREADS }, (_, i) => String(i + 1))),
        },
        {
          claim: 'one after another, a second for each',
          check: printsInTurn(TURN_SECONDS),
        },
        { claim: 'the program ends when the last of them has', check: endsWell() },
      ],
    },
  ],
};

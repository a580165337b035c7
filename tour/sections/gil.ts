// Section 3: the GIL, which Python has and JavaScript has not.
import { endsWell, printsInOrder } from '../checks.ts';
import type { Check } from '../checks.ts';
import type { Section } from '../section.ts';
import { printed } from '../transcript.ts';

export const gil: Section = {
  number: 3,
  title: 'The GIL: one thread at a time, or all processors',
  teaches: [
    "In CPython one thread runs at a time, whatever the number of processors: the interpreter's",
    'lock, the GIL, sees to that. Here threads use all processors, and where they change the same',
    'thing without a lock, changes are lost. The GIL can be put on, to learn and to compare.',
  ],
  programs: [
    {
      file: 'examples/gil.ts',
      seconds: 1,
      isShortened: false,
      expectations: [
        {
          claim: 'first without the GIL, then with it',
          check: printsInOrder(['the GIL is off', 'the GIL is on']),
        },
        { claim: 'with it, no addition is lost', check: losesNothing() },
        // How many: on a machine that others use, too, a figure proves nothing.
        {
          claim: 'it is told how many searches ran at a time, without it and with it',
          check: printsInOrder(['at a time', 'the GIL is on']),
        },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

function losesNothing(): Check {
  return (ran) => {
    const [off, on] = figures(ran, /(\d+) of \d+ additions lost/);
    return { seen: on === 0, found: `${off} were lost without it, ${on} with it` };
  };
}

function figures(ran: Parameters<Check>[0], pattern: RegExp): number[] {
  const found = printed(ran.entries).map(({ text }) => pattern.exec(text)?.[1]);
  return found.filter((text) => text !== undefined).map(Number);
}

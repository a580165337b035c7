// Section 7: processes, daemons, and waiting for them.
import {
  endsWell,
  neverPrints,
  printsExactly,
  printsInOrder,
  printsNotBefore,
  printsTimes,
} from '../checks.ts';
import type { Section } from '../section.ts';

const SLEEP_SECONDS = 2;

export const processes: Section = {
  number: 7,
  title: 'Processes',
  teaches: [
    'A process is made, started and joined as a thread is. The program waits for all of them at',
    'its end, save daemons. In Python the lines that start them stand below a guard, as each',
    'process runs the file again; here it runs its target only, and no guard can be forgotten.',
  ],
  programs: [
    {
      file: 'examples/s07-two-processes.ts',
      seconds: SLEEP_SECONDS,
      expectations: [
        { claim: 'the main process prints "end" first', check: printsInOrder(['end', '11']) },
        { claim: 'once: nobody else runs its lines', check: printsTimes('end', 1) },
        { claim: 'both processes print 11', check: printsTimes('11', 2) },
        { claim: 'after two seconds', check: printsNotBefore('11', SLEEP_SECONDS) },
        { claim: 'the program waits for them without a join', check: endsWell() },
      ],
    },
    {
      file: 'examples/s07b-two-processes-daemon.ts',
      seconds: SLEEP_SECONDS,
      expectations: [
        { claim: 'join() waits for the first', check: printsExactly(['11', 'end']) },
        { claim: 'after two seconds', check: printsNotBefore('end', SLEEP_SECONDS) },
        { claim: 'the daemon is stopped before it can print', check: neverPrints('22') },
        { claim: 'the program does not wait for it', check: endsWell() },
      ],
    },
  ],
};

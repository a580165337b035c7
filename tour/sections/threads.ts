// Section 4: threads, daemons, and waiting for them.
import {
  endsWell,
  neverPrints,
  printsInOrder,
  printsNotBefore,
  printsTimes,
  printsTogether,
} from '../checks.ts';
import type { Section } from '../section.ts';

const SLEEP_SECONDS = 5;
// One after another, the third comes two sleeps after the first; side by side, they are as far
// apart as the start-ups of their threads.
const TOGETHER_SECONDS = 1.5 * SLEEP_SECONDS;

export const threads: Section = {
  number: 4,
  title: 'Threads',
  teaches: [
    'A thread is made of a target and its arguments, and begins with start(). Threads run side',
    'by side: three that sleep five seconds each take five seconds, not fifteen. The program waits',
    'for all of them at its end, save daemons; join(n) waits for one, at most n seconds.',
  ],
  programs: [
    {
      file: 'examples/s04-threads-666.ts',
      seconds: SLEEP_SECONDS,
      // What is looked at is how far apart they end; their start-ups are not shorter.
      isShortened: false,
      expectations: [
        { claim: 'three threads print 666', check: printsTimes('666', 3) },
        { claim: 'after five seconds', check: printsNotBefore('666', SLEEP_SECONDS) },
        {
          claim: 'all three together, not one after another',
          check: printsTogether('666', TOGETHER_SECONDS),
        },
        { claim: 'the program waits for them without a join', check: endsWell() },
      ],
    },
    {
      file: 'examples/s04b-daemon-and-join-timeout.ts',
      seconds: 2,
      isShortened: false,
      expectations: [
        {
          claim: 'join(0.3) returns while A is alive, join() when A has finished',
          check: printsInOrder([
            'join(0.3) returned, A alive: true',
            'A finished',
            'join() returned, A alive: false',
            'main ends without waiting for daemon B',
          ]),
        },
        { claim: 'the daemon B is stopped before it can finish', check: neverPrints('B finished') },
        { claim: 'the program does not wait for B', check: endsWell() },
      ],
    },
  ],
};

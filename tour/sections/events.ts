// Section 6: an event, for which threads wait until the user sets it.
import { endsWell, printsAfterAnswer, printsBeforeAnswer } from '../checks.ts';
import type { Section } from '../section.ts';
import { count } from '../transcript.ts';

const THREADS = 10;

export const events: Section = {
  number: 6,
  title: 'Event: a gate',
  teaches: [
    'An event is a flag, down at first. wait() blocks while it is down; set() lets all who wait go',
    'on; clear() takes it down again. Here the main thread sets it when the user types "true".',
  ],
  programs: [
    {
      file: 'examples/s06-event-gate.ts',
      seconds: 1,
      question: {
        prompt: 'input: ',
        answer: 'true',
        thinkSeconds: 1,
        isReady: (entries) => count(entries, 'start') === THREADS,
        otherwise: 'Only "true" sets the event: the ten threads would wait for ever.',
      },
      expectations: [
        { claim: 'ten threads start', check: printsBeforeAnswer('start', THREADS) },
        {
          claim: 'none executes before the event is set',
          check: printsBeforeAnswer('execute', 0),
        },
        { claim: 'then all ten do', check: printsAfterAnswer('execute', THREADS) },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

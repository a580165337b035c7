// Section 1: what a process and a thread are, and their five states.
import { endsWell, printsInOrder } from '../checks.ts';
import type { Section } from '../section.ts';

const STATES = ['initial', 'running', 'ready', 'waiting', 'terminated'];

export const states: Section = {
  number: 1,
  title: 'Processes and threads, and their states',
  teaches: [
    'A process is a program that runs, with memory of its own; a thread is a part of it that gets',
    'a processor for itself. Each is at any time in one of five states: initial, ready (it could',
    'run, and waits for a processor), running, waiting (for something to happen), and terminated.',
  ],
  programs: [
    {
      file: 'examples/states.ts',
      seconds: 1,
      expectations: [
        {
          claim: 'a thread is seen in each of the five states',
          check: printsInOrder(STATES, 'a thread'),
        },
        { claim: 'so is a process', check: printsInOrder(STATES, 'a process') },
        { claim: 'the program ends', check: endsWell() },
      ],
    },
  ],
};

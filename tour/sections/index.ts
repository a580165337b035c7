// The sections that there are, in the order of the text.
import type { Section } from '../section.ts';
import { states } from './states.ts';
import { isolation } from './isolation.ts';
import { gil } from './gil.ts';
import { threads } from './threads.ts';
import { locks } from './locks.ts';
import { events } from './events.ts';
import { processes } from './processes.ts';
import { sharing } from './sharing.ts';
import { managers } from './managers.ts';
import { pools } from './pools.ts';

export const SECTIONS: readonly Section[] = [
  states,
  isolation,
  gil,
  threads,
  locks,
  events,
  processes,
  sharing,
  managers,
  pools,
];

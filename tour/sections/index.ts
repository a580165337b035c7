// The sections that there are, in the order of the text.
import type { Section } from '../section.ts';
import { threads } from './threads.ts';
import { locks } from './locks.ts';
import { events } from './events.ts';
import { sharing } from './sharing.ts';

export const SECTIONS: readonly Section[] = [threads, locks, events, sharing];

// The switch interval: so long a thread has the GIL to itself when another one wants it.
import { wide } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { HEADER } from '../memory/layout.ts';

/** CPython's. */
const USUAL_MS = 5;

const cell = new Float64Array(arena.memory, HEADER.GIL_INTERVAL * 4, 1);

/** The interval, in milliseconds. */
export function intervalMs(): number {
  return wide.peek(cell, 0) || USUAL_MS;
}

/** Sets the interval, for all threads. */
export function setIntervalMs(ms: number): void {
  wide.poke(cell, 0, ms);
}

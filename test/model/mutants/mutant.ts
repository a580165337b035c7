// What a planted bug is.
import type { Patch } from '../source/bundle.ts';

/** A planted bug. */
export interface Mutant extends Patch {
  readonly name: string;
  /** What has to go, too, as it would heal the bug. */
  readonly also?: Patch;
  /** Where it is found: the scenario's file and name. */
  readonly model: string;
  readonly scenario: string;
  /** How it shows. */
  readonly shows: RegExp;
  /** Preemptions that it takes. */
  readonly preemptions: number;
}

/** A waiter that nobody wakes. */
export const sleeps: RegExp = /sleeps on/;

/** Lines of a source. */
export function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}

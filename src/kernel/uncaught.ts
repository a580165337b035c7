// Errors that have nobody to go to, such as those of callbacks: they are told as those are that end
// a thread.
import { loadLate } from './late.ts';

let tell: ((error: unknown) => void) | null = null;

/** Says how such an error is told in this thread. */
export function provideUncaught(teller: (error: unknown) => void): void {
  tell = teller;
}

/** Tells an error of the user's code that nobody waits for: to the except hook. */
export function reportUncaught(error: unknown): void {
  // A child whose target has no threads has not loaded who does.
  if (tell === null) loadLate('#threading');
  if (tell === null) throw error;
  tell(error);
}

// Running a function of the user's that belongs to whoever waits: where a thread waits on behalf of
// another process, that runs it.

type Perform = (act: () => unknown) => unknown;

const directly: Perform = (act) => act();
let performHere = directly;

/** Says how functions are run in this thread. */
export function performBy(here: Perform): void {
  performHere = here;
}

/** Whether this thread does what another process asks for. */
export function isAgent(): boolean {
  return performHere !== directly;
}

/** Runs a function. */
export function perform(act: () => unknown): unknown {
  return performHere(act);
}

// The lock of a dict, and what is put in order by who takes it after a thread that was killed.
import * as hold from '../hold.ts';
import { finish } from './journal.ts';
import { recount } from './table.ts';

export { leave } from '../hold.ts';

/** Takes the lock, blocking until it is free; the dict is whole then. */
export function enter(dict: number): void {
  if (!hold.enter(dict)) return;
  finish(dict);
  recount(dict);
}

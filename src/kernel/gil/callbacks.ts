// The GIL and the event loop: whatever the loop calls runs with the GIL, and the loop waits
// without.
//
// Node tells of every callback, before and after: of timers, of input and output, of messages, and
// of each step of an asynchronous function (async_hooks). That makes awaiting several times slower,
// and so is asked for only in this mode.
//
// What is not told of is the code that runs when the mode is turned on, and the handlers of 'exit'
// and 'beforeExit'. It takes the GIL with its first call into heddle, and a tick, which comes when
// it is through, gives that back.
import { createHook } from 'node:async_hooks';
import { load, store } from '../atomics.ts';
import { arena } from '../memory/arena.ts';
import { HEADER } from '../memory/layout.ts';
import { dropGil, holdsGil, takeGil, turnOnGil } from './gil.ts';

/** Callbacks that are under way, one within another. */
let depth = 0;
let joined = false;

/** Turns the mode on for the program, of which this is the only thread. */
export function enableGil(): void {
  store(arena.cells, HEADER.GIL_ON, 1);
  joinGil();
}

/** Whether the mode is on. */
export function isGilOn(): boolean {
  return load(arena.cells, HEADER.GIL_ON) !== 0;
}

/** Has this thread take part, if the mode is on. */
export function joinGil(): void {
  if (joined || !isGilOn()) return;
  joined = true;
  createHook({ before: enter, after: exit }).enable();
  turnOnGil(enterLate);
}

function enter(): void {
  depth += 1;
  if (!holdsGil()) takeGil();
}

function exit(): void {
  depth = Math.max(depth - 1, 0);
  if (depth === 0 && holdsGil()) dropGil();
}

function enterLate(): void {
  depth += 1;
  takeGil();
  process.nextTick(() => {
    depth -= 1;
  });
}

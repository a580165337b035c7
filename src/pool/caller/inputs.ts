// Maps of this thread that have items still to send, by pool.
//
// What a map was given counts as accepted, and a lazy one reads it late: so a pool that this thread
// closes takes that all the same, and does not end before. Not where another thread waits for its
// end, nor that of another thread: it would wait for ever for a map that nobody goes on with.
import { arena, atomics, ownTid } from '../../kernel/index.ts';
import { FATE, POOL } from '../shared/layout.ts';
import { poolField, ringSupervisor, setPoolField } from '../shared/state.ts';
import { blockedOnAsync } from './refusals.ts';

/** A map, as far as its items go. */
export interface Input {
  /** Whether they come asynchronously. */
  readonly isAsync: boolean;
  /** Whether it is known that there is an end of them. */
  readonly isFinite: boolean;
  /** Has it send on by itself, as results come, until all are sent. Does not wait for that. */
  readonly drain: () => void;
  /** Blocks until all are sent, or the pool takes no more. */
  readonly awaitDrained: () => void;
}

/** How a map stands in the list, which does not keep it: its user may have dropped it. */
export type Entry = WeakRef<Input>;

const entries = new Map<number, Set<Entry>>();

/** Enters a map into the list. */
export function openInput(state: number, input: Input): Entry {
  const entry = new WeakRef(input);
  const open = entries.get(state) ?? new Set();
  entries.set(state, open.add(entry));
  return entry;
}

/** It has sent all, or sends no more. */
export function endInput(state: number, entry: Entry): void {
  if (entries.get(state)?.delete(entry) === true && inputsOf(state).length === 0) cutOff(state);
}

/** Before the pool is closed: it goes on taking what the maps of this thread send. */
export function keepInputs(state: number): void {
  if (poolField(state, POOL.FATE) !== FATE.OPEN || inputsOf(state).length === 0) return;
  setPoolField(state, POOL.CLOSER, ownTid(state));
}

/** Whether a closed pool takes what this thread's maps have still to send. */
export function takesInputs(state: number): boolean {
  if (poolField(state, POOL.FATE) !== FATE.CLOSED) return false;
  return poolField(state, POOL.CLOSER) === ownTid(state);
}

/**
 * Before this thread waits for the pool's end: its maps send all that is left, and those of the
 * thread that closed it, if that is another one, no more.
 *
 * @param isBlocking whether the event loop stands still meanwhile
 * @throws {RuntimeError} if it does, and items come asynchronously
 */
export function drainInputs(state: number, isBlocking: boolean): void {
  if (!takesInputs(state)) return cutOffOthers(state);
  const open = inputsOf(state);
  if (isBlocking && open.some(({ isAsync }) => isAsync)) throw blockedOnAsync();
  for (const input of open) input.drain();
  if (isBlocking) for (const input of open) input.awaitDrained();
  // They are gone, without having said so.
  if (inputsOf(state).length === 0) cutOff(state);
}

/** The same where nobody takes the results: maps without a known end send no more. */
export function drainFinite(state: number): void {
  if (!takesInputs(state)) return;
  for (const entry of entries.get(state) ?? []) {
    const input = entry.deref();
    if (input?.isFinite === true) input.drain();
    else endInput(state, entry);
  }
}

function cutOffOthers(state: number): void {
  if (atomics.exchange(arena.cells, state + POOL.CLOSER, 0) !== 0) ringSupervisor(state);
}

function cutOff(state: number): void {
  entries.delete(state);
  if (!takesInputs(state)) return;
  atomics.compareExchange(arena.cells, state + POOL.CLOSER, ownTid(state), 0);
  ringSupervisor(state);
}

function inputsOf(state: number): Input[] {
  const open: Input[] = [];
  for (const entry of entries.get(state) ?? []) {
    const input = entry.deref();
    if (input === undefined) entries.get(state)?.delete(entry);
    else open.push(input);
  }
  return open;
}

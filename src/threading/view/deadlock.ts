// Deadlocks in words. The search is kernel/deadlock/search.ts; this knows the names.
import { DeadlockError } from '../../errors/index.ts';
import {
  PRIM,
  PRIM_TYPE,
  SLOT,
  arena,
  homeOf,
  atomics,
  defineOwner,
  ownerOf,
  provideOnlooker,
  ownSlotOf,
  SLOT_MASK,
} from '../../kernel/index.ts';
import type { Arena, Deadlock, Edge } from '../../kernel/index.ts';
import { ASKED, RECORD, STATE, getField } from '../life/record.ts';
import { describe, labelOf, threadName } from '../locks/describe.ts';

const CURE = 'Take locks in the same order in every thread, or wait with a timeout';

/** Has the search for deadlocks know threads, and name them. */
export function watchForDeadlocks(): void {
  // Only the thread itself brings its end about.
  defineOwner(PRIM_TYPE.THREAD, (_, record) =>
    getField(record, RECORD.STATE) === STATE.RUNNING ? getField(record, RECORD.TID) : 0,
  );
  provideOnlooker({ isDoomed, describe: toError });
}

function isDoomed(home: Arena, tid: number): boolean {
  const slot = home === arena ? tid & SLOT_MASK : ownSlotOf(tid & SLOT_MASK);
  // A thread of another process: nobody here can tell.
  if (slot === 0) return false;
  const record = atomics.load(arena.cells, arena.slotOf(slot) + SLOT.THREAD);
  return record !== 0 && getField(record, RECORD.ASKED) === ASKED.TO_BE_STOPPED;
}

function toError({ edges, cycle }: Deadlock): DeadlockError {
  const chain = chainFrom(edges);
  const names = chain.flatMap(({ tid, prim }) =>
    isThread(prim)
      ? [threadName(tid)]
      : [threadName(tid, homeOf(prim)), labelOf(waitedFor(tid, prim))],
  );
  const last = chain.at(-1) as Edge;
  const end = cycle
    ? ''
    : ownerOf(homeOf(last.prim), last.prim) === 0
      ? ', and no thread is left to end that'
      : '';
  const told = `${chain.map((edge) => inWords(edge)).join(', which ')}${end}`;
  return new DeadlockError(
    `Cannot wait for ${wanted(chain[0] as Edge)} as that would never end: ` +
      `${threadName(arena.tid)} ${told}\n${CURE}`,
    { cycle: names },
  );
}

// From this thread, each followed by the one on whom it waits, as far as that is known.
function chainFrom(edges: readonly Edge[]): Edge[] {
  const left = new Map(edges.map((edge) => [edge.tid, edge]));
  const chain: Edge[] = [];
  for (let { tid } = homeOf((edges[0] as Edge).prim); ;) {
    const edge = left.get(tid);
    if (edge === undefined) return chain;
    left.delete(tid);
    chain.push(edge);
    tid = ownerOf(homeOf(edge.prim), edge.prim);
  }
}

function inWords(edge: Edge): string {
  const home = homeOf(edge.prim);
  const owner = ownerOf(home, edge.prim);
  if (isThread(edge.prim) || owner === 0) return `waits for ${wanted(edge)}`;
  return `waits for ${wanted(edge)} held by ${threadName(owner, home)}`;
}

// What is shown as waited for, not the primitive itself, which may be the inner part of another.
function wanted({ tid, prim }: Edge): string {
  const shown = waitedFor(tid, prim);
  return shown <= 0 ? 'something' : describe(shown, false);
}

function waitedFor(tid: number, prim: number): number {
  return atomics.load(arena.cells, homeOf(prim).slotOf(tid) + SLOT.WAITING);
}

function isThread(prim: number): boolean {
  return atomics.peek(arena.cells, prim + PRIM.TYPE) === PRIM_TYPE.THREAD;
}

// The search for deadlocks: done by who is about to sleep without a time-out, and again after each
// slice of his sleep.
//
// The first look sees the cycle that this very wait completes. Others come about while all sleep (a
// lock is handed to an asynchronous waiter whose thread blocks): the slices see them. All in a
// cycle see it; the youngest waiter throws, the others go on waiting, and get what he releases.
//
// No alarm is false: a wait with a time-out, an asynchronous one, and a lock that others may
// release make no edge, and a thread that is about to be stopped dead will leave its locks.
import { DeadlockError } from '../../errors/index.ts';
import type { Arena } from '../memory/arena.ts';
import { NODE, RELEASED_BY, SLOT_MASK } from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { blockingNode } from '../table/nodes.ts';
import { edgeOf, findCycle, isSame, youngestOf } from './graph.ts';
import type { Edge } from './graph.ts';
import { entitled, findStuck, haveCycle, holdsItself, isPrivate } from './stuck.ts';

/** Waits that will never end. */
export interface Deadlock {
  /** The thread that is told, and those it waits for, or all threads of the program. */
  readonly edges: readonly Edge[];
  /** Each waits for the next, and the last for the first. */
  readonly cycle: boolean;
}

/** What the room above knows of threads. */
export interface Onlooker {
  /** Whether the thread is going to be stopped dead. */
  readonly isDoomed: (arena: Arena, tid: number) => boolean;
  /** The error that tells of it. */
  readonly describe: (deadlock: Deadlock) => Error;
}

let onlooker: Onlooker = {
  isDoomed: () => false,
  describe: ({ edges }) => {
    const cycle = edges.map(({ tid }) => `thread ${tid}`);
    return new DeadlockError(`Cannot wait as that would never end: ${cycle.join(', ')}`, { cycle });
  },
};

/** Says who can tell more of threads than the kernel can. */
export function provideOnlooker(newOnlooker: Onlooker): void {
  onlooker = newOnlooker;
}

/**
 * The error for this thread, which sleeps or is about to; null when its wait may end, or another
 * one is told.
 *
 * @param by who can end the wait: RELEASED_BY
 * @param late whether it has slept for a slice: only then is it worth a look at all threads
 */
export function findDeadlock(arena: Arena, by: number, late: boolean): Error | null {
  const deadlock = look(arena, by, late);
  if (deadlock === null || !isFinal(arena, deadlock.edges)) return null;
  const again = look(arena, by, late);
  return again !== null && isSame(deadlock.edges, again.edges) ? describeDeadlock(again) : null;
}

/** The error that tells of a deadlock. */
export function describeDeadlock(deadlock: Deadlock): Error {
  return onlooker.describe(deadlock);
}

function look(arena: Arena, by: number, late: boolean): Deadlock | null {
  if (by === RELEASED_BY.OWNER) {
    const edges = findCycle(arena);
    if (edges === null) return late && arena.base === 0 ? lookAtAll(arena) : null;
    const youngest = youngestOf(edges);
    if (youngest === arena.tid) return { edges, cycle: true };
    // Two blocked at the same moment, and he may have looked before this one had said so. He who is
    // about to fall asleep misses that, and looks after his first slice.
    if (!late) arena.notify(blockingNode(arena, youngest & SLOT_MASK) + NODE.STATE, 1);
    return null;
  }
  // Another process may release it.
  if (arena.base !== 0) return null;
  const edge = edgeOf(arena, arena.tid);
  if (edge === null || !holdsItself(arena, edge.prim)) return null;
  return isPrivate(arena, edge.prim) ? { edges: [edge], cycle: true } : lookAtAll(arena);
}

function lookAtAll(arena: Arena): Deadlock | null {
  const edges = findStuck(arena);
  // A cycle of others may not have been found yet: it is their deadlock, not that of all.
  if (edges === null || haveCycle(arena, edges)) return null;
  const told = entitled(arena, edges);
  if (told.length === 0 || youngestOf(told) !== arena.tid) return null;
  return { edges, cycle: false };
}

// Nobody in it is about to be stopped dead, or dead already.
function isFinal(arena: Arena, edges: readonly Edge[]): boolean {
  return edges.every(({ tid }) => !onlooker.isDoomed(arena, tid) && !hasDied(arena, tid, true));
}

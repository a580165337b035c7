// Who waits for whom: the wait-for graph, read from the thread table.
//
// A thread that blocks without a time-out says so in its slot, and its node says on what. Where
// only the owner can end that wait there is an edge to the owner, so a thread has at most one, and
// a cycle is found by following it. Threads run meanwhile: what was seen counts when a second look
// finds every edge as it was, as a wait that is in a deadlock never changes.
//
// The wait-for graph is Holt's (1972); that each thread has one edge makes the search a walk.
import type { Arena } from '../memory/arena.ts';
import { load, peek } from '../atomics.ts';
import {
  NODE,
  NODE_STATE,
  PRIM,
  PRIM_TYPE,
  RELEASED_BY,
  SLOT,
  SLOT_MASK,
  TID_MASK,
} from '../memory/layout.ts';
import { hasDied } from '../table/liveness.ts';
import { blockingNode } from '../table/nodes.ts';

/** A thread that blocks without a time-out. */
export interface Edge {
  readonly tid: number;
  /** What it waits for. */
  readonly prim: number;
  /** Who can end that: RELEASED_BY. */
  readonly by: number;
  /** When it began, and as which waiter: the same as long as it is the same wait. */
  readonly since: number;
  readonly seq: number;
}

/** Finds the thread that owns a primitive; 0 when none does. */
export type OwnerOf = (arena: Arena, prim: number) => number;

const ownerInWord: OwnerOf = (arena, prim) => load(arena.cells, prim + PRIM.WORD) & TID_MASK;

const owners = new Map<number, OwnerOf>([
  [PRIM_TYPE.LOCK, ownerInWord],
  [PRIM_TYPE.RWLOCK, ownerInWord],
]);

/** Says how to find the owner of primitives of a type. */
export function defineOwner(type: number, find: OwnerOf): void {
  owners.set(type, find);
}

/** The thread alive that owns a primitive; 0 when none does. */
export function ownerOf(arena: Arena, prim: number): number {
  const owner = owners.get(peek(arena.cells, prim + PRIM.TYPE))?.(arena, prim) ?? 0;
  return owner === 0 || hasDied(arena, owner, false) ? 0 : owner;
}

/** What a thread blocks on without a time-out; null when it does not. */
export function edgeOf(arena: Arena, tid: number): Edge | null {
  const { cells } = arena;
  const slot = arena.slotOf(tid);
  const by = load(cells, slot + SLOT.BLOCK);
  const node = blockingNode(arena, tid & SLOT_MASK);
  // A node that is queued no more has been given what it waits for; its thread is about to run.
  if (by === 0 || load(cells, node + NODE.STATE) !== NODE_STATE.QUEUED) return null;
  if (load(cells, slot + SLOT.TID) !== tid) return null;
  const prim = load(cells, node + NODE.PRIM);
  // Its thread may be about to begin another wait.
  const since = load(cells, node + NODE.SINCE);
  return { tid, prim, by, since, seq: load(cells, node + NODE.SEQ) };
}

/** The cycle of waits that this thread is in; null when it is in none. */
export function findCycle(arena: Arena): Edge[] | null {
  const edges: Edge[] = [];
  for (let tid = arena.tid; ;) {
    const edge = edgeOf(arena, tid);
    if (edge === null || edge.by !== RELEASED_BY.OWNER) return null;
    edges.push(edge);
    tid = ownerOf(arena, edge.prim);
    if (tid === arena.tid) return edges;
    // Into a cycle of others, who will deal with it.
    if (tid === 0 || edges.some((known) => known.tid === tid)) return null;
  }
}

/** Whether two looks saw the same waits. */
export function isSame(one: readonly Edge[], other: readonly Edge[]): boolean {
  return (
    one.length === other.length &&
    one.every((edge, i) => {
      const { tid, prim, by, since, seq } = other[i] as Edge;
      const same = edge.tid === tid && edge.prim === prim && edge.by === by;
      return same && edge.since === since && edge.seq === seq;
    })
  );
}

/** The thread whose wait began last: the same one, whoever asks. */
export function youngestOf(edges: readonly Edge[]): number {
  const [first, ...others] = edges.toSorted((a, b) => a.tid - b.tid);
  let youngest = first as Edge;
  // The clock wraps; a difference does not mind.
  for (const edge of others) if (((edge.since - youngest.since) | 0) >= 0) youngest = edge;
  return youngest.tid;
}

// Nodes: the waiters' cells. Slot n blocks on node n; asynchronous waits take theirs from a common
// store.
import { HeddleError } from '../../errors/index.ts';
import { load, peek, poke, store } from '../atomics.ts';
import type { Arena } from '../memory/arena.ts';
import {
  HEADER,
  NODE,
  NODES,
  NODE_CELLS,
  NODE_COUNT,
  NODE_KIND,
  NODE_STATE,
  SLOT_COUNT,
} from '../memory/layout.ts';
import { lockSide, unlockSide } from '../waiting/side-lock.ts';

/** The node on which the thread of a slot blocks. */
export function blockingNode(arena: Arena, slotNumber: number): number {
  return nodeAt(arena, slotNumber);
}

/** Takes a node for an asynchronous wait of this thread. */
export function takeNode(arena: Arena): number {
  const { cells } = arena;
  lockSide(arena, arena.base + HEADER.NODES_LOCK);
  let node = peek(cells, arena.base + HEADER.NODES_FREE);
  if (node !== 0) {
    poke(cells, arena.base + HEADER.NODES_FREE, peek(cells, node + NODE.NEXT));
  } else {
    const high = Math.max(load(cells, arena.base + HEADER.NODES_HIGH), SLOT_COUNT);
    if (high < NODE_COUNT) {
      node = nodeAt(arena, high);
      store(cells, arena.base + HEADER.NODES_HIGH, high + 1);
    }
  }
  unlockSide(arena, arena.base + HEADER.NODES_LOCK);
  if (node === 0) {
    throw new HeddleError(
      `Cannot wait as ${NODE_COUNT - SLOT_COUNT} asynchronous waits are under way: no more fit`,
      { code: 'ERR_HEDDLE_TOO_MANY_WAITS' },
    );
  }
  store(cells, node + NODE.TID, arena.tid);
  poke(cells, node + NODE.KIND, NODE_KIND.ASYNC);
  store(cells, node + NODE.STATE, NODE_STATE.IDLE);
  store(cells, node + NODE.PRIM, 0);
  store(cells, node + NODE.PUSHED, 0);
  return node;
}

/** Gives a node back that is in no queue and on no stack of ready nodes. */
export function giveNode(arena: Arena, node: number): void {
  const { cells } = arena;
  store(cells, node + NODE.PRIM, 0);
  store(cells, node + NODE.STATE, NODE_STATE.IDLE);
  lockSide(arena, arena.base + HEADER.NODES_LOCK);
  store(cells, node + NODE.TID, 0);
  poke(cells, node + NODE.NEXT, peek(cells, arena.base + HEADER.NODES_FREE));
  poke(cells, arena.base + HEADER.NODES_FREE, node);
  unlockSide(arena, arena.base + HEADER.NODES_LOCK);
}

/** Calls for every node that may be in use. */
export function forEachNode(arena: Arena, visit: (node: number) => void): void {
  const { cells } = arena;
  const slots = load(cells, arena.base + HEADER.SLOTS_HIGH);
  for (let slot = 1; slot < slots; slot++) visit(nodeAt(arena, slot));
  const nodes = load(cells, arena.base + HEADER.NODES_HIGH);
  for (let node = SLOT_COUNT; node < nodes; node++) visit(nodeAt(arena, node));
}

function nodeAt(arena: Arena, number: number): number {
  return arena.base + NODES + number * NODE_CELLS;
}

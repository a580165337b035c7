// Nodes by hand: what the kernel's threads would do, step by step, in one thread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { PARKED, PRIM, PRIM_TYPE } from '../../src/kernel/index.ts';
import type { Arena } from '../../src/kernel/index.ts';
import { HEADER, NODE, NODE_STATE, SLOT, SLOT_COUNT } from '../../src/kernel/memory/layout.ts';
import { giveNode, takeNode } from '../../src/kernel/table/nodes.ts';
import { burySlot } from '../../src/kernel/table/slots.ts';
import { enqueue, popWoken, unlink } from '../../src/kernel/waiting/wait-list.ts';
import {
  cancelNode,
  lockQueue,
  rebuildQueue,
  unlockQueue,
} from '../../src/kernel/waiting/wait-queue.ts';
import { lockSide } from '../../src/kernel/waiting/side-lock.ts';
import { arenasOf, primIn } from './arenas.ts';

interface Scene {
  readonly arena: Arena;
  readonly other: Arena;
  readonly prim: number;
  /** Three nodes in the queue. */
  readonly nodes: readonly [number, number, number];
}

function scene(type: number = PRIM_TYPE.LOCK): Scene {
  const [arena, other] = arenasOf(2) as [Arena, Arena];
  const prim = primIn(arena, type);
  const nodes = [takeNode(arena), takeNode(other), takeNode(arena)] as [number, number, number];
  for (const node of nodes) enqueue(arena, prim, node, false);
  arena.cells[prim + PRIM.WORD] = PARKED;
  return { arena, other, prim, nodes };
}

function queued({ arena, prim }: Scene): number[] {
  const found: number[] = [];
  for (let node = arena.cells[prim + PRIM.HEAD] ?? 0; node !== 0;) {
    assert.equal(arena.cells[node + NODE.PREV], found.at(-1) ?? 0);
    found.push(node);
    node = arena.cells[node + NODE.NEXT] ?? 0;
  }
  assert.equal(arena.cells[prim + PRIM.TAIL], found.at(-1) ?? 0);
  return found;
}

function stateOf({ arena }: Scene, node: number): number | undefined {
  return arena.cells[node + NODE.STATE];
}

function isParked({ arena, prim }: Scene): boolean {
  return ((arena.cells[prim + PRIM.WORD] ?? 0) & PARKED) !== 0;
}

test('enqueue() and popWoken() serve in order of arrival, and who goes to the front first', () => {
  const now = scene();
  const front = takeNode(now.arena);
  enqueue(now.arena, now.prim, front, true);
  assert.deepEqual(queued(now), [front, ...now.nodes]);
  const served = [1, 2, 3, 4, 5].map(() => popWoken(now.arena, now.prim));
  assert.deepEqual(served, [front, ...now.nodes, 0]);
  assert.equal(stateOf(now, front), NODE_STATE.WOKEN);
});

test('unlink() clears PARKED with the last waiter, not before', () => {
  const now = scene();
  const [first, second, third] = now.nodes;
  for (const node of [second, first]) unlink(now.arena, now.prim, node);
  assert.deepEqual([queued(now), isParked(now)], [[third], true]);
  unlink(now.arena, now.prim, third);
  assert.deepEqual([queued(now), isParked(now)], [[], false]);
});

test('cancelNode() takes out a waiter from anywhere in the queue', () => {
  for (const index of [0, 1, 2] as const) {
    const now = scene();
    const node = now.nodes[index];
    assert.equal(cancelNode(now.arena, node), true);
    assert.deepEqual(
      queued(now),
      now.nodes.filter((other) => other !== node),
    );
    assert.equal(stateOf(now, node), NODE_STATE.IDLE);
  }
});

test('cancelNode() leaves one that was woken to its wake-up', () => {
  const now = scene();
  const [first] = now.nodes;
  popWoken(now.arena, now.prim);
  assert.equal(cancelNode(now.arena, first), false);
  assert.equal(stateOf(now, first), NODE_STATE.WOKEN);
});

test('cancelNode() leaves one that is in another queue than the one named', () => {
  const now = scene();
  const elsewhere = primIn(now.arena, PRIM_TYPE.LOCK);
  assert.equal(cancelNode(now.arena, now.nodes[0], elsewhere), false);
  assert.equal(cancelNode(now.arena, now.nodes[0], now.prim), true);
});

test('lockQueue() mends the queue when its last holder ended within', () => {
  const now = scene();
  lockSide(now.other, now.prim + PRIM.QUEUE_LOCK);
  // In the middle of a change: the list is cut after its first node.
  now.arena.cells[now.nodes[0] + NODE.NEXT] = 0;
  now.arena.cells[now.prim + PRIM.TAIL] = now.nodes[0];
  // Its id is nobody's any more; nothing else has been put in order yet.
  now.arena.cells[now.arena.slotOf(now.other.tid) + SLOT.TID] = now.other.tid + SLOT_COUNT;
  lockQueue(now.arena, now.prim);
  assert.deepEqual(queued(now), [now.nodes[0], now.nodes[2]]);
  unlockQueue(now.arena, now.prim);
});

test('rebuildQueue() finds every waiter by its state, in order of arrival', () => {
  const now = scene();
  now.arena.cells[now.prim + PRIM.HEAD] = 0;
  now.arena.cells[now.prim + PRIM.TAIL] = 12_345;
  rebuildQueue(now.arena, now.prim);
  assert.deepEqual(queued(now), now.nodes);
});

test('rebuildQueue() puts who was woken and lost in front of all', () => {
  const now = scene();
  const front = takeNode(now.arena);
  enqueue(now.arena, now.prim, front, true);
  rebuildQueue(now.arena, now.prim);
  assert.deepEqual(queued(now), [front, ...now.nodes]);
});

test('rebuildQueue() finishes a hand-off that had been made, and undoes one that had not', () => {
  const now = scene();
  const [first, second, third] = now.nodes;
  now.arena.cells[first + NODE.STATE] = NODE_STATE.GRANTING;
  now.arena.cells[second + NODE.STATE] = NODE_STATE.GRANTING;
  now.arena.cells[now.prim + PRIM.WORD] = PARKED | now.other.tid; // it is the second one's
  rebuildQueue(now.arena, now.prim);
  assert.deepEqual(queued(now), [first, third]);
  assert.equal(stateOf(now, first), NODE_STATE.QUEUED);
  assert.equal(stateOf(now, second), NODE_STATE.HANDOFF);
});

test('rebuildQueue() leaves out who was woken, who gave up, and who ended', () => {
  const now = scene();
  const [first, second, third] = now.nodes;
  now.arena.cells[first + NODE.STATE] = NODE_STATE.WOKEN;
  now.arena.cells[third + NODE.STATE] = NODE_STATE.IDLE;
  burySlot(now.arena, now.other.slot); // the second one's thread
  rebuildQueue(now.arena, now.prim);
  assert.deepEqual([queued(now), isParked(now)], [[], false]);
  assert.equal(stateOf(now, second), NODE_STATE.IDLE);
});

test('rebuildQueue() sets PARKED of a lock that has waiters, and leaves an event alone', () => {
  for (const [type, parked] of [
    [PRIM_TYPE.LOCK, true],
    [PRIM_TYPE.EVENT, false],
  ] as const) {
    const now = scene(type);
    now.arena.cells[now.prim + PRIM.WORD] = 0;
    rebuildQueue(now.arena, now.prim);
    assert.equal(isParked(now), parked);
  }
});

test('takeNode() refuses when all are taken, and giveNode() makes room', () => {
  const [arena] = arenasOf(1) as [Arena];
  const nodes: number[] = [];
  assert.throws(
    () => {
      for (;;) nodes.push(takeNode(arena));
    },
    { name: 'HeddleError', code: 'ERR_HEDDLE_TOO_MANY_WAITS' },
  );
  assert.equal(new Set(nodes).size, nodes.length);
  assert.ok(nodes.length > 60_000 && arena.cells[HEADER.NODES_LOCK] === 0);
  giveNode(arena, nodes[17] as number);
  assert.equal(takeNode(arena), nodes[17]);
});

test('enqueue(), popWoken(), cancelNode() and rebuildQueue() keep a list in any order', () => {
  const acts = fc.array(
    fc.record({ act: fc.constantFrom('front', 'back', 'pop', 'cancel', 'mend'), pick: fc.nat() }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(acts, (program) => {
      const now = scene();
      let model: number[] = [...now.nodes];
      for (const { act, pick } of program) {
        if (act === 'front' || act === 'back') {
          const node = takeNode(now.arena);
          enqueue(now.arena, now.prim, node, act === 'front');
          model = act === 'front' ? [node, ...model] : [...model, node];
        } else if (act === 'pop') {
          assert.equal(popWoken(now.arena, now.prim), model.shift() ?? 0);
        } else if (act === 'cancel' && model.length > 0) {
          const [node = 0] = model.splice(pick % model.length, 1);
          assert.equal(cancelNode(now.arena, node), true);
        } else if (act === 'mend') {
          rebuildQueue(now.arena, now.prim);
          // Among those in front the order may change.
          const mended = queued(now);
          assert.deepEqual(new Set(mended), new Set(model));
          model = mended;
        }
        assert.deepEqual(queued(now), model);
      }
    }),
    { numRuns: 50 },
  );
});

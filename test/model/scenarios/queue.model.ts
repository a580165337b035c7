// Queue: producers and consumers of numbers, bounded and not, shut down, with time-outs and kills.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEADER, HEAP } from '../../../src/kernel/memory/layout.ts';
import { add, load, store } from '../../../src/kernel/atomics.ts';
import {
  giveUpClaim,
  isClaimed,
  slotOfClaim,
} from '../../../src/kernel/primitives/queue/claims.ts';
import { ADDED, ORDER, QUEUE, SHUT } from '../../../src/kernel/primitives/queue/layout.ts';
import * as queues from '../../../src/kernel/primitives/queue/queue.ts';
import { takeTurn, takeTurnAsync } from '../../../src/kernel/primitives/turns.ts';
import type { Scenario } from '../engine/scenario.ts';

const Q = HEAP + 64;
const FREE = Q + 256;
/** How often each item was taken. */
const TAKEN = Q + 128;

function setUp(max: number, order: number = ORDER.FIFO): () => void {
  return () => {
    store(arena.cells, HEADER.BREAK, FREE);
    queues.initQueue(arena, Q, order, max);
  };
}

function put(...items: number[]): void {
  for (const item of items) {
    const rank = { number: item, text: 0 };
    const attempt = (): number => queues.attemptPut(arena, Q, item, rank);
    const outcome = takeTurn(arena, queues.putters(arena, Q, attempt), Infinity, Q);
    if (outcome === SHUT) return;
    if (outcome !== ADDED) throw new Error('The item was not put');
  }
}

function note(claim: number): number {
  const item = slotOfClaim(arena, claim);
  if (!giveUpClaim(arena, claim)) throw new Error('The claim was taken away');
  if (add(arena.cells, TAKEN + item, 1) !== 0) throw new Error(`Item ${item} was taken twice`);
  return item;
}

const attemptGet = (): number => queues.attemptGet(arena, Q);

// In a queue with one consumer what was put first comes first.
function get(times: number, inOrder = false): void {
  let last = 0;
  for (let i = 0; i < times; i++) {
    const claim = takeTurn(arena, queues.getters(arena, Q, attemptGet), Infinity, Q);
    if (claim === SHUT) return;
    const item = note(claim);
    if (inOrder && item < last) throw new Error(`Item ${item} came after ${last}`);
    last = item;
  }
}

function getTimed(): void {
  const deadline = nowMs() + 5;
  const claim = takeTurn(arena, queues.getters(arena, Q, attemptGet), deadline, Q);
  if (claim > 0) note(claim);
}

async function getAsync(): Promise<void> {
  const patience = { deadlineMs: Infinity };
  const claim = await takeTurnAsync(arena, queues.getters(arena, Q, attemptGet), patience);
  if (isClaimed(arena, claim)) note(claim);
}

async function getUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  try {
    const patience = { deadlineMs: Infinity, signal };
    const claim = await takeTurnAsync(arena, queues.getters(arena, Q, attemptGet), patience);
    note(claim);
  } catch (error) {
    if (error !== 'aborted') throw error;
  }
}

// Every item was taken once or is there; so many may be gone with a thread that was killed.
function checkItems(count: number, lost = 0): void {
  for (;;) {
    const claim = queues.attemptGet(arena, Q);
    if (claim <= 0) break;
    note(claim);
  }
  let taken = 0;
  for (let item = 1; item <= count; item++) taken += load(arena.cells, TAKEN + item);
  if (taken < count - lost) throw new Error(`${count - taken} items are lost`);
}

// Who wakes an event loop looks whether its thread is blocked.
const common = { looks: true, names: { queue: Q, full: Q + QUEUE.NOT_FULL } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'Queue: a producer and a consumer',
    setUp: setUp(0),
    threads: { P: () => put(1, 2), C: () => get(2, true) },
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue(1): a producer and a consumer',
    setUp: setUp(1),
    threads: { P: () => put(1, 2), C: () => get(2, true) },
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue(1): two producers and a consumer',
    setUp: setUp(1),
    threads: { P: () => put(1), O: () => put(2), C: () => get(2) },
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue: a producer and two consumers',
    setUp: setUp(0),
    threads: { P: () => put(1, 2), C: () => get(1), D: () => get(1) },
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue: a consumer with a time-out, another, and a producer',
    setUp: setUp(0),
    threads: { P: () => put(1, 2), C: () => get(1), T: getTimed },
    timeouts: 1,
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue: event loops get, one may abort, and a thread puts',
    setUp: setUp(0),
    threads: { P: () => put(1, 2), L: getAsync, M: getUnlessAborted },
    aborts: 1,
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue(1): shut down while some wait',
    setUp: setUp(1),
    threads: {
      P: () => put(1, 2),
      C: () => get(3),
      S: () => void queues.closeQueue(arena, Q, false),
    },
    check: () => {},
  },
  {
    ...common,
    name: 'LifoQueue: a producer and two consumers',
    setUp: setUp(0, ORDER.LIFO),
    threads: { P: () => put(1, 2), C: () => get(1), D: () => get(1) },
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'Queue: a producer is killed',
    setUp: setUp(0),
    threads: { V: () => put(1, 2), P: () => put(3), C: () => get(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkItems(3, 2),
  },
  {
    ...common,
    name: 'Queue: a consumer is killed',
    setUp: setUp(0),
    threads: { V: () => get(1), P: () => put(1, 2), C: () => get(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkItems(2, 1),
  },
  {
    ...common,
    name: 'LifoQueue: a consumer is killed',
    setUp: setUp(0, ORDER.LIFO),
    threads: { V: () => get(1), P: () => put(1, 2), C: () => get(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkItems(2, 1),
  },
  {
    ...common,
    name: 'PriorityQueue: two producers and a consumer',
    setUp: setUp(0, ORDER.PRIORITY),
    threads: { P: () => put(2), O: () => put(1), C: () => get(2) },
    check: () => checkItems(2),
  },
  {
    ...common,
    name: 'PriorityQueue: a producer is killed',
    setUp: setUp(0, ORDER.PRIORITY),
    threads: { V: () => put(2), P: () => put(1), C: () => get(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkItems(2, 1),
  },
  {
    ...common,
    name: 'PriorityQueue: a consumer is killed',
    setUp: setUp(0, ORDER.PRIORITY),
    threads: { V: () => get(1), P: () => put(2, 1), C: () => get(1) },
    kills: 1,
    mayDie: ['V'],
    check: () => checkItems(2, 1),
  },
];

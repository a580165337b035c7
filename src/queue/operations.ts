// What is done with a queue, once its arguments are in order.
//
// An item is written before any lock is taken, and read after all locks have been given up, as both
// may run code of the user's. Between taking and reading it is under a claim
// (kernel/primitives/queue/claims.ts).
import {
  ADDED,
  ORDER,
  QUEUE,
  arena,
  atomics,
  checkpoint,
  giveUpClaim,
  isClaimed,
  queues,
  release,
  slotOfClaim,
  takeTurn,
  takeTurnAsync,
  textOfClaim,
  homeOf,
} from '../kernel/index.ts';
import type { Arena, Line, Patience, Rank } from '../kernel/index.ts';
import { dropSlot, holdSlot, isItself, readItem, readItemAsync, writeItem } from '../wire/index.ts';
import { NO_RANK, priorityOf, writeRank } from './rank.ts';
import { notPut, notTaken } from './refusals.ts';

/** Outcome of an attempt that ended in an error. */
const FAILED = -3;

/** Puts an item, blocking until the deadline while the queue is full. */
export function putItem(queue: number, item: unknown, deadlineMs: number): void {
  checkpoint();
  const slot = writeItem(item, homeOf(queue));
  if (isRanked(queue) || queues.attemptPut(homeOf(queue), queue, slot, NO_RANK) !== ADDED) {
    waitForRoom(queue, item, slot, deadlineMs);
  }
}

/** The same without blocking. */
export async function putItemAsync(
  queue: number,
  item: unknown,
  patience: Patience,
): Promise<void> {
  patience.signal?.throwIfAborted();
  const slot = writeItem(item, homeOf(queue));
  let rank = NO_RANK;
  let outcome = 0;
  try {
    rank = rankOf(queue, item);
    outcome = await turnAsync(homeOf(queue), patience, (guard) =>
      queues.putters(
        homeOf(queue),
        queue,
        guard(() => queues.attemptPut(homeOf(queue), queue, slot, rank)),
      ),
    );
  } finally {
    if (outcome !== ADDED) drop(slot, rank.text);
  }
  if (outcome !== ADDED) throw notPut(queue, outcome, item);
}

/** Takes an item, blocking until the deadline while there is none. */
export function getItem(queue: number, deadlineMs: number): unknown {
  checkpoint();
  let claim = queues.attemptGet(homeOf(queue), queue);
  if (claim <= 0) claim = waitForItem(queue, claim, deadlineMs);
  const slot = slotOfClaim(homeOf(claim), claim);
  const isPlain = isItself(slot);
  const item = isPlain ? slot : readOrPutBack(queue, claim, slot);
  const text = isPlain ? 0 : textOfClaim(homeOf(claim), claim);
  giveUpClaim(homeOf(claim), claim);
  if (!isPlain) drop(slot, text);
  return item;
}

/** The same without blocking, also while modules are imported that the item needs. */
export async function getItemAsync(queue: number, patience: Patience): Promise<unknown> {
  for (;;) {
    const claim = await turnAsync(homeOf(queue), patience, (guard) =>
      queues.getters(
        homeOf(queue),
        queue,
        guard(() => queues.attemptGet(homeOf(queue), queue)),
      ),
    );
    if (claim <= 0) throw notTaken(queue, claim);
    // If the thread has ended meanwhile, and only its event loop goes on, others put the item back.
    if (!isClaimed(homeOf(claim), claim)) continue;
    const slot = slotOfClaim(homeOf(claim), claim);
    const item = isItself(slot) ? slot : await readOrPutBackAsync(queue, claim, slot);
    if (finish(claim, slot)) return item;
  }
}

/** Blocks until all items are done. */
export function joinQueue(queue: number): void {
  takeTurn(homeOf(queue), queues.joiners(homeOf(queue), queue), Infinity, queue);
}

/** The same without blocking; false when the time was up. */
export async function joinQueueAsync(queue: number, patience: Patience): Promise<boolean> {
  return (await takeTurnAsync(homeOf(queue), queues.joiners(homeOf(queue), queue), patience)) !== 0;
}

/** Shuts the queue down. */
export function shutDown(queue: number, immediate: boolean): void {
  const { slots, texts } = queues.closeQueue(homeOf(queue), queue, immediate);
  slots.forEach(dropSlot);
  texts.forEach(release);
}

function waitForRoom(queue: number, item: unknown, slot: number, deadlineMs: number): void {
  let rank = NO_RANK;
  let outcome = 0;
  try {
    rank = rankOf(queue, item);
    const attempt = (): number => queues.attemptPut(homeOf(queue), queue, slot, rank);
    outcome = takeTurn(
      homeOf(queue),
      queues.putters(homeOf(queue), queue, attempt),
      deadlineMs,
      queue,
    );
  } finally {
    if (outcome !== ADDED) drop(slot, rank.text);
  }
  if (outcome !== ADDED) throw notPut(queue, outcome, item);
}

function waitForItem(queue: number, before: number, deadlineMs: number): number {
  let outcome = before;
  if (outcome === 0 && deadlineMs > 0) {
    const attempt = (): number => queues.attemptGet(homeOf(queue), queue);
    outcome = takeTurn(
      homeOf(queue),
      queues.getters(homeOf(queue), queue, attempt),
      deadlineMs,
      queue,
    );
  }
  if (outcome <= 0) throw notTaken(queue, outcome);
  return outcome;
}

function rankOf(queue: number, item: unknown): Rank {
  return isRanked(queue) ? writeRank(priorityOf(item), homeOf(queue)) : NO_RANK;
}

function isRanked(queue: number): boolean {
  return atomics.peek(arena.cells, queue + QUEUE.ORDER) === ORDER.PRIORITY;
}

function readOrPutBack(queue: number, claim: number, slot: number): unknown {
  try {
    return readItem(slot);
  } catch (error) {
    // Another thread may be able to read it.
    queues.putBack(homeOf(queue), queue, claim);
    throw error;
  }
}

async function readOrPutBackAsync(queue: number, claim: number, slot: number): Promise<unknown> {
  holdSlot(slot);
  try {
    return await readItemAsync(slot);
  } catch (error) {
    queues.putBack(homeOf(queue), queue, claim);
    throw error;
  } finally {
    dropSlot(slot);
  }
}

// The item has arrived: the last step of a get, before which it can still be put back.
function finish(claim: number, slot: number): boolean {
  const text = textOfClaim(homeOf(claim), claim);
  if (!giveUpClaim(homeOf(claim), claim)) return false;
  drop(slot, text);
  return true;
}

function drop(slot: number, text: number): void {
  dropSlot(slot);
  if (text !== 0) release(text);
}

// Waits in a line whose attempts may throw, which must not happen in the midst of an event loop.
async function turnAsync(
  home: Arena,
  patience: Patience,
  lineOf: (guard: (attempt: () => number) => () => number) => Line,
): Promise<number> {
  let failure: unknown;
  const line = lineOf((attempt) => () => {
    try {
      return attempt();
    } catch (error) {
      failure = error;
      return FAILED;
    }
  });
  const outcome = await takeTurnAsync(home, line, patience);
  if (outcome === FAILED) throw failure;
  return outcome;
}

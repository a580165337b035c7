// Starting a child, in the thread that asks for it.
import { createRequire } from 'node:module';
import {
  arena,
  ask,
  atomics,
  blockWhileHolds,
  family,
  isClient,
  retain,
  unstopped,
  whenKeeperFails,
} from '../../kernel/index.ts';
// oxlint-disable-next-line import/no-unassigned-import -- the supervisor lives in its keeper
import '../../threading/index.ts';
import { encode, handlesIn, load, releaseBytes } from '../../wire/index.ts';
import { isHost, openHost } from '../distant/host/open.ts';
import { lend } from '../distant/client/stand-in.ts';
import type { Callable } from '../types.ts';
import { childFlags } from './flags.ts';
import { writeLetter } from './letter.ts';
import type { Letter } from './letter.ts';
import { CHILD, STATE, enlist, moveField } from './record.ts';
import { failAllStarting } from './refusal.ts';
import type { Order, Surroundings } from './task.ts';

// The supervisor lives in it.
whenKeeperFails(failAllStarting);

/** Has the supervisor do something; it may be asked from any thread. */
export function employ(task: Order): void {
  ask({ type: 'employ', module: supervisor(), task });
}

/**
 * Starts a child and blocks until the system has made it; false when it was started before.
 *
 * @throws {TransferError} if the target or an argument cannot travel; the record is as it was
 * @throws {RuntimeError} if the system makes no process; the record is as it was
 */
export function launch(
  record: number,
  letter: Letter,
  task: readonly [Callable, readonly unknown[]],
  surroundings: Surroundings,
): boolean {
  shareMemory();
  const message = encode(task, ['target', 'args'], 'process');
  // The child's references, before it can use them.
  if (isClient()) lend(handlesIn(message), 'lend');
  const bytes = writeLetter(letter, message);
  const order: Order = { type: 'spawn', record, bytes, surroundings, flags: childFlags() };
  if (!commission(record, order)) {
    takeBack(message);
    return false;
  }
  blockWhileHolds(arena, record + CHILD.STATE, STATE.STARTING);
  const failure = atomics.exchange(arena.cells, record + CHILD.FAILURE, 0);
  if (failure !== 0) {
    takeBack(message);
    throw load(failure);
  }
  if (isClient()) releaseBytes(message);
  return true;
}

// A thread that was stopped in between would leave a child that is for ever about to begin.
function commission(record: number, order: Order): boolean {
  return unstopped(() => {
    if (!moveField(record, CHILD.STATE, STATE.INITIAL, STATE.STARTING)) return false;
    // The supervisor's reference.
    retain(record);
    enlist(record);
    employ(order);
    return true;
  });
}

function takeBack(message: Uint8Array): void {
  if (isClient()) lend(handlesIn(message), 'unlend');
  releaseBytes(message);
}

// Children inherit it, so that whatever is shared later can reach them. Where there is none they
// run all the same.
function shareMemory(): void {
  try {
    if (isHost()) openHost();
    else if (!isClient()) family();
  } catch {
    // What has to be shared says so when it is made.
  }
}

// To look it up takes Node 0.3 ms.
let module: string | undefined;
function supervisor(): string {
  return (module ??= createRequire(import.meta.url).resolve('#process-supervisor'));
}

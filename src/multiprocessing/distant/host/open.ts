// The beginning of the host's part: the address, and the thread that listens there.
import { RuntimeError } from '../../../errors/index.ts';
import {
  HEADER,
  arena,
  atomics,
  attach,
  blockWhile,
  hasDied,
  isAlone,
  isClient,
  kindName,
  nativeIfAny,
  serveFamilyAlone,
  setHostAddress,
  nowMs,
} from '../../../kernel/index.ts';
import { Event, Thread } from '../../../threading/index.ts';
import { providePassage, referenceTo } from '../../../wire/index.ts';
import { forgetAddress, newAddress, writeAddress } from '../address.ts';
import type { serveFamily } from './broker.ts';
import { newMailbox } from '../mail.ts';
import { CLASSES, ENTRIES } from '../names.ts';

// HEADER.FAMILY_BROKER: the broker's mailbox; less than 0, the id of the thread that opens it.
const NONE = 0;
const LOOK_MS = 2;
// Between two looks whether the thread that opens it lives.
const OPENER_MS = 100;
const READY_S = 0.1;

/** Whether this process is, or has to be, the one that keeps what processes share. */
export function isHost(): boolean {
  return !isClient() && (isAlone() || nativeIfAny() === null);
}

/**
 * Sees to it that children reach this process, the host. Blocks until they can.
 *
 * @throws {RuntimeError} if nothing can listen
 */
export function openHost(): void {
  serveFamilyAlone();
  passFromHost();
  const { cells } = arena;
  const index = HEADER.FAMILY_BROKER;
  for (let state = atomics.load(cells, index); state <= NONE; state = atomics.load(cells, index)) {
    const isFree = state === NONE || hasDied(arena, -state, true);
    if (!isFree) {
      const isSame = (): boolean => atomics.load(cells, index) === state;
      blockWhile(arena, isSame, nowMs() + OPENER_MS, LOOK_MS);
    } else if (atomics.compareExchange(cells, index, state, -arena.tid) === state) {
      open(index);
    }
  }
}

function open(index: number): void {
  let state = NONE;
  try {
    state = startBroker();
  } finally {
    atomics.store(arena.cells, index, state);
  }
}

/** Lets our objects out of the host, and in again. */
export function passFromHost(): void {
  providePassage({
    leave: (handle) => {
      const kind = kindName(handle);
      return CLASSES.has(kind) ? { number: handle, kind } : null;
    },
    arrive: (number) => attach(number),
  });
}

function startBroker(): number {
  const address = newAddress();
  const box = newMailbox();
  const ready = new Event();
  const thread = new Thread({
    target: referenceTo<typeof serveFamily>(ENTRIES.broker, 'serveFamily'),
    args: [address, box, ready],
    name: 'family broker',
    daemon: true,
  }).start();
  while (!ready.wait(READY_S)) {
    if (!thread.isAlive()) throw new RuntimeError('Cannot listen for other processes');
  }
  if (process.platform !== 'linux') process.once('exit', () => forgetAddress(address));
  setHostAddress(writeAddress(address));
  return box;
}

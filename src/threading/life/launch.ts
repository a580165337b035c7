// Getting a thread that starts a worker to run on.
import { MessageChannel, SHARE_ENV, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import {
  HEADER,
  INHERITANCE_KEY,
  SLOT,
  arena,
  ask,
  atomics,
  betweenSlices,
  claimSlot,
  inheritance,
  provideKeeper,
  retain,
} from '../../kernel/index.ts';
import { cacheCounts, place } from './cache.ts';
import { drainHook } from './hook.ts';
import { makeWorker, publishHeap, stopWorker, workerIn } from './maker.ts';
import type { Bespoke } from './maker.ts';
import { heapKib } from '../view/usage.ts';

/** What the keeper tells the main thread. */
export type Command =
  | { readonly type: 'stop'; readonly slot: number }
  | { readonly type: 'hook' }
  | { readonly type: 'heap'; readonly slot: number };

/** What the keeper is born with, beside what every worker is. */
export interface KeeperData {
  readonly commands: MessagePort;
  readonly main: MessagePort;
  readonly mainSlot: number;
}

/** What the main thread tells the keeper. */
export interface Introduction {
  readonly slot: number;
  readonly port: MessagePort;
}

/** Finds a worker for a thread that is STARTING. Does not wait for it. */
export function launch(record: number): void {
  const placement = place(record);
  if (placement === 'leased' || placement === 'queued-covered') return;
  // Also for the last parked one: so that the next finds a worker again.
  requestWorker(null);
}

/** The same on a worker of the thread's own. */
export function launchAlone(bespoke: Bespoke): void {
  retain(bespoke.record);
  requestWorker(bespoke);
}

function requestWorker(bespoke: Bespoke | null): void {
  const ready = atomics.load(arena.cells, HEADER.KEEPER_READY) !== 0;
  if (inheritance !== null || ready) {
    if (bespoke === null) ask({ type: 'spawn' });
    else ask({ type: 'spawn-for', record: bespoke.record, limits: bespoke.limits });
    return;
  }
  // The first thread should not wait until a keeper is up. The worker boots first, then the keeper.
  const introductions: Introduction[] = [];
  const introduce = (slot: number, port: MessagePort): void => {
    introductions.push({ slot, port });
  };
  makeWorker({ introduce, bereaved }, bespoke);
  const keeper = mainKeeper();
  for (const introduction of introductions) {
    keeper.worker.postMessage(introduction, [introduction.port]);
  }
}

function bereaved(): void {
  if (cacheCounts().starting > 0) ask({ type: 'spawn' });
}

interface Keeper {
  readonly worker: Worker;
  readonly hub: MessagePort;
}

let keeper: Keeper | null = null;

function mainKeeper(): Keeper {
  keeper ??= startKeeper();
  return keeper;
}

function startKeeper(): Keeper {
  const slot = claimSlot(arena);
  const hub = new MessageChannel();
  const commands = new MessageChannel();
  const data: KeeperData = { commands: commands.port2, main: hub.port2, mainSlot: arena.slot };
  // The keeper is nobody's child but ours, so it gets a hub that it does not use.
  const unused = new MessageChannel();
  const worker = new Worker(fileURLToPath(import.meta.resolve('#keeper-entry')), {
    name: 'heddle keeper',
    env: SHARE_ENV,
    stdout: true,
    stderr: true,
    trackUnmanagedFds: false,
    argv: process.argv.slice(2),
    workerData: {
      ...data,
      [INHERITANCE_KEY]: { memory: arena.memory, slot, hub: unused.port2 },
      script: process.argv[1],
    },
    transferList: [commands.port2, hub.port2, unused.port2],
  });
  worker.unref();
  worker.on('error', (error) => {
    throw error;
  });
  listen(commands.port1);
  return { worker, hub: hub.port1 };
}

// Commands come by event, or between the slices of a blocking wait.
function listen(commands: MessagePort): void {
  commands.on('message', obey);
  commands.unref();
  betweenSlices(() => {
    for (;;) {
      const received = receiveMessageOnPort(commands) as { message: Command } | undefined;
      if (received === undefined) return;
      // The user's hook does not run in the middle of a wait; it has its turn after it.
      if (received.message.type !== 'hook') obey(received.message);
    }
  });
}

function obey(command: Command): void {
  if (command.type === 'stop') stopWorker(command.slot);
  else if (command.type === 'hook') drainHook();
  else measureHeap(command.slot);
}

function measureHeap(slot: number): void {
  const worker = workerIn(slot);
  if (slot === arena.slot)
    atomics.store(arena.cells, arena.slotOf(slot) + SLOT.HEAP_KIB, heapKib());
  else if (worker !== undefined) publishHeap(worker, slot);
}

if (inheritance === null) provideKeeper(() => mainKeeper().hub);

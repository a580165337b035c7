// Getting a thread that starts a worker to run on.
import fs from 'node:fs';
import { MessageChannel, SHARE_ENV, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
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
  mournKeeper,
  provideKeeper,
  retain,
  setSlice,
  shareCode,
  whenKeeperFails,
  nowMs,
} from '../../kernel/index.ts';
import { rehearse } from '../../wire/index.ts';
import { RETIRE, cacheCounts, place } from './cache.ts';
import { drainHook } from './hook.ts';
import {
  failAllStarting,
  finishUnheard,
  inheritedFlags,
  keptFlags,
  legacyOf,
  makeWorker,
  programOf,
  publishHeap,
  stopWorker,
  workerIn,
} from './maker.ts';
import type { Bespoke } from './maker.ts';
import { isDumpWanted } from '../view/dump-signal.ts';
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

/** Sees to it that a worker is there or on its way: it boots while its task is being encoded. */
export function prepare(): void {
  const { parked, starting, coming } = cacheCounts();
  if (parked === 0 && coming <= starting) requestWorker(null);
}

/**
 * The same for a thread that has only been made, if it is the program's first: threads are made to
 * be started, and the worker boots meanwhile.
 */
export function foresee(): void {
  if (inheritance !== null || keeper !== null) return;
  if (atomics.load(arena.cells, HEADER.CLOSING) === 0) prepare();
}

/** Finds a worker for a thread that is STARTING. Does not wait for it. */
export function launch(record: number): void {
  const placement = place(record);
  if (placement === 'queued') requestWorker(null);
  // So that the next thread finds a worker again; the keeper looks after that when it comes.
  else if (placement === 'leased-last' && isKeeperReady()) ask({ type: 'spawn' });
  expectKeeper();
}

/** The same on a worker of the thread's own. */
export function launchAlone(bespoke: Bespoke): void {
  retain(bespoke.record);
  requestWorker(bespoke);
  expectKeeper();
}

function requestWorker(bespoke: Bespoke | null): void {
  if (bespoke !== null) {
    // Its end is heard of at any time only by the keeper.
    ask({ type: 'spawn-for', record: bespoke.record, limits: bespoke.limits });
  } else if (inheritance !== null || isKeeperReady()) {
    ask({ type: 'spawn' });
  } else {
    // The first thread should not wait until a keeper is up. Its worker boots first, and the keeper
    // after it.
    makeWorker({ introduce, bereaved }, null);
  }
}

function isKeeperReady(): boolean {
  return atomics.load(arena.cells, HEADER.KEEPER_READY) !== 0;
}

// Workers whose channel the keeper has not got yet, because it is not there.
const waiting: Introduction[] = [];

function introduce(slot: number, port: MessagePort): void {
  waiting.push({ slot, port });
  if (keeper !== null) introduceAll(keeper.worker);
}

function introduceAll(worker: Worker): void {
  for (const introduction of waiting.splice(0)) {
    try {
      worker.postMessage(introduction, [introduction.port]);
    } catch {
      // Its worker is gone already, and the channel with it.
    }
  }
}

function bereaved(): void {
  if (cacheCounts().starting > 0) ask({ type: 'spawn' });
}

interface Keeper {
  readonly worker: Worker;
  readonly hub: MessagePort;
  /** Of a channel that it has the other end of as long as it lives, and does not read. */
  readonly pulse: MessagePort;
}

let keeper: Keeper | null = null;

function mainKeeper(): Keeper {
  keeper ??= startKeeper();
  setSlice(SLICE_MS);
  return keeper;
}

// The first thread has the processors to itself until it has begun, and for so long after that: two
// workers that boot side by side each take half as long again, and more on a virtual machine
// (bench/thread.ts). Who needs the keeper before has it at once.
const ALONE_MS = 30;
const SLICE_MS = 250;

// A first thread that has not begun by then may never: a blocked main thread does not hear that its
// worker failed to boot, and the keeper does.
const BOOT_MS = 500;
let keeperAtMs = Infinity;

// The keeper should be up long before, on the slowest machine.
const KEEPER_MS = 20_000;
let expectedUntilMs = Infinity;

function checkKeeper(): void {
  const now = nowMs();
  if (keeper === null && now < keeperAtMs) return;
  const { pulse } = mainKeeper();
  if (expectedUntilMs === Infinity) return;
  if (isKeeperReady()) expectedUntilMs = Infinity;
  else if (!isHeard(pulse)) loseKeeper(new Error('The helper thread ended as it booted'));
  else if (now > expectedUntilMs) {
    loseKeeper(new Error(`The helper thread was not up within ${KEEPER_MS} ms`));
  }
}

// A blocked main thread is not told that a worker has ended. But a message to a port whose other
// end went with it is not sent, and postMessage() says so: not in its documentation, but in each
// Node.
function isHeard(port: MessagePort): boolean {
  return (port.postMessage(0) as unknown) === true;
}

// Nothing can be started without it. The threads that wait hear of it, and the next one that starts
// tries again.
function loseKeeper(cause: unknown): void {
  // One that is late must not begin with what has been given up.
  void keeper?.worker.terminate();
  keeper = null;
  keeperAtMs = Infinity;
  expectedUntilMs = Infinity;
  atomics.store(arena.cells, HEADER.KEEPER_READY, 0);
  mournKeeper(cause);
}

// A second thread, or a first one that does not begin: then the keeper comes.
function expectKeeper(): void {
  if (inheritance !== null || keeper !== null) return;
  if (keeperAtMs !== Infinity) {
    mainKeeper();
    return;
  }
  keeperAtMs = nowMs() + BOOT_MS;
  unblockSocket();
  setSlice(ALONE_MS);
}

/** The thread has begun, and a processor is free: the keeper comes before long. */
export function followUp(): void {
  if (inheritance !== null || keeper !== null) return;
  keeperAtMs = nowMs() + ALONE_MS;
  setTimeout(mainKeeper, ALONE_MS).unref();
}

function startKeeper(): Keeper {
  unblockSocket();
  const slot = claimSlot(arena);
  // It boots like a worker, but will look for no thread.
  atomics.store(arena.cells, arena.slotOf(slot) + SLOT.REQUEST, RETIRE);
  const hub = new MessageChannel();
  const commands = new MessageChannel();
  const data: KeeperData = { commands: commands.port2, main: hub.port2, mainSlot: arena.slot };
  // The keeper is nobody's child but ours, so it gets a hub that it does not use.
  const { port1: pulse, port2: unused } = new MessageChannel();
  const { path, program } = programOf('keeper');
  const worker = new Worker(path, {
    name: 'heddle keeper',
    env: SHARE_ENV,
    stdout: true,
    stderr: true,
    trackUnmanagedFds: false,
    argv: process.argv.slice(2),
    workerData: {
      ...data,
      [INHERITANCE_KEY]: legacyOf(slot, unused),
      script: process.argv[1],
      program,
    },
    transferList: [commands.port2, hub.port2, unused],
    ...(isDumpWanted() ? { execArgv: [...keptFlags(), '--expose-internals'] } : inheritedFlags()),
  });
  shareCode('all', rehearse);
  worker.unref();
  worker.on('error', (cause) => {
    if (keeper?.worker === worker) loseKeeper(cause);
  });
  expectedUntilMs = nowMs() + KEEPER_MS;
  listen(commands.port1);
  introduceAll(worker);
  return { worker, hub: hub.port1, pulse };
}

// A thread that reads from a socket in input() could not be stopped, and the program not end. Node
// makes a socket non-blocking when one looks at process.stdin; it reads nothing, and keeps nothing
// alive.
function unblockSocket(): void {
  try {
    if (fs.fstatSync(0).isSocket()) void process.stdin;
  } catch {
    // There is no standard input.
  }
}

// Commands come by event, or between the slices of a blocking wait.
function listen(commands: MessagePort): void {
  commands.on('message', obey);
  commands.unref();
  betweenSlices(() => {
    for (;;) {
      const received = receiveMessageOnPort(commands);
      if (received === undefined) return;
      // The user's hook does not run in the middle of a wait; it has its turn after it.
      const command = received.message as Command;
      if (command.type === 'hook') setImmediate(drainHook);
      else obey(command);
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

if (inheritance === null) {
  provideKeeper(() => mainKeeper().hub);
  whenKeeperFails(failAllStarting);
  betweenSlices(checkKeeper);
  betweenSlices(finishUnheard);
}

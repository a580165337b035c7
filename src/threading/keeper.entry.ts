// The program of the keeper: a thread that never blocks and never runs the user's code, so that it
// can always serve.
//
// It makes workers ahead of need (one spare), stops those that are to be stopped dead, hears of
// their end whatever its way, and keeps values that only a MessagePort can carry. Requests come
// from every thread through a channel of its own.
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import {
  HEADER,
  SLOT,
  SLOT_STATE,
  arena,
  atomics,
  beKeeper,
  inheritance,
  lacksKinds,
  loadKinds,
} from '../kernel/index.ts';
import type { Answer, Employee, Request } from '../kernel/index.ts';
import { cacheCounts, letGo, withdraw } from './life/cache.ts';
import { claimEnd, complete, hasEnded, stopHolding } from './life/finish.ts';
import type { Command, Introduction, KeeperData } from './life/launch.ts';
import { makeWorker, publishHeap, stopWorker, workerIn } from './life/maker.ts';
import type { Nursery } from './life/maker.ts';
import { OUTCOME, RECORD, getField, setField } from './life/record.ts';
import { makeRinger } from './life/ringer.ts';
import { dumpOnSignalHere, isDumpWanted } from './view/dump-signal.ts';

// Booted ahead, so that the next thread that starts finds a worker. Not at once: where one short
// thread follows another, the worker of the last is free again in a moment.
const SPARES = 1;
const SPARE_MS = 20;
let spareTimer: NodeJS.Timeout | null = null;

// The first thread of the program has the processors to itself for so long.
const FIRST_SPARE_MS = 100;

// The main thread makes the first workers itself, and while it is blocked it does not hear that one
// of them died as it booted. A thread that has waited so long gets another worker; if that dies in
// the same way, the thread is told.
const PATIENCE_MS = 1000;
let oldestBefore = 0;

// The longest that a timer of Node's can be set for.
const TIMER_MS = 2 ** 31 - 1;

function lookAfterStarting(): void {
  const { oldest } = cacheCounts();
  if (oldest !== 0 && oldest === oldestBefore) makeWorker(nursery, null);
  oldestBefore = oldest;
}

// No spare in the place of one that is gone: if it died of something that all die of, there would
// be no end of it.
const bereaved = (): void => {
  if (cacheCounts().starting > 0) supply();
};
const nursery: Nursery = { introduce: listen, bereaved };
const data = workerData as KeeperData;
const ports = new Map<number, MessagePort>();
const parcels = new Map<number, { readonly value: unknown }>();
/**
 * Slots that asked for a value before it came: two threads' messages have no order between them.
 */
const early = new Map<number, number[]>();
/** Modules of rooms above that need a free event loop, by URL. */
const employees = new Map<string, Promise<Employee>>();

if (isMainThread || parentPort === null || inheritance === null) {
  throw new TypeError('Cannot run the keeper by itself as it serves a program of threads');
}
const { main, mainSlot } = data;
const introductions = parentPort;
beKeeper((request) => serve(arena.slot, request));
if (lacksKinds()) void loadKinds().then(open);
else open();

function open(): void {
  atomics.store(arena.cells, arena.slotOf(arena.slot) + SLOT.STATE, SLOT_STATE.LIVE);
  listen(mainSlot, main);
  introductions.on('message', ({ slot, port }: Introduction) => listen(slot, port));
  if (isDumpWanted()) dumpOnSignalHere();
  atomics.store(arena.cells, HEADER.KEEPER_READY, 1);
  setTimeout(supply, FIRST_SPARE_MS);
  setInterval(lookAfterStarting, PATIENCE_MS);
}

function listen(slot: number, port: MessagePort): void {
  ports.set(slot, port);
  port.on('message', (request: Request) => serve(slot, request));
  port.on('close', () => {
    if (ports.get(slot) === port) ports.delete(slot);
  });
}

function serve(slot: number, request: Request): void {
  switch (request.type) {
    case 'spawn':
      return supply();
    case 'spawn-for':
      return makeWorker(nursery, { record: request.record, limits: request.limits });
    case 'terminate':
      return stopAfter(request.record, request.graceMs);
    case 'hook':
      return command({ type: 'hook' });
    case 'ringer':
      return makeRinger();
    case 'employ':
      return void employee(request.module).then(({ serve: work }) => work(request.task as never));
    case 'end':
      for (const employed of employees.values()) void employed.then(({ end }) => end());
      return;
    case 'heap':
      return measureHeap(request.slot);
    case 'keep':
      return keep(request.id, request.value);
    case 'fetch':
      return fetch(slot, request.id);
    case 'forget':
      parcels.delete(request.id);
      return;
  }
}

// One worker for each thread that waits and finds none on its way; the spares a little later.
function supply(): void {
  const { starting, coming } = cacheCounts();
  for (let wanted = starting - coming; wanted > 0; wanted--) makeWorker(nursery, null);
  spareTimer ??= setTimeout(supplySpares, SPARE_MS);
}

function supplySpares(): void {
  spareTimer = null;
  const { parked, starting, coming } = cacheCounts();
  for (let wanted = SPARES + starting - parked - coming; wanted > 0; wanted--) {
    makeWorker(nursery, null);
  }
}

function employee(module: string): Promise<Employee> {
  const known = employees.get(module);
  const employed = known ?? (import(pathToFileURL(module).href) as Promise<Employee>);
  employees.set(module, employed);
  return employed;
}

function command(what: Command): void {
  data.commands.postMessage(what);
}

function stopAfter(record: number, graceMs: number): void {
  if (graceMs <= TIMER_MS) setTimeout(stop, graceMs, record);
  else setTimeout(stopAfter, TIMER_MS, record, graceMs - TIMER_MS);
}

// Condemned first, then a look whether it has ended: its worker ends first, then looks whether it
// is condemned. So either this sees the end, or the worker takes no other thread, and stopping it
// hits nobody else.
function stop(record: number): void {
  setField(record, RECORD.CONDEMNED, 1);
  if (withdraw(record)) {
    if (claimEnd(record, OUTCOME.TERMINATED, 0)) complete(record);
    stopHolding(record);
    letGo(record);
  } else if (!hasEnded(record)) {
    const slot = getField(record, RECORD.SLOT);
    if (!stopWorker(slot)) command({ type: 'stop', slot });
  }
  letGo(record);
}

function keep(id: number, value: unknown): void {
  parcels.set(id, { value });
  for (const slot of early.get(id) ?? []) answer(slot, { id, value });
  early.delete(id);
}

function fetch(slot: number, id: number): void {
  const parcel = parcels.get(id);
  if (parcel !== undefined) return answer(slot, { id, value: parcel.value });
  early.set(id, [...(early.get(id) ?? []), slot]);
}

// First the message, then the count that the asker blocks on.
function answer(slot: number, what: Answer): void {
  ports.get(slot)?.postMessage(what);
  const mail = arena.slotOf(slot) + SLOT.MAIL;
  atomics.add(arena.cells, mail, 1);
  arena.notify(mail, 1);
}

function measureHeap(slot: number): void {
  const worker = workerIn(slot);
  if (worker === undefined) return command({ type: 'heap', slot });
  publishHeap(worker, slot);
}

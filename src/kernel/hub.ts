// The way from any thread to the keeper: a helper thread whose event loop always turns.
//
// What needs a free event loop at any time goes there: making workers, stopping them, hearing of
// their end, and keeping values that only a MessagePort can carry. Requests are messages; who needs
// an answer blocks on a cell of its slot that the keeper counts up after it has posted, so all of
// this works while every other thread is blocked.
import { receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { load } from './atomics.ts';
import { loadLate } from './late.ts';
import { arena, inheritance } from './memory/arena.ts';
import { SLOT } from './memory/layout.ts';

/** What a module does that the keeper runs for a room above. It must not block. */
export interface Employee {
  readonly serve: (task: never) => void;
  /** The program ends. */
  readonly end: () => void;
}

/** What a thread asks of the keeper. */
export type Request =
  | { readonly type: 'spawn' }
  | { readonly type: 'spawn-for'; readonly record: number; readonly limits: object | undefined }
  | { readonly type: 'terminate'; readonly record: number; readonly graceMs: number }
  | { readonly type: 'hook' }
  | { readonly type: 'ringer' }
  | { readonly type: 'employ'; readonly module: string; readonly task: unknown }
  | { readonly type: 'end' }
  | { readonly type: 'heap'; readonly slot: number }
  | { readonly type: 'keep'; readonly id: number; readonly value: unknown }
  | { readonly type: 'fetch'; readonly id: number }
  | { readonly type: 'forget'; readonly id: number };

/** What the keeper answers to 'fetch'. */
export interface Answer {
  readonly id: number;
  readonly value: unknown;
}

let keeperPort: (() => MessagePort) | null = null;

/** Tells how the main thread reaches the keeper, which it makes when it needs one. */
export function provideKeeper(start: () => MessagePort): void {
  keeperPort = start;
}

const mourners: ((cause: unknown) => void)[] = [];

/** Has somebody told, in the main thread, that the keeper failed to boot: it has done nothing. */
export function whenKeeperFails(mourn: (cause: unknown) => void): void {
  mourners.push(mourn);
}

/** Tells them. */
export function mournKeeper(cause: unknown): void {
  for (const mourn of mourners) mourn(cause);
}

let serveHere: ((request: Request) => void) | null = null;

/** Says that this thread is the keeper, and how it serves itself. */
export function beKeeper(serve: (request: Request) => void): void {
  serveHere = serve;
}

/** Asks the keeper for something. */
export function ask(request: Request): void {
  if (serveHere === null) hub().postMessage(request);
  else serveHere(request);
}

/** Asks the keeper for a value, and blocks until it is here. */
export function fetch(id: number): unknown {
  const mail = arena.slotOf(arena.tid) + SLOT.MAIL;
  ask({ type: 'fetch', id });
  for (;;) {
    const seen = load(arena.cells, mail);
    const received = receiveMessageOnPort(hub());
    if (received !== undefined) {
      // The only answers are to this thread's own questions, and it asks one at a time.
      return (received.message as Answer).value;
    }
    arena.wait(mail, seen, Infinity);
  }
}

function hub(): MessagePort {
  if (inheritance !== null) return inheritance.hub;
  // A child whose target has no threads has not loaded who makes it.
  if (keeperPort === null) loadLate('#threading');
  if (keeperPort === null) throw new TypeError('Cannot reach the keeper as nobody makes one');
  return keeperPort();
}

// The stacks of threads that are blocked: asked for by one thread, and written by each of the
// others.
//
// Who is blocked in a wait of ours can be woken for nothing; it sees that there is a request which
// it has not answered, writes its stack into the arena, and sleeps on. So a stack costs nothing
// until somebody wants to see it. A thread that runs, or whose event loop waits, has no chance to
// answer.
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Arena } from '../memory/arena.ts';
import { add, exchange, load, store } from '../atomics.ts';
import { freeIn } from '../memory/heap.ts';
import { HEADER, NODE, SLOT, SLOT_MASK } from '../memory/layout.ts';
import { readText, writeText } from '../memory/strings.ts';
import { blockingNode } from './nodes.ts';

/** More than anybody reads. */
const FRAMES = 50;

// Frames of ours say nothing of the user's code, nor do Node's around it.
// They name a file by its URL or, where it was required, by its path.
let ours: readonly string[] | null = null;
const NODES = /\bnode:internal\//;

/** The stack of the calling thread, as far as it is the user's. */
export function ownStack(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const lines = (new Error().stack ?? '').split('\n');
  Error.stackTraceLimit = stackTraceLimit;
  const frames = lines.filter((line) => /^ +at /.test(line) && !isOurs(line));
  // Built-in functions that ours were called by.
  while (frames[0]?.endsWith('(<anonymous>)')) frames.shift();
  while (NODES.test(frames.at(-1) ?? '')) frames.pop();
  return frames.length === 0 ? '    (in no code of the program)' : frames.join('\n');
}

/** Writes this thread's stack if somebody has asked for it. Called after each sleep. */
export function answerForStack(arena: Arena): void {
  const { cells } = arena;
  const answered = arena.slotOf(arena.tid) + SLOT.STACK_ANSWER;
  for (;;) {
    const request = load(cells, HEADER.STACK_REQUEST);
    if (load(cells, answered) === request) return;
    const old = exchange(cells, arena.slotOf(arena.tid) + SLOT.STACK, writeText(arena, ownStack()));
    if (old !== 0) freeIn(arena, old);
    store(cells, answered, request);
  }
}

/** Asks those of the threads for their stacks that are blocked in a wait of ours. */
export function requestStacks(arena: Arena, tids: readonly number[]): number {
  const { cells } = arena;
  const request = add(cells, HEADER.STACK_REQUEST, 1) + 1;
  store(cells, arena.slotOf(arena.tid) + SLOT.STACK_ANSWER, request);
  for (const tid of tids) arena.notify(blockingNode(arena, tid & SLOT_MASK) + NODE.STATE, Infinity);
  return request;
}

/** The stack that a thread has given; null when it has not yet. */
export function stackOf(arena: Arena, tid: number, request: number): string | null {
  const slot = arena.slotOf(tid);
  if (load(arena.cells, slot + SLOT.STACK_ANSWER) !== request) return null;
  return readText(arena, load(arena.cells, slot + SLOT.STACK));
}

function isOurs(frame: string): boolean {
  ours ??= placesOfOurs();
  return ours.some((place) => frame.includes(place));
}

function placesOfOurs(): string[] {
  const [folder = '\0'] = /^.*[/\\](?:src|dist)[/\\]/.exec(fileURLToPath(import.meta.url)) ?? [];
  return [folder, pathToFileURL(folder).href];
}

// RWLock: readers and writers, blocking and not, with time-outs and kills.
import { nowMs } from '../../../src/kernel/deadline.ts';
import { arena } from '../../../src/kernel/memory/arena.ts';
import { HEAP, PRIM, PRIM_TYPE, READ, WRITE } from '../../../src/kernel/memory/layout.ts';
import { load, peek, poke } from '../../../src/kernel/atomics.ts';
import { initPrim } from '../../../src/kernel/waiting/primitive.ts';
import { initReaders, ownReader } from '../../../src/kernel/primitives/rwlock-readers.ts';
import { takeSideAsync, takeSideBlocking } from '../../../src/kernel/primitives/rwlock-wait.ts';
import { releaseRead, releaseWrite, trySide } from '../../../src/kernel/primitives/rwlock-word.ts';
import { lockQueue, unlockQueue } from '../../../src/kernel/waiting/wait-queue.ts';
import type { Scenario } from '../engine/scenario.ts';

const RW = HEAP + 64;
// Behind the cells of the readers.
const LEFT = HEAP + 1024;
const RIGHT = HEAP + 1025;

function setUp(): void {
  initPrim(arena, RW, PRIM_TYPE.RWLOCK);
  initReaders(arena, RW);
}

// Outside of a write both cells are the same; and no read is beside a write, or there is a race.
function readAndRelease(): void {
  const { cells } = arena;
  if (peek(cells, LEFT) !== peek(cells, RIGHT)) throw new Error('A read beside a write');
  if (!releaseRead(arena, RW, ownReader(arena, RW))) throw new Error('The thread did not read');
}

function writeAndRelease(): void {
  const { cells } = arena;
  const next = Math.max(peek(cells, LEFT), peek(cells, RIGHT)) + 1;
  poke(cells, LEFT, next);
  poke(cells, RIGHT, next);
  if (!releaseWrite(arena, RW)) throw new Error('The thread did not write');
}

function read(times = 1): void {
  for (let i = 0; i < times; i++) {
    if (takeSideBlocking(arena, RW, READ, Infinity) === 0) throw new Error('Not taken');
    readAndRelease();
  }
}

function write(times = 1): void {
  for (let i = 0; i < times; i++) {
    if (takeSideBlocking(arena, RW, WRITE, Infinity) === 0) throw new Error('Not taken');
    writeAndRelease();
  }
}

function writeTimed(): void {
  if (takeSideBlocking(arena, RW, WRITE, nowMs() + 5) !== 0) writeAndRelease();
}

function readTimed(): void {
  if (takeSideBlocking(arena, RW, READ, nowMs() + 5) !== 0) readAndRelease();
}

// Told of a writer's death, as the public class tells: what it left is put right.
function readWhatIsLeft(): void {
  takeSideBlocking(arena, RW, READ, Infinity);
  releaseRead(arena, RW, ownReader(arena, RW));
}

async function readAsync(): Promise<void> {
  await takeSideAsync(arena, RW, READ, false, { deadlineMs: Infinity });
  readAndRelease();
}

async function writeUnlessAborted(): Promise<void> {
  const { signal } = new AbortController();
  try {
    await takeSideAsync(arena, RW, WRITE, false, { deadlineMs: Infinity, signal });
  } catch (error) {
    if (error !== 'aborted') throw error;
    return;
  }
  writeAndRelease();
}

function check(): void {
  lockQueue(arena, RW);
  unlockQueue(arena, RW);
  if (load(arena.cells, RW + PRIM.HEAD) !== 0) throw new Error('A waiter is left');
  if (trySide(arena, RW, WRITE, false) === 0) throw new Error('Nobody can write in the end');
}

const common = { setUp, check, names: { rwlock: RW, LEFT, RIGHT } };

export const scenarios: Scenario[] = [
  {
    ...common,
    name: 'RWLock: a reader and a writer, twice each',
    threads: { R: () => read(2), W: () => write(2) },
    starving: true,
  },
  {
    ...common,
    name: 'RWLock: two readers and a writer',
    threads: { R: () => read(), S: () => read(), W: () => write() },
    starving: true,
  },
  {
    ...common,
    name: 'RWLock: a reader and two writers',
    threads: { R: () => read(), W: () => write(), X: () => write() },
    starving: true,
  },
  {
    ...common,
    name: 'RWLock: a reader, a writer, and both with a time-out',
    threads: { R: () => read(), W: () => write(), T: writeTimed, U: readTimed },
    timeouts: 1,
  },
  {
    ...common,
    name: 'RWLock: a writer, an event loop that reads, and one that may abort',
    threads: { W: () => write(), L: readAsync, M: writeUnlessAborted },
    aborts: 1,
    starving: true,
  },
  {
    ...common,
    name: 'RWLock: a reader is killed',
    threads: { V: () => read(), W: () => write(), R: () => read() },
    kills: 1,
    mayDie: ['V'],
    starving: true,
  },
  {
    ...common,
    name: 'RWLock: a writer is killed',
    threads: { V: () => write(), W: () => write(), R: readWhatIsLeft },
    kills: 1,
    mayDie: ['V'],
    starving: true,
  },
  {
    ...common,
    name: 'RWLock: an event loop that reads is killed',
    threads: { V: readAsync, W: () => write(), R: () => read() },
    kills: 1,
    mayDie: ['V'],
  },
];

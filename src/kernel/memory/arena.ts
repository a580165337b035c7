// The arena: one piece of shared memory that every thread of the program has.
//
// The main thread makes it when heddle is first imported, each worker inherits it. It is sparse:
// its size is a bound on addresses, memory is taken page by page as blocks are first touched. It
// has its full size from the start, because a view made before a growth would not reach what came
// after (and a view that tracks the length is 3 to 20 times slower).
//
// All that lives here is found by a handle: the index of its first cell.
import os from 'node:os';
import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { HeddleError } from '../../errors/index.ts';
import { notify, pause, store, wait } from '../atomics.ts';
import type { Awakening, Cells } from '../atomics.ts';
import { HEADER, HEAP, SLOT, SLOTS, SLOT_CELLS, SLOT_COUNT } from './layout.ts';

/** What a worker is born with. */
export interface Inheritance {
  readonly memory: SharedArrayBuffer;
  /** First byte of the memory that is the family's. */
  readonly split: number;
  readonly slot: number;
  /** The way to the keeper. */
  readonly hub: MessagePort;
  /** What has been compiled of heddle's scripts, by name (code.ts). */
  readonly code: Readonly<Record<string, SharedArrayBuffer>> | undefined;
}

/** Shared memory with what this thread knows of itself in it. */
export class Arena {
  readonly memory: SharedArrayBuffer;
  /** All of the memory, also what is outside of this arena: a handle is an index into it. */
  readonly cells: Cells;
  /**
   * The bytes of this arena alone: V8 is slow with an index of 2^31 or more. Those of a cell begin
   * at {@link offsetOf}.
   */
  readonly bytes: Buffer<SharedArrayBuffer>;
  /** All of it as 64-bit floating-point numbers, for slots of items. */
  readonly numbers: Float64Array<SharedArrayBuffer>;
  /**
   * This thread's slot in the thread table, and its id; the id changes with each thread that a
   * worker runs.
   */
  slot = 0;
  tid = 0;
  /** Where its header begins, and where its heap ends: the first cell that is not its own. */
  readonly base: number;
  readonly end: number;
  /** In GIL mode: runs a call that blocks, while other threads run. */
  unlocked: (<T>(call: () => T) => T) | null = null;

  constructor(memory: SharedArrayBuffer, base = 0, end: number = memory.byteLength >>> 2) {
    this.memory = memory;
    this.base = base;
    this.end = end;
    this.cells = new Int32Array(memory, 0, Math.floor(memory.byteLength / 4));
    this.bytes = Buffer.from(memory, base * 4, (end - base) * 4);
    this.numbers = new Float64Array(memory, 0, Math.floor(memory.byteLength / 8));
  }

  /** Makes zeroed memory an arena that nothing is in yet. */
  format(): void {
    store(this.cells, this.base + HEADER.BREAK, this.base + HEAP);
  }

  /** Blocks while the cell holds the value, for at most `ms`. */
  wait(index: number, value: number, ms: number): Awakening {
    if (this.unlocked !== null) return this.unlocked(() => wait(this.cells, index, value, ms));
    return wait(this.cells, index, value, ms);
  }

  notify(index: number, count: number): void {
    notify(this.cells, index, count);
  }

  /** Sees to it that this thread's event loop can be told. */
  expectRing(): void {
    // V8 tells it.
  }

  /** Tells the event loop of the thread in a slot to look at its stack of ready nodes. */
  ring(slot: number): void {
    this.notify(slot + SLOT.READY, 1);
  }

  pause(): void {
    pause();
  }

  /** Where in its bytes those of a cell begin. */
  offsetOf(index: number): number {
    return (index - this.base) * 4;
  }

  slotOf(tid: number): number {
    return this.base + SLOTS + (tid & (SLOT_COUNT - 1)) * SLOT_CELLS;
  }
}

// Indexes above 2^30 would leave no room for flags beside a handle, and an Int32Array of 4 GiB is
// one cell too long.
const BYTES_MAX = 2 ** 32 - 65_536;
const BYTES_MIN = 64 * 2 ** 20;
/** Half of all addresses; the other half is for what processes share. */
const OWN_BYTES = 2 ** 31;

/**
 * Under which a worker's data holds its inheritance; names this very copy of heddle, as another one
 * has another layout.
 */
export const INHERITANCE_KEY: string = `heddle ${import.meta.url}`;

/**
 * What this thread was born with; null in a thread that heddle did not make, which is then the main
 * one of its own arena.
 */
export const inheritance: Inheritance | null = inheritedHere();

/** How the memory is divided: bytes of this process's own, then those of its family. */
interface Division {
  readonly own: number;
  readonly family: number;
}

/** What a child process is told of its family. */
export interface Family extends Division {
  readonly descriptor: number;
  /** How the process is reached that keeps what is shared; '' where memory is. */
  readonly address: string;
  /** The file of the calls that memory is shared with; '' where nobody has looked for it. */
  readonly nativeFile: string;
}

/** Name of the variable that tells it. */
export const FAMILY_VARIABLE = 'HEDDLE_FAMILY';

/**
 * The family that this process was born into; null for the first of one. Its descriptor is negative
 * where nothing can be shared.
 */
export const inheritedFamily: Family | null = inheritance === null ? familyToldOf() : null;

const { memory, split } = inheritance ?? newMemory();

/** The arena of this process. */
export const arena: Arena = new Arena(memory, 0, split / 4);

function inheritedHere(): Inheritance | null {
  const data: unknown = workerData;
  if (typeof data !== 'object' || data === null) return null;
  return ((data as Record<string, unknown>)[INHERITANCE_KEY] as Inheritance | undefined) ?? null;
}

function familyToldOf(): Family | null {
  const match = /^(-?\d+):(\d+):(\d+):([\w-]*):(.*)$/s.exec(process.env[FAMILY_VARIABLE] ?? '');
  // It speaks of this process alone.
  delete process.env[FAMILY_VARIABLE];
  if (match === null) return null;
  const [descriptor = 0, own = 0, family = 0] = match.slice(1, 4).map(Number);
  const [address = '', nativeFile = ''] = match.slice(4);
  return { descriptor, own, family, address, nativeFile };
}

function newMemory(): { memory: SharedArrayBuffer; split: number } {
  const told = inheritedFamily !== null && inheritedFamily.descriptor >= 0 ? inheritedFamily : null;
  let { own, family } = told ?? wantedDivision();
  for (;;) {
    try {
      // Growable memory is reserved and committed by pages; other shared memory may come zeroed by
      // hand.
      const size = own + family;
      const whole = new SharedArrayBuffer(size, { maxByteLength: size });
      new Arena(whole).format();
      return { memory: whole, split: own };
    } catch (cause) {
      if (own <= BYTES_MIN || told !== null) {
        throw new HeddleError(
          `Cannot make the shared memory as the system refuses ${own} bytes of address space`,
          { cause, code: 'ERR_HEDDLE_OUT_OF_MEMORY' },
        );
      }
      if (family > 0) family = 0;
      else own = Math.max(BYTES_MIN, Math.floor(own / 2 / 65_536) * 65_536);
    }
  }
}

const WINDOWS: Division = { own: 2 ** 29 + 2 ** 28, family: 2 ** 28 };

function wantedDivision(): Division {
  const megabytes = Number(process.env['HEDDLE_ARENA_MB']);
  // Windows counts reserved memory against the page file, so it gets a bound that every machine
  // bears.
  const isWindows = process.platform === 'win32';
  const usual = isWindows ? WINDOWS.own : Math.min(OWN_BYTES, os.totalmem());
  const bytes = megabytes > 0 ? megabytes * 2 ** 20 : usual;
  const own = Math.max(BYTES_MIN, Math.min(BYTES_MAX, Math.floor(bytes / 65_536) * 65_536));
  const left = BYTES_MAX - own;
  if (left < BYTES_MIN) return { own, family: 0 };
  return { own, family: isWindows ? WINDOWS.family : left };
}

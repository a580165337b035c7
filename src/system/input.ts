// input(): a line from standard input, blocking this thread and no other.
import fs from 'node:fs';
import {
  HEADER,
  READING,
  arena,
  doChores,
  inheritance,
  showWaiting,
  sleepUntil,
  tryLockSide,
  unlockSide,
  withoutGil,
  nowMs,
} from '../kernel/index.ts';
import { writeWhole } from './lines.ts';

const STDIN = 0;
const STDOUT = 1;
const NEWLINE = 10;

// How long a thread sleeps between two looks whether something was typed.
const POLL_MS = 15;

/**
 * Prints the prompt, blocks until a line is read from standard input, and returns it without its
 * line end.
 *
 * Only this thread is blocked. When several threads ask, each gets a whole line.
 *
 * @param prompt written first, without a line end
 * @returns the line, or null at the end of the file
 *
 * @example
 * ```ts no-run
 * import { input, print } from 'heddle';
 * print(`Hello, ${input('Your name: ') ?? 'nobody'}`);
 * ```
 */
export function input(prompt = ''): string | null {
  if (prompt !== '') writeWhole(STDOUT, prompt);
  return showWaiting(arena, READING, readInTurn);
}

function readInTurn(): string | null {
  // The turn may take as long as a person types, so those who want it look now and then rather than
  // queue.
  while (!tryLockSide(arena, HEADER.INPUT_LOCK)) pause();
  doChores();
  try {
    return readLine();
  } finally {
    unlockSide(arena, HEADER.INPUT_LOCK);
  }
}

// Byte by byte, as what is read beyond the line would be lost to the other threads.
function readLine(): string | null {
  const line: number[] = [];
  const byte = new Uint8Array(1);
  for (;;) {
    const count = readByte(byte);
    if (count === 0 && line.length === 0) return null;
    if (count === 0 || byte[0] === NEWLINE) break;
    line.push(byte[0] as number);
  }
  return Buffer.from(line).toString().replace(/\r$/, '');
}

function readByte(byte: Uint8Array): number {
  for (;;) {
    try {
      return withoutGil(() => fs.readSync(source(), byte));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      pause();
    }
  }
}

function pause(): void {
  sleepUntil(arena, nowMs() + POLL_MS);
}

let descriptor: number | undefined;

// A worker that is stuck in a read cannot be stopped, and the program could not end: so it opens
// standard input once more, in the way that says "nothing yet" rather than blocks. The main thread
// may block: it is the one whose end is the program's.
function source(): number {
  if (descriptor === undefined) {
    descriptor = STDIN;
    if (inheritance !== null) {
      try {
        const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK;
        descriptor = fs.openSync('/proc/self/fd/0', flags);
      } catch {
        // No /proc, or a socket: then it blocks.
      }
    }
  }
  return descriptor;
}

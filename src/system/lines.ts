// Whole lines to the standard streams, at once, from any thread.
//
// A worker's own process.stdout goes through the main thread's event loop, so nothing would appear
// while that is blocked. These write to the descriptor itself, under a lock that all threads share:
// lines never mix.
//
// One thread at a time may have bars at the bottom of the terminal. Their text is in the arena, so
// that whoever writes takes them away, writes, and puts them back below, in one go.
import fs from 'node:fs';
import tty from 'node:tty';
import {
  HEADER,
  arena,
  atomics,
  checkpoint,
  hasDied,
  lockSide,
  readText,
  release,
  sleepUntil,
  unlockSide,
  withoutGil,
  writeText,
  nowMs,
} from '../kernel/index.ts';

const STDERR = 2;
const NEWLINE = 10;

// A terminal or pipe that is full says so; it has room again within about so long.
const FULL_MS = 2;

const { load, store } = atomics;

/**
 * Writes all of the bytes to a descriptor before anything else of this program is written there,
 * and above the bars, where there are any.
 */
export function writeWhole(descriptor: number, data: string | Uint8Array): void {
  checkpoint();
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  lockSide(arena, HEADER.PRINT_LOCK);
  try {
    const hasBars = load(arena.cells, HEADER.BARS_TEXT) !== 0 && isTerminal(descriptor);
    writeAll(descriptor, hasBars ? aboveBars(bytes) : bytes);
  } finally {
    unlockSide(arena, HEADER.PRINT_LOCK);
  }
}

/**
 * Puts these bars at the bottom of the terminal that standard error is, in the place of those that
 * are there, and lines above them.
 *
 * @param text rows without a line end after the last; '' takes the bars away
 * @param above whole lines that stay
 * @returns false when another thread has its bars there: nothing was written
 */
export function showBars(text: string, above = ''): boolean {
  checkpoint();
  const { cells, tid } = arena;
  lockSide(arena, HEADER.PRINT_LOCK);
  try {
    const before = readText(arena, load(cells, HEADER.BARS_TEXT));
    const owner = load(cells, HEADER.BARS_OWNER);
    if (before !== '' && owner !== tid && !hasDied(arena, owner, true)) return false;
    writeAll(STDERR, Buffer.from(eraseOf(before) + above + text));
    store(cells, HEADER.BARS_OWNER, tid);
    keepBars(text);
    return true;
  } finally {
    unlockSide(arena, HEADER.PRINT_LOCK);
  }
}

/** What takes bars away: back to the beginning of their first row, and all below it gone. */
export function eraseOf(bars: string): string {
  if (bars === '') return '';
  const rowsAbove = bars.split('\n').length - 1;
  return rowsAbove === 0 ? '\r\u{1b}[J' : `\r\u{1b}[${rowsAbove}A\u{1b}[J`;
}

// A line that is not whole gets an end, or the bars would be taken for a part of it.
function aboveBars(bytes: Uint8Array): Uint8Array {
  const bars = readText(arena, load(arena.cells, HEADER.BARS_TEXT));
  // Of a thread that was torn away: they stay where they were, as a line like others.
  if (hasDied(arena, load(arena.cells, HEADER.BARS_OWNER), true)) {
    keepBars('');
    return Buffer.concat([Buffer.from('\n'), bytes]);
  }
  const end = bytes.at(-1) === NEWLINE ? '' : '\n';
  return Buffer.concat([Buffer.from(eraseOf(bars)), bytes, Buffer.from(end + bars)]);
}

function keepBars(text: string): void {
  const before = load(arena.cells, HEADER.BARS_TEXT);
  store(arena.cells, HEADER.BARS_TEXT, text === '' ? 0 : writeText(arena, text));
  if (before !== 0) release(before);
}

const terminals = new Map<number, boolean>();

function isTerminal(descriptor: number): boolean {
  const known = terminals.get(descriptor) ?? tty.isatty(descriptor);
  terminals.set(descriptor, known);
  return known;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSome(descriptor, bytes, done);
}

function writeSome(descriptor: number, bytes: Uint8Array, from: number): number {
  try {
    return withoutGil(() => fs.writeSync(descriptor, bytes, from));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    sleepUntil(arena, nowMs() + FULL_MS);
    return 0;
  }
}

// Whole lines to the standard streams, at once, from any thread.
//
// A worker's own process.stdout goes through the main thread's event loop, so nothing would appear
// while that is blocked. These write to the descriptor itself, under a lock that all threads share:
// lines never mix.
import fs from 'node:fs';
import {
  HEADER,
  arena,
  checkpoint,
  lockSide,
  sleepUntil,
  unlockSide,
  withoutGil,
} from '../kernel/index.ts';

// A terminal or pipe that is full says so; it has room again within about so long.
const FULL_MS = 2;

/**
 * Writes all of the bytes to a descriptor before anything else of this program is written there.
 */
export function writeWhole(descriptor: number, data: string | Uint8Array): void {
  checkpoint();
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  lockSide(arena, HEADER.PRINT_LOCK);
  try {
    let done = 0;
    while (done < bytes.length) done += writeSome(descriptor, bytes, done);
  } finally {
    unlockSide(arena, HEADER.PRINT_LOCK);
  }
}

function writeSome(descriptor: number, bytes: Uint8Array, from: number): number {
  try {
    return withoutGil(() => fs.writeSync(descriptor, bytes, from));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    sleepUntil(arena, performance.now() + FULL_MS);
    return 0;
  }
}

// Standard output and error of a worker, written at once.
//
// Node pipes a worker's streams through its maker's event loop, so that `console.log` would show
// nothing while that is blocked. These write whole chunks to the descriptors themselves, in the
// order of the calls of all threads.
import { Writable } from 'node:stream';
import tty from 'node:tty';
import { writeWhole } from '../system/index.ts';

/** Puts our streams in the place of the worker's own. Before anything is written. */
export function adoptStreams(): void {
  for (const [name, descriptor] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    let stream: Writable | null = null;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= directStream(descriptor)),
    });
  }
}

function directStream(descriptor: 1 | 2): Writable {
  const stream = new Writable({
    decodeStrings: true,
    write(chunk: Uint8Array, _encoding, done) {
      try {
        writeWhole(descriptor, chunk);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  if (!tty.isatty(descriptor)) return Object.assign(stream, { fd: descriptor });
  // What colours a terminal has depends on the environment alone.
  const { prototype } = tty.WriteStream;
  const hasColors = (...args: []): boolean => prototype.hasColors(...args);
  const getColorDepth = (...args: []): number => prototype.getColorDepth(...args);
  return Object.assign(stream, { fd: descriptor, isTTY: true, hasColors, getColorDepth });
}

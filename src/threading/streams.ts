// Standard output and error of a worker, written at once.
//
// Node pipes a worker's streams through its maker's event loop, so that `console.log` would show
// nothing while that is blocked. These write whole chunks to the descriptors themselves, in the
// order of the calls of all threads.
import type { Writable } from 'node:stream';
import tty from 'node:tty';
import { writeWhole } from '../system/index.ts';

interface Chunk {
  readonly chunk: string | Uint8Array;
  readonly encoding: BufferEncoding;
}

/** Has the worker's streams write for themselves. Before anything is written. */
export function adoptStreams(): void {
  for (const [name, descriptor] of [
    ['stdout', 1],
    ['stderr', 2],
  ] as const) {
    const { get } = Object.getOwnPropertyDescriptor(process, name) as { get: () => Writable };
    let stream: Writable | null = null;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => (stream ??= writingTo(descriptor, get.call(process))),
    });
  }
}

// Node's own stream goes on, as Node calls methods of it that have no public name; only what it
// does with its chunks is ours.
function writingTo(descriptor: 1 | 2, stream: Writable): Writable {
  // oxlint-disable-next-line no-underscore-dangle -- the name is Node's
  stream._writev = (chunks: readonly Chunk[], done) => {
    try {
      for (const { chunk, encoding } of chunks) {
        writeWhole(descriptor, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  if (!tty.isatty(descriptor)) return Object.assign(stream, { fd: descriptor });
  // What colours a terminal has depends on the environment alone.
  const { prototype } = tty.WriteStream;
  const hasColors = (...args: []): boolean => prototype.hasColors(...args);
  const getColorDepth = (...args: []): number => prototype.getColorDepth(...args);
  return Object.assign(stream, { fd: descriptor, isTTY: true, hasColors, getColorDepth });
}
